"""Properties of every route, tested for every route: a new one cannot escape.

Who may use it is declared in the test file of its feature. Cross-site requests are in test_same_origin.py, and who may
do what to whose rows in test_every_resource.py.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from api.dependencies import require_recent_authentication
from api.documentation import api_routes, dependencies
from core.settings import Settings
from domain.permissions import Permission, permissions_of
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of, prove_address, recorded_statements
from tests.support.resource import PUBLIC, access, declarations, resources, streams
from tests.support.routes import ROLES, Asking, address, routes
from tests.support.second_factors import FORGOT_WHO_IT_IS
from tests.support.world import add_row
from tests.test_api.test_errors import SECURITY_HEADERS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HOW_TO_DECLARE = (
    "In the test file of the feature below tests/test_api, declare a RESOURCE whose actions include the route, "
    "or add the route to ACCESS there; tests/support/resource.py shows both."
)


def test_every_route_is_declared_in_the_test_file_of_its_feature(app: FastAPI) -> None:
    forgotten = sorted(set(routes(app)) - set(access()))
    assert not forgotten, f"No test file says who may use {forgotten}. {HOW_TO_DECLARE}"


def test_every_declared_route_exists_and_is_declared_once(app: FastAPI) -> None:
    places = declarations().places
    unknown = {route: places[route] for route in set(access()) - set(routes(app))}
    assert not unknown, f"These routes are declared and do not exist; correct RESOURCE (`actions`) or ACCESS: {unknown}"
    twice = {route: found for route, found in places.items() if len(found) > 1}
    assert not twice, f"These routes are declared twice; keep one: {twice}"


def expected_refusal(role: str, may: str | Permission) -> int | None:
    """Return the status that keeps the role out, or None."""
    roles = ROLES[role]
    if may == PUBLIC:
        return None
    if roles is None:
        return 401
    return 403 if isinstance(may, Permission) and may not in permissions_of(roles) else None


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_use_its_routes_and_no_others(ask: Asking, role: str) -> None:
    for (method, path), line in access().items():
        refusal = expected_refusal(role, line.to)
        if line.streams and refusal is None:
            continue
        sent = {"files": line.body} if line.is_form else {"json": line.body}
        response = await ask(role, method, address(path), **sent)
        codes = {401: ("NOT_AUTHENTICATED", "SESSION_EXPIRED"), 403: ("PERMISSION_DENIED",)}
        if refusal is None and response.is_error:  # a wrong proof may be refused behind the door
            assert error_of(response)["code"] not in ("NOT_AUTHENTICATED", "PERMISSION_DENIED"), (method, path)
        elif refusal is None:
            assert response.status_code < 400
        else:
            assert response.status_code == refusal, (method, path, response.text)
            assert error_of(response)["code"] in codes[refusal], (method, path)


async def test_every_route_that_reads_json_reads_nothing_else(ask: Asking, app: FastAPI) -> None:
    asked = 0
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            if "application/json" not in operation.get("requestBody", {}).get("content", {}):
                continue
            for content_type in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
                headers = {"Content-Type": content_type}
                response = await ask("admin", method.upper(), address(path), content=b'{"a": 1}', headers=headers)
                assert response.status_code == 415, (method, path, response.text)
                asked += 1
    assert asked


async def test_every_other_method_is_refused_and_told_which_are_allowed(ask: Asking, app: FastAPI) -> None:
    known: dict[str, set[str]] = {}
    for method, path in routes(app):
        known.setdefault(path, set()).add(method)
    for path, methods in known.items():
        for method in set(METHODS) - methods:
            response = await ask("admin", method, address(path))
            assert response.status_code == 405, (method, path)
            assert {*response.headers["Allow"].split(", ")} == methods, (method, path)


@pytest.fixture
async def ids(clients: dict[str, httpx.AsyncClient]) -> dict[str, str]:
    """The id of a row of every resource, by the name of its parameter."""
    ids: dict[str, str] = {}
    await prove_address(clients["admin"])
    for resource in resources():
        row = await add_row(clients["admin"], resource, resource.visibility.rights[-1])
        ids |= {resource.key: row.id}
    return ids


def readings(app: FastAPI) -> list[str]:
    """Return the paths of all routes that can be read from the beginning to the end."""
    return [path for method, path in routes(app) if method == "GET" and not access()[method, path].streams]


async def test_reading_never_writes(clients: dict[str, httpx.AsyncClient], app: FastAPI, ids: dict[str, str]) -> None:
    for path in readings(app):
        for asked in ("GET", "HEAD") if path.startswith("/api/") else ("GET",):
            with recorded_statements() as recorded:
                response = await clients["admin"].request(asked, address(path, **ids))
            assert response.status_code == access()["GET", path].finds, (
                f"{asked} {path} got {response.status_code}. If it finds nothing even for an id of each RESOURCE, "
                "say in its line of ACCESS what it answers: `finds=404`."
            )
            written = [statement.sql for statement in recorded if _writes(statement.sql)]
            assert written == [], (asked, path)


async def test_head_answers_like_get_without_the_body(
    clients: dict[str, httpx.AsyncClient], app: FastAPI, ids: dict[str, str]
) -> None:
    paths = [path for path in readings(app) if path.startswith("/api/")]
    for path in {address(path, **known) for path in paths for known in (ids, {})}:  # what exists and what does not
        got = await clients["admin"].get(path)
        with sent_bodies(clients["admin"]) as bodies:
            head = await clients["admin"].head(path)
        assert (head.status_code, b"".join(bodies)) == (got.status_code, b""), path
        assert _stable_headers(head) == _stable_headers(got), path


@contextmanager
def sent_bodies(client: httpx.AsyncClient) -> Iterator[list[bytes]]:
    """Collect the bodies that the application sends. Of an answer to HEAD, the client does not show it."""
    transport: Any = client._transport
    app, bodies = transport.app, list[bytes]()

    async def recording(scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Message) -> None:
            bodies.append(message.get("body", b""))
            await send(message)

        await app(scope, receive, note)

    transport.app = recording
    try:
        yield bodies
    finally:
        transport.app = app


def _stable_headers(response: httpx.Response) -> dict[str, str]:
    """Return the headers of an answer without those that no two answers have in common."""
    changing = {"x-request-id", "set-cookie", "location"}
    return {name: value for name, value in response.headers.items() if name not in changing}


def _writes(sql: str) -> bool:
    return re.search(r"\b(INSERT|UPDATE|DELETE|TRUNCATE|MERGE)\b", sql, re.IGNORECASE) is not None


def test_what_writes_is_recognised() -> None:
    assert _writes("INSERT INTO a") and _writes("WITH x AS (UPDATE a SET b = 1) SELECT 1")  # noqa: PT018
    assert not _writes("SELECT updated_at FROM posts")


async def test_an_old_proof_is_refused_by_every_route_that_needs_one_and_nothing_is_changed(
    ask: Asking, app: FastAPI, connection: AsyncConnection
) -> None:
    await connection.execute(text(FORGOT_WHO_IT_IS))
    for method, path in sensitive(app):
        response = await ask("admin", method, address(path), json=access()[method, path].body)
        assert response.status_code == 403, (method, path, response.text)
        assert error_of(response)["code"] == "REAUTHENTICATION_REQUIRED", (method, path)


async def test_a_session_that_another_process_has_just_ended_is_refused_by_every_route_that_needs_a_recent_proof(
    ask: Asking, app: FastAPI, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factory.identities, "_max_age", 60.0)
    for method, path in sensitive(app):
        assert (await ask("admin", "GET", "/api/users/me")).status_code == 200  # this process remembers the session
        savepoint = await connection.begin_nested()
        await connection.execute(text("UPDATE sessions SET revoked_at = now()"))
        assert (await ask("admin", "GET", "/api/users/me")).status_code == 200, "it remembers none"
        response = await ask("admin", method, address(path), json=access()[method, path].body)
        assert response.status_code == 401, (method, path, response.text)
        await savepoint.rollback()


def sensitive(app: FastAPI) -> list[tuple[str, str]]:
    """Return the routes that require recent authentication."""
    found = [
        (method, route.path)
        for route in api_routes(app)
        if require_recent_authentication in {dependency.call for dependency in dependencies(route.dependant)}
        for method in sorted(route.methods or ())
    ]
    assert {"/api/users/{user_id}", "/api/users/{user_id}/sessions", "/api/auth/sessions"} <= {
        path for _, path in found
    }
    return found


async def test_no_other_origin_may_read_or_is_asked_to(ask: Asking, app: FastAPI) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for _, path in routes(app):
        for method in ("GET", "OPTIONS"):
            role = "guest" if path in streams() else "admin"
            response = await ask(role, method, address(path), headers=headers)
            allowed = [name for name in response.headers if name.startswith("access-control-")]
            assert allowed == [], (method, path)


async def test_every_answer_has_the_security_headers(
    settings: Settings, factory: Factory, tmp_path: Path, ask: Asking
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "a.js").write_text("1")
    app = create_app(settings.model_copy(update={"frontend_directory": tmp_path}), factory=factory)
    asked = [(method, address(path)) for method, path in access()]
    elsewhere = ["/", "/posts/7", "/assets/a.js", "/assets/missing.js", "/api/nowhere"]
    async with browser(app) as guest:
        for method, path in [*asked, *(("GET", path) for path in elsewhere), ("POST", "/"), ("DELETE", "/api/ping")]:
            response = await guest.request(method, path)
            for header in SECURITY_HEADERS:
                assert header in response.headers, (method, path, response.status_code)
        large = await guest.post("/api/auth/signin", content=b"x" * (settings.max_body_bytes + 1))
        assert large.status_code == 413
        assert all(header in large.headers for header in SECURITY_HEADERS)
