"""Whatever fails answers in one shape, with the same headers as everything else."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.settings import Settings
from domain.errors import AppError
from tests.conftest import browser
from tests.helpers import PASSWORD, error_of, sign_up

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
    """An error that nobody mapped."""

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
    from api.middleware import _security_headers

    assert "max-age=31536000" in _security_headers(sends_hsts=True)["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in _security_headers(sends_hsts=False)


@pytest.mark.race
@pytest.mark.parametrize("table", ["users", "sessions", "refresh_tokens", "jobs"])
async def test_no_success_is_answered_when_the_commit_fails(
    committing_app: FastAPI, engine: AsyncEngine, table: str
) -> None:
    """T1: a constraint that PostgreSQL checks at COMMIT, on each table that a sign-up writes."""
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'refused at commit' USING ERRCODE = '23514'; END $$"
            )
        )
        await connection.execute(
            text(
                f"CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT ON {table} "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_commit()"
            )
        )
    try:
        async with browser(committing_app) as client:
            response = await client.post("/api/auth/signup", json={"email": "a@example.com", "password": PASSWORD})
            assert response.status_code == 500
            assert "set-cookie" not in response.headers
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM users"))).scalar_one() == 0
    finally:
        async with engine.begin() as connection:
            await connection.execute(text("DROP FUNCTION refuse_commit CASCADE"))


@pytest.mark.race
@pytest.mark.parametrize("path", ["/api/auth/signin", "/api/auth/token", "/api/auth/refresh", "/api/auth/signout"])
async def test_no_writing_route_answers_success_when_the_commit_fails(
    committing_app: FastAPI, engine: AsyncEngine, path: str
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'refused at commit' USING ERRCODE = '23514'; END $$"
                )
            )
            for table in ("sessions", "refresh_tokens"):
                await connection.execute(
                    text(
                        f"CREATE CONSTRAINT TRIGGER refuse_{table} AFTER INSERT OR UPDATE ON {table} "
                        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_commit()"
                    )
                )
        try:
            if path.endswith("token"):
                response = await client.post(path, data={"username": user["email"], "password": PASSWORD})
            else:
                response = await client.post(path, json={"email": user["email"], "password": PASSWORD})
            assert response.status_code == 500
        finally:
            async with engine.begin() as connection:
                await connection.execute(text("DROP FUNCTION refuse_commit CASCADE"))
