"""A slash less or more at the end of a path leads to the route, and never to another host or scheme."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from tests.support.helpers import PASSWORD, error_of, sign_up
from tests.test_api.test_hostile_requests import status_of


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/api/users/", "/api/users"),
        ("/api/users/?limit=1&q=a%20b", "/api/users?limit=1&q=a%20b"),
        ("/api/users///", "/api/users"),
        ("/api", "/api/"),
        ("/api/docs/", "/api/docs"),
        ("/dev/", "/dev"),
        ("/metrics/", "/metrics"),
        ("/api/users/a%20b%0d%0aX%3A/sessions/", "/api/users/a%20b%0D%0AX%3A/sessions"),
        ("/api/users/me/avatar/", "/api/users/me/avatar"),
    ],
)
async def test_a_slash_less_or_more_is_redirected_within_the_site(
    client: httpx.AsyncClient, path: str, location: str
) -> None:
    response = await client.get(path, headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    assert response.status_code == 307
    assert response.headers["Location"] == location


async def test_a_redirected_post_keeps_its_method_and_body(client: httpx.AsyncClient) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    response = await client.post("/api/auth/signup/", json=body, follow_redirects=True)
    assert response.status_code == 201


async def test_an_id_that_was_left_empty_deletes_nothing_else(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    response = await client.delete("/api/auth/sessions/", follow_redirects=True)
    assert error_of(response)["internal_code"] == 40400
    assert (await client.get("/api/users/me")).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example", "/\\evil.example/", "//api/users/", "/account/"])
async def test_no_path_leads_away(app: FastAPI, path: str) -> None:
    assert await status_of(app, "GET", path, headers=[(b"host", b"product.test")]) not in range(300, 400)
