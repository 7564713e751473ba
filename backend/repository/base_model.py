"""The base of every table."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, MetaData, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from domain.errors import AppError
from repository.personal_data import NotExported, PersonalData

# Constraints are translated into errors by their names, so the names are fixed here and not left to PostgreSQL.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class IndexSortsOtherwise(AppError):
    """An index has another collation than the lists that it should serve."""


class BaseTableModel(DeclarativeBase):
    """A table with a time-ordered key made by PostgreSQL and the time the row was written."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}
    # How the rows are exported, for tables whose repository declares no owner.
    personal_data: ClassVar[PersonalData | NotExported | None] = None

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=-1)

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401  (those of other base classes)
        """Map the class.

        Raises:
            IndexSortsOtherwise: an index on `sort_key` has not the collation of the lists, so no query would use it.
        """
        super().__init_subclass__(**options)
        table = getattr(cls, "__table__", None)
        for index in table.indexes if table is not None else ():
            for expression in map(str, index.expressions):
                if "sort_key(" in expression and 'COLLATE "C"' not in expression:
                    raise IndexSortsOtherwise(
                        f"{cls.__name__}: no query would use {index.name}, because lists are sorted by code point. "
                        f"""Write text('{expression} COLLATE "C"')."""
                    )


class Private:
    """Marks a table that only its own repository reads and writes: a session shows none of its rows."""
