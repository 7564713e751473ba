"""Properties of every page of a list, tested for every `RESOURCE` that a test file declares."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from repository.base_model import BaseTableModel
from tests.support.helpers import error_of, every_page
from tests.support.resource import Resource, resources
from tests.support.world import World, those


@those("list", paged=True)
async def test_pages_in_every_order_have_no_gap_and_no_repetition(
    world: World, connection: AsyncConnection, resource: Resource
) -> None:
    for _ in range(4):
        await _add_below(world)
    for column in resource.sorts:
        await _spread(connection, resource, column)
    usual = await _ids(world.reader, world.path("list"), limit=100)
    orders = {sort: {"sort": sort} for sort in resource.orders}
    # A list without `sort` has one of the orders; if there is none, that of time.
    assert usual in [await _in_order(connection, resource, usual, sort) for sort in orders or ("id", "-id")]
    for sort, order in (orders or {"": {}}).items():
        whole = await _ids(world.reader, world.path("list"), limit=100, **order)
        assert len(whole) >= 4
        assert not sort or await _in_order(connection, resource, whole, sort) == whole, order
        for limit in (1, 3):
            pages = await _ids(world.reader, world.path("list"), limit=limit, **order)
            assert pages == whole, (order, limit)


async def _add_below(world: World) -> None:
    """Make a row in the list of the last one."""
    if world.resource.parent is None:
        await world.add()
    else:
        assert (await world.act("create")).is_success


# SQL for a value that differs from that of the other rows, by the type of its column.
OTHER_VALUES = {
    str: "chr(97 + {number}) || {name}",
    int: "{name} + {number}",
    Decimal: "{name} + {number}",
    date: "{name} + {number}",
    datetime: "{name} + {number} * interval '1 hour'",
    bool: "NOT {name}",
}


async def _spread(connection: AsyncConnection, resource: Resource, name: str) -> None:
    """Let some of the rows have other values in a column, one of them NULL if it may be, and the rest equal ones."""
    column = BaseTableModel.metadata.tables[resource.table].c[name]
    other = OTHER_VALUES.get(column.type.python_type, name)
    row_ids = (await connection.execute(text(f"SELECT id FROM {resource.table} ORDER BY id DESC LIMIT 4"))).scalars()
    for number, row_id in enumerate(row_ids):
        value = "NULL" if number == 3 and column.nullable else other.format(name=name, number=number)
        if number > 1 or name in resource.unique:
            await connection.execute(text(f"UPDATE {resource.table} SET {name} = {value} WHERE id = '{row_id}'"))


async def _ids(client: httpx.AsyncClient, path: str, **params: Any) -> list[str]:
    pages = await every_page(client, path, **params)
    assert all(len(page) == params["limit"] for page in pages[:-1]), "Only the last page may be shorter."
    return [item["id"] for page in pages for item in page]


async def _in_order(connection: AsyncConnection, resource: Resource, ids: list[str], sort: str) -> list[str]:
    """Return the ids as the order says: the unknown values come last, and the id decides between equal ones."""
    query = text(f"SELECT id::text, {sort.removeprefix('-')} FROM {resource.table} WHERE id = ANY(:ids)")
    values = {row[0]: row[1] for row in await connection.execute(query, {"ids": ids})}
    known = [
        (value.casefold() if isinstance(value, str) else value, key)
        for key, value in values.items()
        if value is not None
    ]
    unknown = [key for key, value in values.items() if value is None]
    is_descending = sort.startswith("-")
    return [key for _, key in sorted(known, reverse=is_descending)] + sorted(unknown, reverse=is_descending)


@those("list", paged=True)
async def test_pages_are_found_by_their_number(world: World) -> None:
    for _ in range(3):
        await _add_below(world)
    path = world.path("list")
    whole = await _ids(world.reader, path, limit=100)
    for number in (1, 2, 3, 500):
        page = (await world.reader.get(path, params={"limit": 2, "page": number})).json()
        assert [item["id"] for item in page["data"]] == whole[2 * number - 2 : 2 * number]
        assert (page["meta"]["page"], page["meta"]["total"]) == (number, len(whole))
    first = (await world.reader.get(path, params={"limit": 2, "page": 1})).json()["meta"]
    rest = (await world.reader.get(path, params={"limit": 100, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in rest["data"]] == whole[2:]
    both = await world.reader.get(path, params={"limit": 2, "page": 2, "cursor": first["next_cursor"]})
    assert [detail["field"] for detail in error_of(both)["details"]] == ["page"]


@those("list", paged=True)
async def test_a_new_row_moves_no_page(world: World) -> None:
    for _ in range(2):
        await _add_below(world)
    path = world.path("list")
    whole = await _ids(world.reader, path, limit=100)
    first = (await world.reader.get(path, params={"limit": 1})).json()
    await _add_below(world)
    rest = await world.reader.get(path, params={"limit": 100, "cursor": first["meta"]["next_cursor"]})
    assert [item["id"] for item in rest.json()["data"] if item["id"] in whole] == whole[1:]


@those("list", paged=True)
async def test_the_total_is_counted_on_request_and_with_the_first_page_only(world: World) -> None:
    await _add_below(world)
    path = world.path("list")
    whole = await _ids(world.reader, path, limit=100)
    first = (await world.reader.get(path, params={"limit": 1})).json()["meta"]
    assert "total" not in first
    counted = (await world.reader.get(path, params={"limit": 1, "count": True})).json()["meta"]
    assert (counted["limit"], counted["total"]) == (1, len(whole))
    params = {"limit": 1, "count": True, "cursor": counted["next_cursor"]}
    assert "total" not in (await world.reader.get(path, params=params)).json()["meta"]


@those("list", paged=True)
async def test_a_cursor_is_good_for_its_own_list_and_order_only(world: World, resource: Resource) -> None:
    await _add_below(world)
    path = world.path("list")
    cursor = (await world.reader.get(path, params={"limit": 1})).json()["meta"]["next_cursor"]
    assert (await world.reader.get(path, params={"limit": 2, "cursor": cursor})).status_code == 200
    changed = ("B" if cursor[-8] == "A" else "A").join((cursor[:-8], cursor[-7:]))
    strange = [{"cursor": other} for other in (changed, cursor[:-1], "é", "", "x" * 2_001)]
    orders = [{"cursor": cursor, "sort": sort} for sort in resource.orders]
    for params in strange + orders:
        response = await world.reader.get(path, params=params)
        assert response.status_code == 422, params
        assert [detail["field"] for detail in error_of(response)["details"]] == ["cursor"]
    for other in resources():
        if other.among("list") and other.paged and other.parent is None and other is not resource:
            response = await world.reader.get(other.path, params={"cursor": cursor})
            assert response.status_code in (422, 403), other.path


@those("list", paged=True)
@pytest.mark.parametrize(
    ("parameter", "values"),
    [
        ("limit", ("0", "-1", "101", "1000000000", "9" * 40, "many")),
        ("count", ("perhaps",)),
        ("sort", ("id; DROP TABLE users", "unheard_of")),
        ("page", ("0", "501", "many")),
        ("unheard_of", ("x",)),
    ],
)
async def test_what_a_list_does_not_know_is_refused(world: World, parameter: str, values: tuple[str, ...]) -> None:
    for value in values:
        response = await world.reader.get(world.path("list"), params={parameter: value})
        assert response.status_code == 422, value
        assert [detail["field"] for detail in error_of(response)["details"]] == [parameter]
