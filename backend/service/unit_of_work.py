"""Where a transaction ends: `UnitOfWork.__aexit__`, and nowhere else."""

from asyncio import CancelledError
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

import structlog

from core.db import Database
from core.metrics.metrics import Metrics
from core.pool import Connection as DriverConnection
from core.replica import Replica
from core.runtime.failpoints import Failpoint
from domain.identity.client_info import NO_CLIENT, ClientInfo
from domain.permissions import Actor
from repository.connection import Connection, ReplicaConnection, outages_translated

if TYPE_CHECKING:
    from repository.session import AsyncSession

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Context:
    """The request, task or command that a unit of work belongs to.

    Attributes:
        client: where the request comes from, if there is one.
        request_id: the request; the jobs that are written carry it on.
        job_id: the job that runs, if one does.
        may_read_replica: whether the caller tolerates reading other users' changes a moment late.
    """

    client: ClientInfo = NO_CLIENT
    request_id: str | None = None
    job_id: UUID | None = None
    may_read_replica: bool = False


NO_CONTEXT = Context()


class Collector:
    """Gathers messages of a unit of work and delivers them around the commit. Each of the methods may be left out."""

    @property
    def will_write(self) -> bool:
        """Whether `before_commit` has something to write."""
        return False

    async def before_commit(self) -> None:
        """Write the gathered messages, in the transaction; an error rolls everything back."""

    async def after_commit(self) -> None:
        """Deliver the gathered messages. The response is not sent yet, but an error no longer changes it."""


class UnitOfWork:
    """One transaction on behalf of an actor.

    Leaving the block runs the collectors and commits; an exception rolls everything back.
    """

    def __init__(
        self,
        database: Database,
        actor: Actor,
        context: Context,
        *,
        replica: Replica | None,
        metrics: Metrics,
        fail_at: Failpoint,
    ) -> None:
        self.actor = actor
        self.client = context.client
        self.request_id = context.request_id
        self.job_id = context.job_id
        self._database = database
        self._metrics = metrics
        self._fail_at = fail_at
        self._transaction = database.transaction()
        self._session: AsyncSession | None = None
        self._collectors: tuple[Collector, ...] = ()
        self._after_commit: list[Callable[[], None]] = []
        # Reads until the first write borrow any connection of the pool. From then on, the transaction's does all.
        self.connection = Connection(self._acquire, self._transaction.connection)
        # For reads that tolerate a few seconds' delay; never for authorisation, cached values or data just announced
        # live.
        self.replica_connection = self.connection
        if replica is not None and context.may_read_replica:
            self.replica_connection = self._connection_to(replica)

    async def __aenter__(self) -> Self:
        """Begin. The first statement acquires a connection."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Commit, or roll back when the block raised.

        Raises:
            DatabaseUnavailable: the commit could not be confirmed.
            CancelledError: the request was cancelled behind the commit.
            TransactionAborted: a failed statement was ignored, so there is nothing to commit.
        """
        reusable = isinstance(error, Exception)  # a cancellation leaves the connection in an unknown state
        try:
            if error is None:
                reusable = True
                await self._write_collected()
                reusable = False
                await self._commit()
                reusable = True
                await self._follow_up()
        finally:
            await self._close(reusable=reusable)

    async def begin_snapshot(self) -> None:
        """Begin the transaction, so that all reads see the database at one moment. Call it before any statement."""
        await self.connection.begin_snapshot()

    @property
    def session(self) -> "AsyncSession":
        """SQLAlchemy's session, in this transaction and limited to the actor's rows."""
        if self._session is None:
            from repository.session import open_session  # a process whose features use no session starts without it

            self._session = open_session(self._transaction, self.actor)
        return self._session

    @property
    def has_begun(self) -> bool:
        """Whether the transaction has begun, so that it may read its own changes."""
        return self._transaction.has_begun

    @property
    def writes(self) -> bool:
        """Whether anything has been, or will be, written in the transaction."""
        return self.has_begun or self._has_unflushed or any(collector.will_write for collector in self._collectors)

    @property
    def _has_unflushed(self) -> bool:
        session = self._session
        return session is not None and bool(session.new or session.dirty or session.deleted)

    def register(self, *collectors: Collector) -> None:
        """Run `collectors` around the commit, in this order and behind those that are registered already."""
        self._collectors += collectors

    def after_commit(self, follow_up: Callable[[], None]) -> None:
        """Call `follow_up` after the commit and before the response is sent; if it raises, the error is logged."""
        self._after_commit.append(follow_up)

    async def _close(self, *, reusable: bool) -> None:
        try:
            if self._session is not None:
                await self._session.close()
        finally:
            await self._transaction.close(reusable=reusable)

    async def _write_collected(self) -> None:
        if self._session is not None:
            await self._session.flush()
        for collector in self._collectors:
            await collector.before_commit()

    async def _commit(self) -> None:
        if self._transaction.has_begun:
            self._fail_at("before_commit")
            with outages_translated():
                await self._transaction.commit()
            self._fail_at("after_commit")

    async def _follow_up(self) -> None:
        for follow_up in self._after_commit:
            try:
                follow_up()
            except Exception:
                self._metrics.follow_ups_failed.inc()
                log.exception("commit not followed up")
        is_cancelled = False
        for collector in self._collectors:
            try:
                await collector.after_commit()
            except CancelledError:  # the others still have to deliver
                is_cancelled = True
            except Exception:
                self._metrics.follow_ups_failed.inc()
                log.exception("commit not followed up")
        if is_cancelled:
            raise CancelledError

    def _connection_to(self, replica: Replica) -> Connection:
        """Return the connection that reads from `replica`, until the transaction begins: then reads see its changes."""
        return ReplicaConnection(
            self._acquire, self._transaction.connection, replica, must_be_current=lambda: self.has_begun
        )

    def _acquire(self) -> AbstractAsyncContextManager[DriverConnection]:
        """Acquire a connection for a statement that reads: any, or the transaction's once it has begun.

        A unit of work never holds two: if every connection of the pool were held by a unit of work that waits for a
        second one, all of them would wait in vain.
        """
        return self._transaction.connection() if self._transaction.has_begun else self._database.acquire()
