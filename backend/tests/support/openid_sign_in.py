"""One-line ways to sign in with an account at another provider, and to link one."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.support.openid_provider import (
    Claims,
    Provider,
)

ADA: Claims = {"sub": "ada-at-provider", "email": "Ada@Example.com", "email_verified": True, "name": "Ada"}


async def leave(client: httpx.AsyncClient, name: str = "truth", redirect: str = "/dashboard?tab=1") -> str:
    """Begin to sign in and return where the browser is sent."""
    response = await client.get(f"/api/auth/oidc/{name}/start", params={"redirect": redirect})
    assert response.status_code == 303, response.text
    return response.headers["Location"]


async def come_back(client: httpx.AsyncClient, name: str = "truth", **answer: str) -> httpx.Response:
    response = await client.get(f"/api/auth/oidc/{name}/callback", params=answer)
    assert response.status_code == 303, response.text
    assert response.headers["Cache-Control"] == "no-store"
    return response


async def sign_in(client: httpx.AsyncClient, provider: Provider, name: str = "truth", **extra: str) -> httpx.Response:
    """Sign in as the user of the provider, and return the last answer."""
    code, state = provider.approve(await leave(client, name))
    return await come_back(client, name, code=code, state=state, **extra)


def code_of(response: httpx.Response) -> str:
    """Return the error that the browser is shown."""
    page = urlsplit(response.headers["Location"])
    assert page.path == "/sign-in"
    return parse_qs(page.query)["error"][0]


async def count(connection: AsyncConnection, table: str) -> int:
    return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def link(client: httpx.AsyncClient, provider: Provider) -> httpx.Response:
    """Link the user of the provider to the signed-in user, and return the last answer."""
    response = await client.post("/api/auth/oidc/truth/link", json={"redirect": "/account?tab=security"})
    assert response.status_code == 200, response.text
    code, state = provider.approve(response.json()["data"]["location"])
    return await client.get("/api/auth/oidc/truth/callback", params={"code": code, "state": state})


async def sign_in_at_provider(client: httpx.AsyncClient, provider: Provider) -> httpx.Response:
    """Sign in as the user of the provider, and return the last answer, whatever it is."""
    response = await client.get("/api/auth/oidc/truth/start", params={"redirect": "/dashboard"})
    code, state = provider.approve(response.headers["Location"])
    return await client.get("/api/auth/oidc/truth/callback", params={"code": code, "state": state})


def causes_in(lines: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether each failed sign-in among the lines of a log, of which there is one at least, has its cause."""
    causes = [line["cause"] for line in lines if line["event"] == "external sign-in failed"]
    return bool(causes) and None not in causes
