"""Nothing secret is logged, put into a job or sent where scripts can read it."""

import io

import httpx2 as httpx
import pytest
import structlog
from fastapi import FastAPI

from api.state import state_of
from core.settings import Environment, Settings
from tests.conftest import browser
from tests.support.cookies import SESSION_MARK
from tests.support.helpers import PASSWORD, prove_address, sign_up_proved
from tests.support.secrets_used import SecretsUsed


async def test_the_search_of_logs_and_jobs_finds_what_was_kept_secret(app: FastAPI) -> None:
    """The search itself, which runs at the end of the suite, and after each test for jobs."""
    used, output = SecretsUsed(), io.StringIO()
    logger = structlog.wrap_logger(structlog.PrintLogger(output), processors=[structlog.dev.ConsoleRenderer()])
    async with used.watch(browser(app)) as client:
        user = await sign_up_proved(client, password="a secret of one's own")
        await client.post("/api/auth/signin", json={"email": user["email"], "password": "a secret of one's own"})
        form = {"username": user["email"], "password": "a secret of one's own"}
        token = (await client.post("/api/auth/token", data=form)).json()["access_token"]
        await client.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})
        kept = {"a secret of one's own", token, *_secret(client.cookies)}
    assert kept <= used.values
    assert len(kept) == 5
    for secret in kept:
        logger.info("careless", value=f"before {secret} after")
        assert used.found_in(output.getvalue()) == [secret]
        for before in range(8):  # wherever a long text is cut
            assert used.found_in_long("x" * before + output.getvalue()) == [secret]
        output.truncate(output.seek(0))
    assert used.found_in("nothing") == used.found_in_long("nothing") == []


async def test_tokens_are_in_cookies_and_nowhere_else(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    body = {"email": user["email"], "password": PASSWORD}
    for path in ("/api/auth/signin", "/api/auth/refresh"):
        response = await client.post(path, json=body)
        everything_but_cookies = response.text + str({**response.headers, "set-cookie": ""}) + str(response.url)
        assert response.status_code == 200
        tokens = _secret(response.cookies)
        assert len(tokens) == 3
        for token in tokens:
            assert token not in everything_but_cookies


@pytest.mark.parametrize("path", ["/api/auth/signup", "/api/auth/signin", "/api/auth/refresh", "/api/auth/signout"])
async def test_in_production_every_cookie_is_bound_to_host_https_and_this_site(
    settings: Settings, app: FastAPI, path: str
) -> None:
    from api.app import create_app

    factory = state_of(app).factory
    production = create_app(settings.model_copy(update={"environment": Environment.PRODUCTION}), factory=factory)
    async with browser(production) as client:
        client.base_url = httpx.URL("https://product.test")
        body = {"email": "ada@example.com", "password": PASSWORD}
        response = await client.post("/api/auth/signup", json=body)
        await prove_address(client)
        if path != "/api/auth/signup":
            response = await client.post(path, json=body)
    cookies = response.headers.get_list("set-cookie")
    assert len(cookies) == (4 if path in {"/api/auth/signin", "/api/auth/refresh"} else 3)
    for cookie in cookies:
        name, _, attributes = cookie.partition("=")
        assert name.startswith("__Host-")
        given = {part.strip().partition("=")[0].lower(): part for part in attributes.split(";")[1:]}
        assert {"secure", "samesite", "path"} <= given.keys()
        assert ("httponly" in given) is (name != "__Host-signed-in")
        assert "domain" not in given
        assert given["samesite"].strip().lower() == "samesite=lax"
        assert given["path"].strip().lower() == "path=/"


def _secret(cookies: httpx.Cookies) -> list[str]:
    """Return the values of the cookies that scripts cannot read."""
    return [value for name, value in cookies.items() if name != SESSION_MARK]
