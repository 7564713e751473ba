"""The OpenAPI document says what clients and their generators need, and no more."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx2 as httpx
import pytest
from pydantic import Field, TypeAdapter

from api.document_details import HEADERS, contact
from api.schemas.text import NotText
from core import product
from core.settings import Settings
from tests.support.cookies import ACCESS_COOKIE
from tests.support.helpers import sign_up
from tests.support.resource import PUBLIC, Access
from tests.support.routes import unconnected_app
from tests.support.specimen_routes import with_memos, write_memo

Document = dict[str, Any]

MEMO = {"title": "A"}

FRONTEND = Path(__file__).parents[3] / "frontend"
# The sections at the end of a docstring in Google's style.
SECTION = re.compile(r"\b(?:Args|Raises|Returns|Yields|Attributes):")
# Pydantic's own name for a limit behind a validator, which it leaves in the document, and which no client reads.
LIMITS = {"ge", "gt", "le", "lt", "multiple_of"}


@pytest.fixture(scope="module")
def document() -> Document:
    return unconnected_app().openapi()


@pytest.fixture(scope="module")
def specimen_document() -> Document:
    """The document of the application with the routes of memos."""
    return with_memos(unconnected_app()).openapi()


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


ACCESS = {
    ("GET", "/api/openapi.json"): Access(PUBLIC),
}


def test_it_says_where_and_whose_it_is(document: Document) -> None:
    info = document["info"]
    assert (info["title"], info["version"]) == (product.NAME, product.VERSION)
    assert info["license"]["identifier"] == product.LICENSE
    assert info["contact"]["name"]
    assert [server["url"] for server in document["servers"]] == ["/"]


def test_the_contact_has_the_support_address_if_there_is_one(settings: Settings) -> None:
    supported = settings.model_copy(update={"support_email": "Support <help@app.example.com>"})
    assert contact(supported)["email"] == "help@app.example.com"
    assert "email" not in contact(settings)


def test_every_operation_has_one_tag_and_every_tag_is_described(document: Document) -> None:
    untagged = [name for name, operation in operations(document) if len(operation.get("tags", ())) != 1]
    assert untagged == [], "Give the router of each one tag: `APIRouter(prefix=…, tags=[…])`"
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    assert described == {tag for _, operation in operations(document) for tag in operation["tags"]}, (
        "A tag is described by the first paragraph of the docstring of its module in api/routes"
    )


def test_every_operation_says_who_may_ask(document: Document) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["SessionCookie"] | {"description": ""} == {
        "type": "apiKey",
        "in": "cookie",
        "name": ACCESS_COOKIE,
        "description": "",
    }
    for name, operation in operations(document):
        assert {scheme for way in operation["security"] for scheme in way} <= schemes.keys(), name


@pytest.mark.parametrize(
    ("method", "path", "ways"),
    [
        ("get", "/api/ping", []),
        ("post", "/api/auth/signin", []),
        ("get", "/api/users/{user_id}/avatar", []),
        ("get", "/api/memos", [set(), {"OAuth2PasswordBearer"}, {"ApiToken"}, {"SessionCookie"}]),
        ("post", "/api/memos", [{"OAuth2PasswordBearer"}, {"ApiToken"}, {"SessionCookie"}]),
        ("post", "/api/auth/change-password", [{"OAuth2PasswordBearer"}, {"SessionCookie"}]),
        ("post", "/api/auth/tokens", [{"OAuth2PasswordBearer"}, {"SessionCookie"}]),
    ],
)
def test_tokens_are_named_where_they_are_taken(
    specimen_document: Document, method: str, path: str, ways: list[set[str]]
) -> None:
    operation = specimen_document["paths"][path][method]
    assert sorted(map(set, operation["security"]), key=sorted) == sorted(ways, key=sorted)


def test_nothing_is_written_for_programmers_of_python(document: Document) -> None:
    assert SECTION.findall(json.dumps(document)) == []


def test_nothing_in_the_client_of_the_front_end_is_written_for_programmers_of_python() -> None:
    generated = list((FRONTEND / "src" / "api" / "generated").glob("*.ts"))
    assert generated
    assert [file.name for file in generated if SECTION.search(file.read_text())] == []


def lost_limits(node: object, path: str = "#") -> Iterator[str]:
    if isinstance(node, list):
        node = dict(enumerate(node))
    if isinstance(node, dict):
        for key, value in node.items():
            if key in LIMITS and isinstance(value, int | float):
                yield f"{path}: `{key}` is no keyword of JSON Schema."
            yield from lost_limits(value, f"{path}/{key}")


def test_limits_of_numbers_are_written_as_clients_read_them(document: Document) -> None:
    assert list(lost_limits(document)) == [], "Write the validator last: `Annotated[int, Field(ge=1), NotText]`."
    wrong: TypeAdapter[int] = TypeAdapter(Annotated[int, NotText, Field(ge=1, le=9)])
    assert len(list(lost_limits(wrong.json_schema()))) == 2
    right: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1, le=9), NotText])
    assert right.json_schema() == {"type": "integer", "minimum": 1, "maximum": 9}


def test_forms_read_every_limit_that_a_field_can_have() -> None:
    fields: list[Any] = [
        Annotated[float, Field(gt=0, ge=1, lt=9, le=8, multiple_of=2)],
        Annotated[str, Field(min_length=1, max_length=9, pattern="a")],
        Annotated[list[int], Field(min_length=1, max_length=9)],
    ]
    written = {keyword for field in fields for keyword in TypeAdapter(field).json_schema()} - {"type", "items"}
    words = set(re.findall(r"\w+", (FRONTEND / "orval.forms.ts").read_text()))
    assert written - words == set()


def test_files_are_bytes_and_no_strings(document: Document) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                if not re.search("json|text", media_type):
                    assert content == {"schema": {"contentMediaType": media_type}}, f"{name} {status}"
    assert '"format": "binary"' not in json.dumps(document)


def assert_headers_are_documented(document: Document, path: str, response: httpx.Response) -> None:
    operation = document["paths"][path][response.request.method.lower()]
    documented = operation["responses"][str(response.status_code)].get("headers", {})
    sent = {name for name in HEADERS if name in response.headers}
    assert sent <= documented.keys(), f"{response.request.method} {response.url}: {sent - documented.keys()}"


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("get", "/api/ping", {}),
        ("get", "/api/ready", {}),
        ("post", "/api/memos", {"json": MEMO}),
        ("get", "/api/memos", {}),
        ("get", "/api/memos/{memo_id}", {}),
        ("put", "/api/memos/{memo_id}", {"json": MEMO}),
        ("put", "/api/memos/{memo_id}", {"json": MEMO, "headers": {"If-Match": '"99"'}}),
        ("post", "/api/memos/{memo_id}/remarks", {"json": {"content": "C"}}),
        ("get", "/api/users/me", {}),
        ("get", "/api/users/{user_id}/avatar", {}),
        ("post", "/api/auth/signin", {"json": {"email": "a@example.com", "password": "wrong password"}}),
        ("delete", "/api/memos/{memo_id}", {}),
    ],
)
async def test_the_headers_that_are_sent_are_documented(
    specimen_client: httpx.AsyncClient, specimen_document: Document, method: str, path: str, options: dict[str, Any]
) -> None:
    names = {"user_id": (await sign_up(specimen_client))["id"], "memo_id": (await write_memo(specimen_client))["id"]}
    response = await specimen_client.request(method, path.format(**names), **options)
    assert_headers_are_documented(specimen_document, path, response)


def test_what_was_created_is_documented_with_its_headers(specimen_document: Document) -> None:
    created = specimen_document["paths"]["/api/memos"]["post"]["responses"]["201"]["headers"]
    assert {"Location", "ETag", "X-Request-ID", "RateLimit", "RateLimit-Policy"} <= created.keys()


def test_who_is_told_to_wait_is_told_for_how_long(document: Document) -> None:
    for name, operation in operations(document):
        for status in {"429", "503"} & operation["responses"].keys():
            assert "Retry-After" in operation["responses"][status]["headers"], name
