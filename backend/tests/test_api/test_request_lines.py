"""Log lines of requests: the user, the address, and the reason of a refusal."""

import io

import httpx2 as httpx
import pytest
import structlog
from fastapi import FastAPI

from core.runtime import background
from tests.conftest import browser
from tests.support.api_tokens import create_token, program
from tests.support.helpers import sign_up, sign_up_proved


def lines_of(output: io.StringIO, request_id: str) -> list[str]:
    """Return what the application logged about a request; the tests' own client logs in the same context."""
    lines = output.getvalue().splitlines()
    return [line for line in lines if f"request_id={request_id}" in line and "[httpx2]" not in line]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/users/me", 200, None),
        ("GET", "/api/notifications", 200, None),
        ("GET", "/api/users", 403, "PERMISSION_DENIED"),
        ("DELETE", "/api/auth/sessions/00000000-0000-7000-8000-000000000000", 404, "SESSION_NOT_FOUND"),
        ("POST", "/api/auth/signin", 422, "VALIDATION_FAILED"),
    ],
)
async def test_the_line_of_a_request_names_user_address_and_refusal(
    client: httpx.AsyncClient, log_output: io.StringIO, method: str, path: str, status: int, code: str | None
) -> None:
    user = await sign_up(client)
    response = await client.request(method, path, json={} if method == "POST" else None)
    assert response.status_code == status
    (line,) = lines_of(log_output, response.headers["X-Request-Id"])
    assert f"user_id={user['id']}" in line
    assert "ip_address=127.0.0.1" in line
    assert (f"code={code}" in line) if code else ("code=" not in line)


async def test_the_line_of_a_program_names_the_owner_of_its_token(
    client: httpx.AsyncClient, app: FastAPI, log_output: io.StringIO
) -> None:
    user = await sign_up_proved(client)
    token = (await create_token(client, "read"))["token"]
    async with program(app, token) as script:
        response = await script.patch("/api/users/me", json={"name": "A"})
    (line,) = lines_of(log_output, response.headers["X-Request-Id"])
    assert f"user_id={user['id']}" in line
    assert "code=API_TOKEN_SCOPE_MISSING" in line


async def test_the_line_of_a_stranger_names_the_address_and_no_user_of_an_earlier_request(
    client: httpx.AsyncClient, app: FastAPI, log_output: io.StringIO
) -> None:
    await sign_up(client)
    await client.get("/api/users/me")
    async with browser(app) as stranger:
        responses = [
            await stranger.get("/api/users/me"),
            await stranger.post("/api/auth/signin", json={"email": "a@example.com", "password": "a wrong password"}),
            await stranger.post("/api/auth/signout", headers={"Sec-Fetch-Site": "cross-site"}),
            await stranger.get("/api/nothing"),
        ]
    codes = ["NOT_AUTHENTICATED", "INVALID_CREDENTIALS", "CROSS_ORIGIN_REQUEST", "NO_SUCH_ROUTE"]
    for response, code in zip(responses, codes, strict=True):
        (line,) = lines_of(log_output, response.headers["X-Request-Id"])
        assert f"code={code}" in line
        assert "ip_address=127.0.0.1" in line
        assert "user_id" not in line


async def test_a_line_that_a_service_logs_names_who_was_refused(
    client: httpx.AsyncClient, log_output: io.StringIO
) -> None:
    user = await sign_up_proved(client)
    credential = {"id": "AA", "rawId": "AA", "response": {}, "type": "public-key"}
    await client.post("/api/auth/passkeys/registration-options")
    response = await client.post("/api/auth/passkeys", json={"name": "A", "credential": credential})
    rejected, _ = lines_of(log_output, response.headers["X-Request-Id"])
    assert "passkey rejected" in rejected
    assert f"user_id={user['id']}" in rejected
    assert "ip_address=127.0.0.1" in rejected


async def test_background_work_shared_by_requests_logs_no_user() -> None:
    async def names() -> dict[str, object]:
        return structlog.contextvars.get_contextvars()

    structlog.contextvars.bind_contextvars(user_id="ada")
    assert await background.start(names()) == {}
    structlog.contextvars.clear_contextvars()
