"""The base of repositories on the ordinary session: the default for a new feature.

It is declared like any `EntityRepository`, and inherits the same methods. Its own queries may use `self._session`. To
move it to the fast way, derive it from `EntityRepository`, and write `self.connection, self.actor` for `self.session`
in the factory.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import CursorResult, Executable
from sqlalchemy.sql.selectable import TypedReturnsRows

from repository.connection import Connection, Parameters, Row, violations_mean
from repository.entity_repository import Changes, Entity, EntityRepository, Fields, Filter, Sort, Summary, values_of

if TYPE_CHECKING:  # a process starts without what only sessions need
    from repository.session import AsyncSession, ScopedSession

T = TypeVar("T")


class SessionConnection(Connection):
    """Runs statements on the connection of a session, which is flushed first. They begin the transaction."""

    def __init__(self, session: "AsyncSession") -> None:
        self._session = session

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row]:
        """Run `statement` and return its rows."""
        return cast("Sequence[Row]", (await self._run(statement, parameters)).mappings().all())

    async def fetch_values(self, statement: TypedReturnsRows[T], parameters: Parameters | None = None) -> list[T]:
        """Run `statement`, which selects one column, and return its values."""
        return list((await self._run(statement, parameters)).scalars())

    async def write(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Run `statement` and return how many rows it changed."""
        return (await self._change(statement, parameters)).rowcount

    async def write_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row]:
        """Run `statement` and return its rows."""
        return cast("Sequence[Row]", (await self._change(statement, parameters)).mappings().all())

    async def write_values(self, statement: TypedReturnsRows[T], parameters: Parameters | None = None) -> list[T]:
        """Run `statement`, which returns one column, and return its values."""
        return list((await self._change(statement, parameters)).scalars())

    async def _run(self, statement: Executable, parameters: Parameters | None) -> CursorResult[Any]:
        await self._session.flush()
        return await (await self._session.connection()).execute(statement, parameters)

    async def _change(self, statement: Executable, parameters: Parameters | None) -> CursorResult[Any]:
        result = await self._run(statement, parameters)
        self._session.expire_all()  # an object loaded before must not show what the row was
        return result


class SessionRepository(EntityRepository[Entity, Summary, Fields, Changes, Filter, Sort]):
    """Reads and writes the rows of `table` as entities, through a session."""

    def __init__(self, session: "AsyncSession") -> None:
        super().__init__(SessionConnection(session), cast("ScopedSession", session.sync_session).actor)
        self._session = session

    async def add(self, fields: Fields) -> Entity:
        """Insert an entity that belongs to the actor, and return it.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        row = self.table(**values_of(fields))
        self._session.add(row)
        with self._owner_exists(), violations_mean(self.violations):
            await self._session.flush()
        added = await self.get(row.id)
        assert added is not None
        return added
