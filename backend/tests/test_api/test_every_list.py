"""Properties of every list that has pages, tested for every such list: a new one cannot escape."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from domain.page import MAX_OFFSET, MAX_PAGE
from domain.permissions import Role
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of, grant, sign_up
from tests.support.routes import address


@pytest.fixture
def lists(app: FastAPI) -> list[str]:
    """The addresses of all lists that have pages. Those below a parent have one that does not exist."""
    paths = app.openapi()["paths"]
    return [address(path) for path, operations in paths.items() if "cursor" in _parameters(operations)]


def _parameters(operations: dict[str, dict[str, list[dict[str, str]]]]) -> set[str]:
    return {parameter["name"] for parameter in operations.get("get", {}).get("parameters", ())}


@pytest.fixture
async def admin(app: FastAPI, client: httpx.AsyncClient, factory: Factory) -> httpx.AsyncClient:
    """The browser of an admin, in a product that has a few rows in some lists."""
    await grant(factory, await sign_up(client), Role.ADMIN)
    for number in range(3):
        async with browser(app) as other:
            await sign_up(other, email=f"other{number}@example.com")
    return client


async def test_a_list_is_paged_by_cursor_by_number_and_by_offset(admin: httpx.AsyncClient, lists: list[str]) -> None:
    assert len(lists) >= 5
    for path in lists:
        whole = await admin.get(path)
        if whole.status_code == 404:  # it has no such parent
            continue
        rows = whole.json()["data"]
        for offset in range(3):
            page = (await admin.get(path, params={"limit": 1, "offset": offset})).json()
            assert page["data"] == rows[offset : offset + 1], path
            assert (page["meta"]["offset"], page["meta"]["total"]) == (offset, len(rows)), path
            numbered = (await admin.get(path, params={"limit": 1, "page": offset + 1})).json()
            assert numbered["data"] == page["data"], path
            assert (numbered["meta"]["page"], numbered["meta"]["total"]) == (offset + 1, len(rows)), path
            assert numbered["meta"]["next_cursor"] == page["meta"]["next_cursor"], path


async def test_a_page_begins_at_one_place(admin: httpx.AsyncClient, lists: list[str]) -> None:
    places: list[dict[str, str | int]] = [
        {"cursor": "a", "page": 1},
        {"cursor": "a", "offset": 0},
        {"page": 1, "offset": 0},
        {"cursor": "a", "page": 1, "offset": 0},
    ]
    for path in lists:
        for several in places:
            refusal = await admin.get(path, params=several)
            assert refusal.status_code == 422, path
            first, *others = several
            expected = [{"field": name, "message": f"Cannot be combined with `{first}`."} for name in others]
            assert error_of(refusal)["details"] == expected, path


async def test_no_page_begins_behind_the_deepest_numbered_one(admin: httpx.AsyncClient, lists: list[str]) -> None:
    for path in lists:
        for name, value in (("offset", -1), ("offset", MAX_OFFSET + 1), ("page", 0), ("page", MAX_PAGE + 1)):
            refusal = await admin.get(path, params={name: value})
            assert [detail["field"] for detail in error_of(refusal)["details"]] == [name], path
        for deepest in ({"offset": MAX_OFFSET}, {"page": MAX_PAGE, "limit": 100}):
            assert (await admin.get(path, params=deepest)).status_code in {200, 404}, path
