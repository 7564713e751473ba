"""Every answer says who may cache it: no cache, unless `api/middleware/caching.py` lists its route."""

from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.documentation import api_routes
from api.middleware.caching import CACHE_CONTROL
from core.settings import Settings
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import PASSWORD, sign_up
from tests.support.resource import access, streams
from tests.support.routes import address


def depends_on_the_caller(response: httpx.Response) -> bool:
    return {"Cookie", "Authorization"} <= set(response.headers.get("Vary", "").replace(" ", "").split(","))


async def test_every_answer_says_who_may_keep_it(clients: dict[str, httpx.AsyncClient]) -> None:
    for role, client in clients.items():
        for method, path in access():
            if path in streams() and role != "guest":
                continue
            response = await client.request(method, address(path))
            if path not in CACHE_CONTROL or not response.is_success or method != "GET":
                assert response.headers["Cache-Control"] == "no-store", (role, method, path)
            is_public = response.headers["Cache-Control"].startswith("public")
            assert is_public != depends_on_the_caller(response), (role, method, path)


async def test_every_listed_route_exists(app: FastAPI) -> None:
    assert CACHE_CONTROL.keys() <= {route.path for route in api_routes(app)}


async def test_personal_and_secret_answers_are_never_cached(specimen_client: httpx.AsyncClient) -> None:
    client, memo = specimen_client, {"title": "A"}
    user = await sign_up(client)
    answers = [
        await client.get("/api/users/me"),
        await client.get("/api/auth/sessions"),
        await client.post("/api/auth/mfa/enroll"),
        await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD}),
        await client.post("/api/auth/token", data={"username": user["email"], "password": PASSWORD}),
        await client.post("/api/memos", json=memo, headers={"Idempotency-Key": "a"}),
        await client.post("/api/memos", json=memo, headers={"Idempotency-Key": "a"}),
    ]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/api/users/me", {}, 401),
        ("POST", "/api/auth/signin", {"json": {}}, 422),
        ("POST", "/api/auth/signin", {"content": "x", "headers": {"Content-Type": "text/plain"}}, 415),
        ("POST", "/api/auth/signin", {"content": b"x" * 1_100_000}, 413),
        ("POST", "/api/auth/signin", {"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ("GET", "/api/users/me", {"headers": {"X-Long": "x" * 20_000}}, 431),
        ("GET", "/api/users/me", {"headers": {"Host": "evil.example"}}, 421),
        ("GET", "/api/users/", {}, 307),
        ("GET", "/api/nowhere", {}, 404),
        ("GET", "/assets/missing.js", {}, 404),
        ("DELETE", "/", {}, 405),
        ("DELETE", "/api/ping", {}, 405),
        ("GET", "/dev/mailbox", {}, 200),
    ],
)
async def test_refusals_and_developer_pages_are_never_cached(
    client: httpx.AsyncClient, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    response = await client.request(method, path, **options)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert depends_on_the_caller(response)


async def test_the_front_end_may_be_cached_by_all(settings: Settings, factory: Factory, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "a-4f2a.js").write_text("1")
    app = create_app(settings.model_copy(update={"frontend_directory": tmp_path}), factory=factory)
    async with browser(app) as client:
        page, script = await client.get("/account/7"), await client.get("/assets/a-4f2a.js")
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert [page.headers["Vary"], script.headers["Vary"]] == ["Accept-Encoding"] * 2
