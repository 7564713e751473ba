"""Every list can be paged through in every order, whatever the type it is sorted by, without a gap or a repetition."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, cast
from uuid import UUID

import pytest
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Text,
    TextClause,
    column,
    func,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from api.paging import pack_cursor, unpack_cursor
from domain.page import Cursor, PageRequest, SortValue
from repository.base_model import BaseTableModel, IndexSortsOtherwise
from repository.folding import sort_key
from repository.sql.paging import Order
from repository.sql.rows import RowMapper
from service.factory import Factory
from tests.support.properties import given

VALUES: dict[str, list[Any]] = {
    "day": [date(2026, 12, 31), date(2026, 1, 1), date(2026, 1, 1), None, None],
    "moment": [datetime(2026, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, tzinfo=UTC), None, None, None],
    "word": ["b", "a", "a", "", None],
    "number": [2**62, -(2**62), 0, 0, None],
    "amount": [Decimal("1.10"), Decimal("-0.01"), Decimal("1.10"), Decimal(0), None],
    "flag": [True, False, True, None, False],
    "other": [UUID(int=2), UUID(int=1), None, None, UUID(int=3)],
    "required": [1, 1, 1, 2, 2],
}


class Base(DeclarativeBase):
    """Not the product's, whose tables all have migrations."""

    metadata = MetaData()
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True), int: BigInteger}


class Sample(Base):
    __tablename__ = "samples"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date | None]
    moment: Mapped[datetime | None]
    word: Mapped[str | None]
    number: Mapped[int | None]
    amount: Mapped[Decimal | None]
    flag: Mapped[bool | None]
    other: Mapped[UUID | None]
    required: Mapped[int]


@dataclass(frozen=True, slots=True)
class Found:
    id: UUID


@pytest.fixture(autouse=True)
async def samples(connection: AsyncConnection) -> AsyncIterator[None]:
    await connection.execute(
        text(
            "CREATE TEMPORARY TABLE samples (id uuid PRIMARY KEY, day date, moment timestamptz, word text, number bigint,"
            " amount numeric, flag boolean, other uuid, required integer NOT NULL)"
        )
    )
    columns = ", ".join(f":{name}" for name in VALUES)
    for index in range(5):
        row = {name: values[index] for name, values in VALUES.items()} | {"id": UUID(int=index)}
        await connection.execute(text(f"INSERT INTO samples VALUES (:id, {columns})"), row)
    yield
    await connection.execute(text("DROP TABLE samples"))


@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("limit", [1, 2])
async def test_pages_in_every_order_have_no_gap_and_no_repetition(
    factory: Factory, name: str, limit: int, *, descending: bool
) -> None:
    column: InstrumentedAttribute[Any] = getattr(Sample, name)
    order = Order(column, Sample.id, descending)
    seen: list[UUID] = []
    after: Cursor | None = None
    async with factory.unit_of_work() as work:
        while True:
            request = PageRequest(limit=limit, after=after)
            rows = await work.connection.fetch_all(order.page(select(Sample.id, column), request))
            page = order.to_page(rows, RowMapper(Found), request)
            seen += [item.id for item in page.items]
            if page.next is None:
                break
            after = unpack_cursor(pack_cursor(page.next))
    assert seen == _sorted(VALUES[name], descending=descending)


def _sorted(values: list[Any], *, descending: bool) -> list[UUID]:
    known = [(value, UUID(int=index)) for index, value in enumerate(values) if value is not None]
    unknown = [UUID(int=index) for index, value in enumerate(values) if value is None]
    return [key for _, key in sorted(known, reverse=descending)] + sorted(unknown, reverse=descending)


times = st.datetimes(timezones=st.just(UTC))
sort_values = st.one_of(
    times, st.dates(), st.text(), st.booleans(), st.integers(), st.decimals(allow_nan=False), st.uuids(), st.none()
)


@given(sort_values, st.uuids())
def test_a_cursor_keeps_its_value_and_its_type(value: SortValue, key: UUID) -> None:
    cursor = unpack_cursor(pack_cursor(Cursor(value, key)))
    assert cursor == Cursor(value, key)
    assert type(cursor.value) is type(value)


class Own(BaseTableModel):
    """Keeps tables of these tests apart from the product's, which all have migrations."""

    __abstract__ = True
    metadata = MetaData()


def _define(name: str, expression: ColumnElement[Any] | TextClause) -> None:
    index = Index(f"ix_{name}", expression, "id")
    type(name, (Own,), {"__tablename__": name, "__table_args__": (index,), "word": mapped_column(Text)})


@pytest.mark.parametrize(
    ("name", "expression"),
    {
        "Plain": text("sort_key(word)"),
        "Other": text('sort_key(word) COLLATE "en_US"'),
        "Function": func.sort_key(column("word")),
        "Nested": text("sort_key(coalesce(word, ''))"),
    }.items(),
)
def test_an_index_on_a_sort_key_that_no_list_would_use_is_refused(
    name: str, expression: ColumnElement[Any] | TextClause
) -> None:
    with pytest.raises(IndexSortsOtherwise, match=f"{name}: no query would use ix_{name}"):
        _define(name, expression)


def test_an_index_as_lists_are_sorted_is_taken() -> None:
    _define("Written", text('sort_key(word) COLLATE "C"'))
    _define("Built", sort_key(cast("Any", column("word"))).element)
    _define("Unsorted", column("word"))
