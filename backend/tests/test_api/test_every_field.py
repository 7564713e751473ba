"""Properties of every field of every body and of every parameter."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI

from tests.support.helpers import error_of
from tests.support.resource import PUBLIC, access, streams
from tests.support.routes import Asking, address


@dataclass(frozen=True)
class Field:
    """A field of a body in JSON, and a body that has it."""

    method: str
    path: str
    name: str
    type: str
    body: dict[str, Any]


def body_schemas(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and schema of every body in JSON."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
                yield method.upper(), path, document["components"]["schemas"][name]


def fields(app: FastAPI) -> Iterator[Field]:
    for method, path, schema in body_schemas(app.openapi()):
        needed = dict.fromkeys(schema.get("required", ()), "a long text")
        for name, field in schema["properties"].items():
            yield Field(method, path, name, str(field.get("type")), {**needed, **(access()[method, path].body or {})})


async def test_numbers_and_truth_values_are_not_guessed_from_something_else(ask: Asking, app: FastAPI) -> None:
    asked = 0
    for field in fields(app):
        for guess in {"boolean": (0, "true"), "integer": ("1", True)}.get(field.type, ()):
            response = await ask("admin", field.method, address(field.path), json={**field.body, field.name: guess})
            assert response.status_code == 422, field
            assert field.name in {detail["field"] for detail in error_of(response)["details"]}, field
            asked += 1
    assert asked


async def test_a_value_of_a_wrong_type_is_one_problem_of_its_field(ask: Asking, app: FastAPI) -> None:
    for field in fields(app):
        response = await ask("admin", field.method, address(field.path), json={**field.body, field.name: 1.5})
        assert response.status_code == 422, field
        names = [detail["field"] for detail in error_of(response)["details"]]
        assert [name for name in names if name.startswith(field.name)] == [field.name], field


@pytest.mark.parametrize("text", ["a\0@b.com", "a\ud800@b.com"], ids=["null", "half a surrogate pair"])
async def test_no_character_is_an_error_of_ours(ask: Asking, app: FastAPI, text: str) -> None:
    for field in fields(app):
        content = json.dumps({**field.body, field.name: text})
        headers = {"Content-Type": "application/json"}
        response = await ask("admin", field.method, address(field.path), content=content, headers=headers)
        assert response.status_code < 500, field
    form = {"username": quote(text, errors="surrogatepass"), "password": "x"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    content = "&".join(f"{name}={value}" for name, value in form.items())
    assert (await ask("admin", "POST", "/api/auth/token", content=content, headers=headers)).status_code < 500


async def test_no_domain_is_an_error_of_ours(ask: Asking, app: FastAPI) -> None:
    surrogate = "a@xn--ib9b.com"  # half a surrogate pair in Punycode
    addresses = [field for field in fields(app) if "email" in field.name]
    assert addresses
    for field in addresses:
        response = await ask("admin", field.method, address(field.path), json={**field.body, field.name: surrogate})
        assert response.status_code < 500, field
    response = await ask("admin", "POST", "/api/auth/token", data={"username": surrogate, "password": "x"})
    assert response.status_code < 500


@pytest.mark.parametrize(
    "value",
    ["a%00b", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"],
    ids=["null", "a time before the calendar", "a time after the calendar"],
)
async def test_no_value_in_a_query_is_an_error_of_ours(ask: Asking, app: FastAPI, value: str) -> None:
    asked = 0
    for path, operations in app.openapi()["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query" and path not in streams():
                response = await ask("admin", "GET", f"{address(path)}?{parameter['name']}={value}")
                assert response.status_code < 500, (path, parameter["name"])
                asked += 1
    assert asked


def test_the_document_says_where_a_token_may_be_left_out(app: FastAPI) -> None:
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            may = access()[method.upper(), path].to
            schemes = operation["security"] or [{}]
            if path != "/api/auth/refresh":  # its cookie is the token
                assert ({} in schemes) == (may == PUBLIC), (method, path)


def test_no_parameter_is_said_to_be_null(app: FastAPI) -> None:
    parameters = [
        parameter
        for operations in app.openapi()["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
    ]
    assert parameters
    assert '"null"' not in json.dumps(parameters)


def test_no_body_assigns_what_it_was_not_asked_for(app: FastAPI) -> None:
    """Mass assignment: every body refuses fields that it does not name."""
    bodies = list(body_schemas(app.openapi()))
    assert bodies
    for method, path, schema in bodies:
        assert schema.get("additionalProperties") is False, (method, path)
