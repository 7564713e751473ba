"""Whatever fails answers in one shape, with the same headers as everything else."""

from collections.abc import AsyncIterator

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.settings import Settings
from domain.errors import AppError
from tests.conftest import browser
from tests.support.helpers import PASSWORD, commits_refused, error_of, sign_up
from tests.support.specimen_routes import with_memos, write_memo

SECURITY_HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "x-request-id",
)
JSON = {"Content-Type": "application/json"}


class NotOnThePage(AppError):
    """An unmapped error."""

    message = "secret detail"


def _add_failing_routes(app: FastAPI) -> None:
    async def crash() -> None:
        raise RuntimeError("secret detail")

    async def refuse() -> None:
        raise NotOnThePage

    router = app.router
    router.add_api_route("/api/crash", crash, methods=["GET"])
    router.add_api_route("/api/refuse", refuse, methods=["GET"])
    router.routes.insert(0, router.routes.pop())
    router.routes.insert(0, router.routes.pop())


@pytest.fixture
async def failing(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    _add_failing_routes(app)
    async with browser(app) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "number"),
    [
        ("GET", "/api/nowhere", {}, 404, 40400),
        ("POST", "/api/nowhere", {"json": {}}, 404, 40400),
        ("GET", "/dev/nowhere", {}, 404, 40400),
        ("DELETE", "/api/ping", {}, 405, 40500),
        ("POST", "/some/page", {}, 405, 40500),
        ("GET", "/api/users/me", {}, 401, 40100),
        ("POST", "/api/auth/signup", {"content": "{not json", "headers": JSON}, 400, 40000),
        ("POST", "/api/auth/signup", {"content": b"\xff\xfe", "headers": JSON}, 400, 40000),
        ("POST", "/api/auth/signup", {"json": {}}, 422, 42200),
        ("POST", "/api/auth/signup", {"json": [1, 2]}, 422, 42200),
        ("POST", "/api/auth/signup", {}, 422, 42200),
        ("POST", "/api/auth/signup", {"data": {"email": "a@example.com"}}, 415, 41500),
        ("POST", "/api/auth/signup", {"content": "x", "headers": {"Content-Type": "text/plain"}}, 415, 41500),
        ("POST", "/api/auth/signup", {"content": "x" * (1024 * 1024 + 1), "headers": JSON}, 413, 41300),
        ("GET", "/api/crash", {}, 500, 50000),
        ("GET", "/api/refuse", {}, 500, 50000),
    ],
)
async def test_everything_that_fails_answers_in_one_shape(
    failing: httpx.AsyncClient, method: str, path: str, options: dict[str, str], status: int, number: int
) -> None:
    response = await failing.request(method, path, **options)  # type: ignore[arg-type]
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    error = error_of(response)
    assert set(error) == {"code", "internal_code", "message", "details", "request_id"}
    assert error["internal_code"] == number
    assert error["request_id"] == response.headers["x-request-id"]
    assert "secret detail" not in response.text
    assert "Traceback" not in response.text
    for header in SECURITY_HEADERS:
        assert header in response.headers


