"""One-line ways to bring about what a test starts from."""

from itertools import count
from typing import Any

import httpx

PASSWORD = "correct horse battery"
_numbers = count(1)


async def sign_up(
    client: httpx.AsyncClient, *, email: str | None = None, password: str = PASSWORD, name: str | None = None
) -> dict[str, Any]:
    """Sign a new user up and in, and return it."""
    body = {"email": email or f"user{next(_numbers)}@example.com", "password": password, "name": name}
    response = await client.post("/api/auth/signup", json=body)
    assert response.status_code == 201, response.text
    user: dict[str, Any] = response.json()["data"]
    return user


def error_of(response: httpx.Response) -> dict[str, Any]:
    """Return the error that an answer carries."""
    error: dict[str, Any] = response.json()["error"]
    return error
