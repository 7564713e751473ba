"""The filter by owner cannot be forgotten."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column

from domain.permissions import ANONYMOUS, Permission
from repository import models
from repository.base_model import BaseTableModel, Private
from repository.ownership import ownership_of
from repository.session_repository import SessionRepository
from repository.sql.owned_repository import OwnedRepository
from tests.support.specimen import Memo
from tests.test_architecture.source import descendants, import_modules


class Base(DeclarativeBase):
    """Not the product's."""


class Thing(Base):
    __tablename__ = "things"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    author_id: Mapped[UUID]


class Forgotten(Base):
    __tablename__ = "forgotten"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(models.User.__table__.c.id))


class ForgetfulRepository(OwnedRepository):
    """Writes its queries as if rows had no owner."""

    table = Thing  # type: ignore[assignment]
    owner = Thing.author_id
    permission = Permission.WRITE_USERS

    async def all(self) -> object:
        return await self._fetch_value(select(Thing.id))


class _Recorder:
    """A connection that keeps the statements that it is given."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    async def fetch_value(self, statement: object) -> None:
        self.statements.append(str(statement))


async def test_a_forgotten_filter_is_added() -> None:
    connection = _Recorder()
    await ForgetfulRepository(connection, ANONYMOUS).all()  # type: ignore[arg-type]
    assert "WHERE false" in connection.statements[0]


async def test_asking_for_the_rows_of_all_users_is_a_method_of_its_own() -> None:
    connection = _Recorder()
    await ForgetfulRepository(connection, ANONYMOUS).unscoped().all()  # type: ignore[arg-type]
    assert "author_id" not in connection.statements[0]


def _on_the_fast_way() -> list[type[OwnedRepository]]:
    """Return the repositories of owned rows without those on a session, which adds the filter itself."""
    kinds = descendants(OwnedRepository) - descendants(SessionRepository)
    return sorted((kind for kind in kinds if "table" in vars(kind)), key=str)


@pytest.mark.parametrize("kind", [*_on_the_fast_way(), ForgetfulRepository])
def test_a_repository_of_owned_rows_has_no_connection_of_its_own(kind: type[OwnedRepository]) -> None:
    repository = kind(_Recorder(), ANONYMOUS)  # type: ignore[arg-type]
    assert set(vars(repository)) == {"_OwnedRepository__connection", "_actor"}


def _refers_to_a_user(column: ColumnElement[Any]) -> bool:
    return any(link.column.table is models.User.__table__ for link in column.foreign_keys)


def _misses_its_owner(mapper: Mapper[Any]) -> bool:
    """Return whether the table refers to users, but its ownership names none of these columns."""
    links = {column for column in mapper.local_table.columns if _refers_to_a_user(column)}
    ownership = ownership_of(mapper.class_)
    return bool(links) and (ownership is None or ownership.owner is None or ownership.owner.expression not in links)


def test_every_table_that_refers_to_users_is_owned_or_private() -> None:
    import_modules("repository")
    shared = [mapper for mapper in BaseTableModel.registry.mappers if not issubclass(mapper.class_, Private)]
    assert [mapper.class_.__name__ for mapper in shared if _misses_its_owner(mapper)] == [], (
        "set `owner` in the repository of each to the column that refers to its user, or derive the table from `Private`"
    )


def test_a_table_without_its_owner_is_found() -> None:
    assert _misses_its_owner(Memo.__mapper__) is False
    assert _misses_its_owner(Forgotten.__mapper__)
