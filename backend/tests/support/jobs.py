"""Tasks, and one-line ways to enqueue jobs and to look at them."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.jobs.job import PermanentError
from domain.permissions import Role
from domain.taskiq_broker import TaskRegistry
from service.factory import Factory, Work
from tests.conftest import HeldTransport


@dataclass(frozen=True, slots=True)
class AddUser:
    email: str
    then: str = "succeed"


@dataclass(frozen=True, slots=True)
class AddUserForever:
    """Adds a user and does not end. Its time limit is short."""

    email: str


@dataclass(frozen=True, slots=True)
class NoEffect:
    number: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    note: int


@dataclass(frozen=True, slots=True)
class ReminderLost:
    note: int


registry = TaskRegistry()
# Set when a task hangs. It is cleared by the test that waits for it.
hanging = asyncio.Event()


@registry.task(Reminder, on_dead=ReminderLost)
async def remind(work: Work, payload: Reminder) -> None: ...


@registry.event_handler(ReminderLost)
async def tell_of_lost_reminder(work: Work, payload: ReminderLost) -> None: ...


@registry.task(AddUser, max_attempts=3)
async def add_user(work: Work, payload: AddUser) -> None:
    await _add_user(work, payload.email)
    if payload.then == "fail":
        raise RuntimeError("broken")
    if payload.then == "give up":
        raise PermanentError("hopeless")
    if payload.then == "fail unreadably":
        raise PermanentError("550 Bo\udceete \0")
    if payload.then == "await what was cancelled":
        raise asyncio.CancelledError
    if payload.then == "hang in the database":
        await work.connection.write(text("SET LOCAL statement_timeout = 1"))
        await work.connection.write(text("SELECT pg_sleep(5)"))
    if payload.then == "hang":
        hanging.set()
        await asyncio.Event().wait()


@registry.task(AddUserForever, timeout=timedelta(seconds=0.3))
async def add_user_forever(work: Work, payload: AddUserForever) -> None:
    await _add_user(work, payload.email)
    await asyncio.Event().wait()


async def _add_user(work: Work, email: str) -> None:
    await work.identity.user_repository.add(email, name=None, password_hash="x", roles=[Role.MEMBER])


async def enqueue(factory: Factory, *payloads: object, **options: Any) -> list[UUID]:
    async with factory.unit_of_work() as work:
        for payload in payloads:
            work.outbox.enqueue(payload, **options)
    await factory.resources.wake_ups.flush()
    assert isinstance(factory.resources.transport, HeldTransport)
    return factory.resources.transport.job_ids


async def sql(engine: AsyncEngine, statement: str) -> list[tuple[Any, ...]]:
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []
