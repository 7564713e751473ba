"""Changes many rows without waiting for any of them."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from repository.base_model import BaseTableModel


def unlocked(
    table: type[BaseTableModel], *conditions: ColumnElement[bool], limit: int | None = None
) -> ColumnElement[bool]:
    """Return the condition on at most `limit` rows that match and that no other transaction holds, and lock them.

    For statements that change rows of many users. Such a statement locks rows in no particular order, so it could
    deadlock with another transaction if it waited. Only use it where another run changes what this one leaves out.
    """
    chosen = select(table.id).where(*conditions).limit(limit).with_for_update(skip_locked=True).cte("unlocked")
    # As an array: PostgreSQL takes a query with limits for as large as they allow, and would read the whole table.
    ids: ColumnElement[list[UUID]] = func.array(select(chosen.c.id).scalar_subquery())
    return table.id == func.any(ids)
