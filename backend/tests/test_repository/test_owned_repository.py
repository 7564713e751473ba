"""The filter by owner cannot be forgotten."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from domain.permissions import ANONYMOUS
from repository import models
from repository.base_model import BaseTableModel
from repository.comment_repository import CommentRepository
from repository.post_repository import PostRepository
from repository.sql.owned_repository import OwnedRepository
from tests.test_architecture.source import import_modules


class Base(DeclarativeBase):
    """Not the product's."""


class Thing(Base):
    __tablename__ = "things"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    author_id: Mapped[UUID]


class ForgetfulRepository(OwnedRepository):
    """Writes its queries as if rows had no owner."""

    table = Thing  # type: ignore[assignment]
    owner = Thing.author_id
    permission = PostRepository.permission

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


@pytest.mark.parametrize("kind", [PostRepository, CommentRepository, ForgetfulRepository])
def test_a_repository_of_owned_rows_has_no_connection_of_its_own(kind: type[OwnedRepository]) -> None:
    repository = kind(_Recorder(), ANONYMOUS)  # type: ignore[arg-type]
    assert set(vars(repository)) == {"_OwnedRepository__connection", "_actor"}


def _tables_with_authors() -> set[type[BaseTableModel]]:
    mappers = BaseTableModel.registry.mappers
    return {mapper.class_ for mapper in mappers if "author_id" in mapper.columns}


def test_every_table_with_an_author_is_reached_through_a_repository_of_owned_rows() -> None:
    import_modules("repository")
    ours = [kind for kind in OwnedRepository.__subclasses__() if kind.__module__.startswith("repository.")]
    assert _tables_with_authors() == {models.Post, models.Comment}
    assert {kind.table: kind.owner.key for kind in ours} == {
        models.Post: "author_id",
        models.Comment: "author_id",
        models.Notification: "user_id",
        models.Report: "user_id",
        models.SecurityEvent: "user_id",
        models.User: "id",
    }