async def test_a_body_without_a_length_is_cut_off_at_the_limit_too(failing: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 64 * 1024

    response = await failing.post("/api/auth/signup", content=endless(), headers=JSON)
    assert response.status_code == 413
    assert error_of(response)["internal_code"] == 41300


async def test_405_says_what_is_allowed(failing: httpx.AsyncClient) -> None:
    assert (await failing.delete("/api/ping")).headers["Allow"] == "GET"


async def test_a_sound_request_id_is_kept_and_a_strange_one_replaced(client: httpx.AsyncClient) -> None:
    kept = await client.get("/api/ping", headers={"X-Request-ID": "order-1234.a_b"})
    assert kept.headers["x-request-id"] == "order-1234.a_b"
    for strange in ("short", "x" * 65, "with space", 'quote"1234'):
        response = await client.get("/api/ping", headers={"X-Request-ID": strange})
        assert response.headers["x-request-id"] != strange
        assert len(response.headers["x-request-id"]) == 32


async def test_production_tells_browsers_to_come_by_https_only(settings: Settings, app: FastAPI) -> None:
    from api.middleware.security_headers import security_headers

    assert b"max-age=31536000" in dict(security_headers(sends_hsts=True))[b"strict-transport-security"]
    assert b"strict-transport-security" not in dict(security_headers(sends_hsts=False))


@pytest.mark.race
@pytest.mark.parametrize("table", ["users", "sessions", "refresh_tokens", "jobs"])
async def test_no_success_is_answered_when_the_commit_fails(
    committing_app: FastAPI, engine: AsyncEngine, table: str
) -> None:
    """A constraint that PostgreSQL checks at COMMIT, on each table that a sign-up writes."""
    async with commits_refused(engine, table), browser(committing_app) as client:
        response = await client.post("/api/auth/signup", json={"email": "a@example.com", "password": PASSWORD})
        assert response.status_code == 500
        assert "set-cookie" not in response.headers
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM users"))).scalar_one() == 0


WRITES = {
    "sign in": ("POST", "/api/auth/signin", "json"),
    "token": ("POST", "/api/auth/token", "data"),
    "refresh": ("POST", "/api/auth/refresh", "json"),
    "sign out": ("POST", "/api/auth/signout", "json"),
    "change one's name": ("PATCH", "/api/users/me", "json"),
    "create a memo": ("POST", "/api/memos", "json"),
    "replace a memo": ("PUT", "/api/memos/{memo}", "json"),
    "remark": ("POST", "/api/memos/{memo}/remarks", "json"),
}
BODIES = {
    "token": {"username": "a@example.com", "password": PASSWORD},
    "sign in": {"email": "a@example.com", "password": PASSWORD},
    "change one's name": {"name": "Ada"},
    "create a memo": {"title": "Title"},
    "replace a memo": {"title": "Other"},
    "remark": {"content": "Remark"},
}


@pytest.mark.race
@pytest.mark.parametrize("action", WRITES)
async def test_no_writing_route_answers_success_when_the_commit_fails(
    committing_app: FastAPI, engine: AsyncEngine, specimen: None, action: str
) -> None:
    method, path, kind = WRITES[action]
    async with browser(with_memos(committing_app)) as client:
        await sign_up(client, email="a@example.com")
        address = path.format(memo=(await write_memo(client))["id"])
        tables = ("users", "sessions", "refresh_tokens", "specimen.memos", "specimen.remarks")
        async with commits_refused(engine, *tables):
            response = await client.request(method, address, **{kind: BODIES.get(action, {})})  # type: ignore[arg-type]
        assert response.status_code == 500, response.text


ENDLESS = {
    "lists in lists": b'{"title":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects in objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a number of many digits": b'{"title":' + b"9" * 100_000 + b"}",
    "a number beyond all numbers": b'{"title":1e999999999}',
    "a long address": b'{"email":"a@' + b"a." * 100_000 + b'"}',
}


@pytest.mark.parametrize("path", ["/api/auth/signin", "/api/auth/signup", "/api/memos"])
@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
async def test_bodies_that_cost_more_than_they_weigh_are_refused(
    specimen_client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    response = await specimen_client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, error_of(response)["code"]) in {
        (400, "MALFORMED_REQUEST"),
        (401, "NOT_AUTHENTICATED"),
        (422, "VALIDATION_FAILED"),
    }


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 400, "1e5", "9223372036854775808"])
@pytest.mark.parametrize("name", ["page", "limit"])
async def test_numbers_beyond_their_range_are_refused(
    specimen_client: httpx.AsyncClient, name: str, number: str
) -> None:
    response = await specimen_client.get("/api/memos", params={name: number})
    assert (response.status_code, error_of(response)["code"]) == (422, "VALIDATION_FAILED")
