"""Rows are read by name: the order of a query's columns means nothing, and a missing name fails at once."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import httpx2 as httpx
import pytest
from sqlalchemy import Enum, FromClause, literal, select

from api.schemas.patch import Patch, changes_in
from domain.identity.account import AccountChanges
from domain.page import Page, PageRequest
from domain.permissions import Actor
from repository import models
from repository.connection import Connection, Row
from repository.sql.paging import AnyQuery
from repository.sql.rows import RowMapper
from repository.user_repository import USER
from service.factory import Factory
from tests.support.helpers import sign_up
from tests.support.specimen import MemoRepository, memos_of, with_author


@pytest.fixture
def reads(factory: Factory) -> Connection:
    return Connection(factory.resources.database.acquire)


async def test_swapped_columns_change_nothing(client: httpx.AsyncClient, reads: Connection) -> None:
    await sign_up(client)
    (row,) = await reads.fetch_all(select(*USER.columns))
    (swapped,) = await reads.fetch_all(select(*reversed(USER.columns)))
    assert USER.read(swapped) == USER.read(row)


async def test_swapped_columns_of_a_projection_change_nothing(
    client: httpx.AsyncClient, factory: Factory, reads: Connection, specimen: None
) -> None:
    author = Actor(UUID((await sign_up(client))["id"]))
    async with factory.unit_of_work(author) as work:
        memo = await memos_of(work).add("The title", "The content")
    assert await SwappedMemos(reads, author).get(memo.id) == memo
    assert await SwappedMemos(reads, author).find(PageRequest(limit=1, with_total=True)) == Page((memo,), None, total=1)


class SwappedMemos(MemoRepository):
    """Selects the columns in the opposite order."""

    @staticmethod
    def projection(memos: FromClause) -> AnyQuery:
        query = with_author(memos)
        return query.with_only_columns(*reversed(query.selected_columns), maintain_column_froms=True)


async def test_a_column_under_another_name_is_missed_at_the_first_row(
    client: httpx.AsyncClient, reads: Connection
) -> None:
    await sign_up(client)
    columns = [column.label("address") if column.key == "email" else column for column in USER.columns]
    (row,) = await reads.fetch_all(select(*columns))
    with pytest.raises(KeyError, match="email"):
        USER.read(row)


def test_a_field_without_a_column_is_missed_at_import() -> None:
    @dataclass(frozen=True)
    class Renamed:
        id: str
        heading: str
        email: str

    with pytest.raises(AttributeError, match="heading"):
        RowMapper(Renamed, models.User)


async def test_the_type_checker_refuses_rows_by_position(reads: Connection) -> None:
    row: Row = {"title": "A", "subtitle": "B"}
    with pytest.raises(KeyError):
        row[0]  # type: ignore[index]
    assert [*row] != ["A", "B"]  # type: ignore[misc]
    with pytest.raises(ValueError, match="too many values"):
        await reads.fetch_values(select(literal(1), literal(2)))  # type: ignore[arg-type]


class Colour(StrEnum):
    RED = "red"


async def test_values_that_the_driver_does_not_convert_are_converted_by_name(reads: Connection) -> None:
    colour = literal("RED", Enum(Colour, native_enum=False))
    query = select(literal(1).label("number"), colour.label("colour"))
    (row,) = await reads.fetch_all(query)
    assert (row["number"], row["colour"]) == (1, Colour.RED)
    assert await reads.fetch_values(select(colour)) == [Colour.RED]


def test_a_body_has_no_field_that_its_changes_lack() -> None:
    class Body(Patch):
        heading: str

    with pytest.raises(AssertionError, match="AccountChanges has no heading"):
        changes_in(Body(heading="A"), AccountChanges)
