"""No other site can act on behalf of a signed-in browser."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.documentation import api_routes
from tests.support.helpers import error_of, sign_up

FOREIGN = {
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "typed address": {"Sec-Fetch-Site": "none"},
    "old browser, foreign origin": {"Origin": "https://evil.example"},
    "old browser, opaque origin": {"Origin": "null"},
    "no header at all": {},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
async def test_every_unsafe_route_refuses_other_sites(
    client: httpx.AsyncClient, app: FastAPI, headers: dict[str, str]
) -> None:
    await sign_up(client)
    del client.headers["Sec-Fetch-Site"]
    unsafe = [
        (method, route.path) for route in api_routes(app) for method in set(route.methods or ()) - {"GET", "HEAD"}
    ]
    assert unsafe
    for method, path in unsafe:
        response = await client.request(method, path, json={}, headers=headers)
        assert response.status_code == 403, (method, path)
        assert error_of(response)["internal_code"] == 40201


async def test_a_cookie_on_any_line_needs_an_origin(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    del client.headers["Sec-Fetch-Site"]
    ours = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    client.cookies.clear()
    for lines in (["seen=1", ours], [ours, "seen=1"]):
        response = await client.post("/api/auth/refresh", headers=[("Cookie", line) for line in lines])
        assert error_of(response)["internal_code"] == 40201, lines


@pytest.mark.parametrize("headers", [{"Origin": "http://127.0.0.1:8000"}, {"Origin": "http://product.test"}])
async def test_our_own_pages_are_recognised_without_fetch_metadata(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    await sign_up(client)
    del client.headers["Sec-Fetch-Site"]
    assert (await client.post("/api/auth/refresh", headers=headers)).status_code == 200


async def test_a_program_without_cookies_needs_no_origin(client: httpx.AsyncClient) -> None:
    del client.headers["Sec-Fetch-Site"]
    response = await client.post("/api/auth/signin", json={"email": "a@example.com", "password": "wrong password"})
    assert error_of(response)["internal_code"] == 40101


async def test_reading_is_never_refused(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    assert (await client.get("/api/users/me", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


async def test_no_other_origin_may_read_answers(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/ping", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers
