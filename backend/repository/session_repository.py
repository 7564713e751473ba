"""The base of repositories on the ordinary session: the default for a new feature.

    class InvoiceRepository(SessionRepository[models.Invoice, Invoice]):
        table = models.Invoice
        owner = models.Invoice.user_id
        permission = Permission.WRITE_INVOICES
        entity = Invoice

`get`, `delete` and the helpers below then read and change only what the actor may (`Ownership`).
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, inspect, select, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import ExecutableOption

from domain.page import Cursor, Page, PageRequest
from domain.session import NotAuthenticated
from repository.base_model import BaseTableModel
from repository.connection import violation_means
from repository.ownership import Ownership
from repository.session import AsyncSession
from repository.sql.paging import AnyQuery, Order

Row = TypeVar("Row", bound=BaseTableModel)
Entity = TypeVar("Entity")


class SessionRepository(Ownership, Generic[Row, Entity]):
    """Reads and writes the rows of one table through a session, and returns domain objects."""

    # The domain class whose fields have the names of the row's attributes. Otherwise override `_to_domain`.
    entity: ClassVar[type[Any]]
    # Relationships to load with each row, such as selectinload(models.Post.comments).
    loads: ClassVar[tuple[ExecutableOption, ...]] = ()

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, row_id: UUID) -> Entity | None:
        """Return the row, or None."""
        query = self._select().where(self.table.id == row_id).execution_options(populate_existing=True)
        row = await self._session.scalar(query)
        return None if row is None else self._to_domain(row)

    async def delete(self, row_id: UUID, *, versions: Collection[int] | None = None) -> bool:
        """Delete the row if its version is one of `versions`, and return whether it was deleted."""
        statement = delete(self.table).where(self.table.id == row_id, *self._is_one_of(versions))
        return await self._session.scalar(statement.returning(self.table.id)) is not None

    async def _add(self, row: Row) -> Entity:
        """Insert a row that belongs to the actor.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        self._session.add(row)
        owner = type(self).owner
        with violation_means(f"fk_{self.table.__tablename__}_{owner.key if owner else None}", NotAuthenticated):
            await self._session.flush()
        added = await self.get(row.id) if self.loads else self._to_domain(row)
        assert added is not None
        return added

    async def _change(
        self, row_id: UUID, changes: Mapping[str, Any], *, versions: Collection[int] | None = None
    ) -> Entity | None:
        """Change the row if its version is one of `versions`, and return it; None when there was nothing to change.

        Of several concurrent changes to one version, one succeeds. The others wait for the row and find it newer.
        """
        statement = update(self.table).where(self.table.id == row_id, *self._is_one_of(versions))
        changed = statement.values({**changes, **self._bookkeeping()}).returning(self.table.id)
        return None if await self._session.scalar(changed) is None else await self.get(row_id)

    async def _page(self, query: Select[Row], *, order: Order, request: PageRequest) -> Page[Entity]:
        """Return one page of the rows of `query`."""
        total = await self._count(query) if request.with_total else None
        found = await self._session.scalars(order.page(cast("AnyQuery", query), request))
        rows: Sequence[Row] = found.all()
        shown = rows[: request.limit]
        follows = Cursor(getattr(shown[-1], order.column.key), shown[-1].id) if len(rows) > request.limit else None
        return Page(tuple(map(self._to_domain, shown)), follows, total)

    def _to_domain(self, row: Row) -> Entity:
        return from_row(cast("type[Entity]", self.entity), row)

    def _select(self) -> Select[Row]:
        """Return the query for all rows, with the relationships of `loads`."""
        return select(cast("type[Row]", self.table)).options(*self.loads)

    async def _count(self, query: Select[Row]) -> int:
        return await self._session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0

    def _is_one_of(self, versions: Collection[int] | None) -> list[ColumnElement[bool]]:
        return [] if versions is None else [self._column("version").in_(versions)]

    def _bookkeeping(self) -> dict[str, Any]:
        """Return the new values of `version` and `updated_at`, as far as the table has them."""
        columns = inspect(self.table).columns
        return {
            **({"version": self._column("version") + 1} if "version" in columns else {}),
            **({"updated_at": func.now()} if "updated_at" in columns else {}),
        }

    def _column(self, name: str) -> InstrumentedAttribute[Any]:
        column: InstrumentedAttribute[Any] = getattr(self.table, name)
        return column


def from_row(kind: type[Entity], row: object, **others: Any) -> Entity:  # noqa: ANN401
    """Return a domain object from the row's attributes of the same names, and `others`."""
    names = {field.name for field in dataclasses.fields(cast("Any", kind))} - others.keys()
    return kind(**{name: getattr(row, name) for name in names}, **others)
