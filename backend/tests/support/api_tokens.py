"""Making personal API tokens and using them as a program does."""

from typing import Any

import httpx2 as httpx
from fastapi import FastAPI

from tests.conftest import browser


async def create_token(client: httpx.AsyncClient, *scopes: str, **fields: Any) -> dict[str, Any]:
    """Create a token as the signed-in user, and return the answer's data."""
    body = {"name": "Script", "scopes": list(scopes) or ["read"], "expires_in_days": 30, **fields}
    response = await client.post("/api/auth/tokens", json=body)
    assert response.status_code == 201, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


def program(app: FastAPI, token: str) -> httpx.AsyncClient:
    """Return a client that is no browser and sends the token."""
    client = browser(app)
    del client.headers["Sec-Fetch-Site"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client
