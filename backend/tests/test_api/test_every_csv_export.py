"""Properties of every list as CSV: it is its list as a file, for the same users, with the same filters and orders.

An export stands at the address of its list, with `.csv` behind it. Its answers to refusals and limits are in
test_csv_exports.py.
"""

from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.documentation import api_routes, dependencies
from api.files import csv_export
from api.schemas.envelope import PageQuery
from service.factory import Factory
from tests.conftest import browser
from tests.support.csv_files import rows_of
from tests.support.helpers import error_of, grant, sign_up_proved
from tests.support.resource import PUBLIC, SIGNED_IN, access, resources
from tests.support.routes import FOREIGN_ID, ROLES
from tests.support.world import add_row, document, resolved

FORMULA = "=1+1"
# Values that no row has, for filters of which all rows have the same value.
IN_NO_ROW = (FOREIGN_ID, "192.0.2.1", "unheard-of", "2000-01-01T00:00:00Z", "true", "false")


@pytest.fixture
def exports(app: FastAPI) -> list[str]:
    """The addresses of all lists that can be exported."""
    found = [route.path for route in api_routes(app) if route.path.endswith(".csv")]
    assert "/api/users.csv" in found
    return [path.removesuffix(".csv") for path in found]


@pytest.fixture
async def users(app: FastAPI, factory: Factory, exports: list[str]) -> dict[str, httpx.AsyncClient]:
    """Browsers of users with each role, in a product with rows in every list.

    All users have a name that is a formula.
    """
    users = {role: browser(app) for role, roles in ROLES.items() if roles}
    for role, user in users.items():
        await grant(factory, await sign_up_proved(user, name=FORMULA), *ROLES[role] or ())
    for resource in (each for each in resources() if each.path in exports):
        for user in users.values() if resource.owned else [users["admin"]]:
            for rights in resource.visibility.rights:
                await add_row(user, resource, rights)
    return users


def parameters(path: str) -> dict[str, Any]:
    return {each["name"]: each for each in document()["paths"][path]["get"]["parameters"] if each["in"] == "query"}


def columns(schema: dict[str, Any], above: str = "") -> Iterator[str]:
    """Yield the columns of a response: its fields, and those of the objects in it."""
    for name, field in resolved(schema)["properties"].items():
        if "properties" in resolved(field):
            yield from columns(field, f"{above}{name}_")
        else:
            yield f"{above}{name}"


def leaves(value: Any) -> Iterator[str]:
    """Yield the texts, numbers and truth values of a response."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    elif value is not None:
        yield str(value)


async def listed(client: httpx.AsyncClient, path: str, params: dict[str, str]) -> list[dict[str, Any]] | Any:
    """Return the rows of a list, or the details of its refusal."""
    response = await client.get(path, params={**params, "limit": 100})
    return response.json()["data"] if response.is_success else error_of(response)["details"]


async def ids_or_refusal(client: httpx.AsyncClient, path: str, params: dict[str, str]) -> Any:
    found = await listed(client, path, params)
    return [row.get("id", row) for row in found]


async def exported_ids_or_refusal(client: httpx.AsyncClient, path: str, params: dict[str, str]) -> Any:
    response = await client.get(f"{path}.csv", params=params)
    return [row["id"] for row in rows_of(response)] if response.is_success else error_of(response)["details"]


def test_every_export_is_built_by_the_dependency_that_makes_it_safe(app: FastAPI) -> None:
    building = [
        route.path
        for route in api_routes(app)
        if csv_export._csv_export in [each.call for each in dependencies(route.dependant)]
    ]
    assert sorted(building) == sorted(route.path for route in api_routes(app) if route.path.endswith(".csv"))


def test_an_export_has_the_parameters_of_its_list_without_those_of_pages(exports: list[str]) -> None:
    for path in exports:
        expected = {name: each for name, each in parameters(path).items() if name not in PageQuery.model_fields}
        assert parameters(f"{path}.csv") == expected, path
        assert list(parameters(path)) != list(expected), path


async def test_no_other_parameter_is_taken(users: dict[str, httpx.AsyncClient], exports: list[str]) -> None:
    for path in exports:
        for name in (*PageQuery.model_fields, "size", "unheard_of"):
            response = await users["admin"].get(f"{path}.csv", params={name: "1"})
            assert response.status_code == 422, (path, name)
            assert [detail["field"] for detail in error_of(response)["details"]] == [name], path


async def test_each_filter_and_order_does_what_it_does_to_the_list(
    users: dict[str, httpx.AsyncClient], exports: list[str]
) -> None:
    admin = users["admin"]
    for path in exports:
        rows = await listed(admin, path, {})
        whole = [row["id"] for row in rows]
        for name, parameter in parameters(f"{path}.csv").items():
            choices = resolved(parameter["schema"]).get("enum", ())
            results = []
            for value in dict.fromkeys([*choices, *leaves([rows[0], rows[-1]]), *IN_NO_ROW]):
                expected = await ids_or_refusal(admin, path, {name: value})
                assert await exported_ids_or_refusal(admin, path, {name: value}) == expected, (path, name, value)
                results.append(expected)
            assert any(result != whole for result in results), (path, name)


def test_the_permission_is_that_of_the_list(exports: list[str]) -> None:
    for path in exports:
        allowed = access()["GET", path].to
        assert access()["GET", f"{path}.csv"].to == (SIGNED_IN if allowed == PUBLIC else allowed), path


async def test_each_user_gets_the_rows_that_the_list_shows_them(
    users: dict[str, httpx.AsyncClient], app: FastAPI, exports: list[str]
) -> None:
    for path in exports:
        for role, client in users.items():
            response = await client.get(path, params={"limit": 100})
            exported = await client.get(f"{path}.csv")
            assert exported.status_code == response.status_code, (path, role)
            if response.is_success:
                shown = [row["id"] for row in response.json()["data"]]
                assert shown, (path, role)
                assert [row["id"] for row in rows_of(exported)] == shown, (path, role)
        async with browser(app) as guest:
            assert (await guest.get(f"{path}.csv")).status_code == 401, path


async def test_the_first_line_names_the_fields_of_the_list(
    users: dict[str, httpx.AsyncClient], exports: list[str]
) -> None:
    for path in exports:
        answer = document()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        item = resolved(answer)["properties"]["data"]["items"]
        header = (await users["admin"].get(f"{path}.csv")).content.decode("utf-8-sig").splitlines()[0]
        assert header.split(",") == list(columns(item)), path


async def test_no_cell_is_a_formula(users: dict[str, httpx.AsyncClient], exports: list[str]) -> None:
    neutralised = 0
    for path in exports:
        for row in rows_of(await users["admin"].get(f"{path}.csv")):
            assert not [cell for cell in row.values() if cell.startswith(csv_export.FORMULA_STARTS)], path
            neutralised += list(row.values()).count(f"'{FORMULA}")
    assert neutralised


async def test_its_headers_name_a_file_that_no_browser_opens_or_keeps(
    users: dict[str, httpx.AsyncClient], exports: list[str]
) -> None:
    for path in exports:
        headers = (await users["admin"].get(f"{path}.csv")).headers
        assert headers["Content-Type"] == "text/csv; charset=utf-8", path
        assert headers["Content-Disposition"] == f'attachment; filename="{path.rpartition("/")[2]}.csv"'
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "sandbox" in headers["Content-Security-Policy"], path
