"""A front end on another server: its pages may use the API, and those of all other origins may not."""

from collections.abc import AsyncIterator

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.middleware.other_origins import REQUEST_HEADERS
from core.settings import Settings
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of, sign_up
from tests.support.routes import unconnected_app

PAGES = "https://app.product.test"
# Origins that look like an allowed one.
OTHERS = [
    "https://evil.example",
    "https://product.test",
    "http://app.product.test",
    "https://app.product.test:8443",
    "https://app.product.test.evil.example",
    "https://evil.app.product.test",
    "https://APP.product.test",
    "https://app.product.test/",
    "null",
    "",
]


@pytest.fixture
def split_app(settings: Settings, factory: Factory) -> FastAPI:
    """The application of an API whose front end another server has."""
    changes = {"public_url": PAGES, "public_api_url": "https://product.test", "allowed_origins": PAGES}
    return create_app(settings.model_copy(update=changes), factory=factory)


@pytest.fixture
async def elsewhere(split_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that shows a page of the other server."""
    async with browser(split_app) as client:
        client.headers.update({"Sec-Fetch-Site": "same-site", "Origin": PAGES})
        yield client


async def test_allowed_pages_read_what_they_need(elsewhere: httpx.AsyncClient) -> None:
    response = await elsewhere.get("/api/ping")
    assert response.headers["Access-Control-Allow-Origin"] == PAGES
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in response.headers["Vary"]
    exposed = set(response.headers["Access-Control-Expose-Headers"].split(", "))
    assert exposed >= {"ETag", "Location", "Retry-After", "X-Request-ID", "Content-Language", "Content-Disposition"}


@pytest.mark.parametrize("origin", OTHERS)
async def test_no_other_page_may_read(elsewhere: httpx.AsyncClient, origin: str) -> None:
    response = await elsewhere.get("/api/ping", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_session_works_from_allowed_pages(elsewhere: httpx.AsyncClient) -> None:
    user = await sign_up(elsewhere)
    assert (await elsewhere.get("/api/users/me")).json()["data"]["id"] == user["id"]
    assert (await elsewhere.patch("/api/users/me", json={"name": "Ada"})).status_code == 200


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
async def test_an_allowed_origin_may_write(elsewhere: httpx.AsyncClient, site: str) -> None:
    await sign_up(elsewhere)
    headers = {"Sec-Fetch-Site": site}
    assert (await elsewhere.patch("/api/users/me", json={"name": "Ada"}, headers=headers)).status_code == 200


@pytest.mark.parametrize("site", ["same-site", "cross-site", "none"])
@pytest.mark.parametrize("origin", OTHERS)
async def test_no_other_origin_may_write(elsewhere: httpx.AsyncClient, origin: str, site: str) -> None:
    response = await elsewhere.post("/api/auth/signout", headers={"Origin": origin, "Sec-Fetch-Site": site})
    assert error_of(response)["internal_code"] == 40201


async def test_no_page_writes_without_an_origin(elsewhere: httpx.AsyncClient) -> None:
    del elsewhere.headers["Origin"]
    assert error_of(await elsewhere.post("/api/auth/signout"))["internal_code"] == 40201


async def _preflight(client: httpx.AsyncClient, method: str, headers: str, origin: str = PAGES) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return await client.options("/api/users/me", headers=asked)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_the_requests_of_the_front_end_are_allowed_in_advance(elsewhere: httpx.AsyncClient, method: str) -> None:
    response = await _preflight(elsewhere, method, ",".join(REQUEST_HEADERS).lower())
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == PAGES
    assert int(response.headers["Access-Control-Max-Age"]) > 600


@pytest.mark.parametrize(
    ("method", "headers", "origin"),
    [
        ("TRACE", "content-type", PAGES),
        ("PATCH", "authorization", PAGES),
        ("PATCH", "x-forwarded-for", PAGES),
        *[("PATCH", "content-type", origin) for origin in OTHERS],
    ],
)
async def test_nothing_else_is_allowed_in_advance(
    elsewhere: httpx.AsyncClient, method: str, headers: str, origin: str
) -> None:
    response = await _preflight(elsewhere, method, headers, origin)
    assert response.status_code == 400
    assert response.headers.get("Access-Control-Allow-Origin") == (PAGES if origin == PAGES else None)


@pytest.mark.parametrize(
    ("path", "host", "status"), [("/api/nowhere", "product.test", 404), ("/", "evil.example", 421)]
)
async def test_errors_are_readable_with_the_id_of_the_request(
    elsewhere: httpx.AsyncClient, path: str, host: str, status: int
) -> None:
    response = await elsewhere.get(path, headers={"Host": host})
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == PAGES
    assert response.headers["X-Request-ID"]


async def test_pages_embed_nothing_but_by_these_rules(elsewhere: httpx.AsyncClient) -> None:
    assert (await elsewhere.get("/api/ping")).headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_cookies_stay_on_their_host_and_site(elsewhere: httpx.AsyncClient) -> None:
    body = {"email": "ada@example.com", "password": "a long enough passphrase"}
    cookies = (await elsewhere.post("/api/auth/signup", json=body)).headers.get_list("Set-Cookie")
    assert cookies
    assert all("samesite=lax" in cookie.lower() and "domain=" not in cookie.lower() for cookie in cookies)


async def test_a_provider_leads_back_to_the_pages(elsewhere: httpx.AsyncClient) -> None:
    response = await elsewhere.get("/api/auth/oidc/unknown/callback")
    assert response.headers["Location"].startswith(f"{PAGES}/sign-in?error=")


async def test_without_the_setting_nothing_is_added(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert "CORSMiddleware" not in repr(app.user_middleware)
    assert "SameOriginMiddleware" in repr(app.user_middleware)
    response = await client.get("/api/auth/oidc/unknown/callback")
    assert response.headers["Location"].startswith("/sign-in?error=")


def test_every_header_of_the_document_may_be_sent() -> None:
    document = unconnected_app().openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    parameters = [parameter for operation in operations for parameter in operation.get("parameters", [])]
    sent = {parameter["name"].lower() for parameter in parameters if parameter["in"] == "header"}
    assert sent
    assert sent <= {name.lower() for name in REQUEST_HEADERS}
