"""Inputs and results of checks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from redis.asyncio import Redis

from core.settings import Settings
from repository.operations.health_repository import HealthRepository
from repository.operations.revision import MigrationHistory
from service.files.file_store import FileStore

if TYPE_CHECKING:
    from core.db import Database
    from core.email import Mailbox, SmtpMailer


class State(StrEnum):
    """How something was found. Only `FAILED` lets the command fail."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report, with the remedy."""

    name: str
    state: State
    text: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Installation:
    """The inputs of the checks. No client is connected yet."""

    settings: Settings
    database: "Database"
    primary: HealthRepository
    replica: HealthRepository | None
    redis: Redis
    mailer: "SmtpMailer | Mailbox"
    files: FileStore
    migrations: MigrationHistory
    # The queues that tasks are sent to.
    queues: frozenset[str]
    # The address that gets an email, or None to send none.
    recipient: str | None = None


Look: TypeAlias = Callable[[Installation], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True)
class Check:
    """A function that checks one part. `name` names it in the report when it fails or hangs."""

    name: str
    look: Look


def ok(name: str, text: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(name, State.OK, text)


def warning(name: str, text: str, remedy: str) -> Finding:
    """Return a finding that an operator should know."""
    return Finding(name, State.WARNING, text, remedy)


def failed(name: str, text: str, remedy: str | None = None) -> Finding:
    """Return a finding with which the product does not work. Without a remedy, the text has it."""
    return Finding(name, State.FAILED, text, remedy)
