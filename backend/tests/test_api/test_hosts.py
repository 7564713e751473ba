"""Other host names than ours are not answered: a page could point its own name at this server (DNS rebinding)."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.middleware.hosts import PROBES
from core import product
from core.settings import Environment, Settings
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of
from tests.test_api.test_errors import SECURITY_HEADERS
from tests.test_api.test_hostile_requests import status_of

OURS = [
    "127.0.0.1:8000",
    "localhost:8000",
    "LocalHost",
    "localhost.:8000",
    "a.localhost:1",
    "[::1]:8000",
    "product.test",
]
FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "evil.example:127.0.0.1",
    "localhost.evil.example",
    "xlocalhost",
    "10.0.0.7",
]
MALFORMED = [
    "",
    "http://localhost",
    "localhost:port",
    "local host",
    "[::1",
    "user@localhost",
    "localhost, evil.example",
    "a/b",
]


async def _ask(app: FastAPI, *hosts: str, path: str = "/dev/mailbox") -> int:
    return await status_of(app, "GET", path, headers=[(b"host", host.encode()) for host in hosts])


@pytest.mark.parametrize("host", OURS)
async def test_development_answers_under_the_names_of_this_machine(app: FastAPI, host: str) -> None:
    assert await _ask(app, host) == 200


@pytest.mark.parametrize("host", FOREIGN)
async def test_a_name_that_is_not_ours_is_refused(app: FastAPI, host: str) -> None:
    for path in ("/dev/mailbox", "/api/users", "/api/docs", "/", "/assets/a.js", "/api/ping/"):
        assert await _ask(app, host, path=path) in {421, 400}, path


async def test_the_refusal_has_the_one_shape(client: httpx.AsyncClient) -> None:
    body = {"email": "demo@example.com", "password": f"{product.SLUG}-demo"}
    response = await client.post("/api/auth/signin", json=body, headers={"Host": "evil.example"})
    assert response.status_code == 421
    assert error_of(response)["internal_code"] == 42100
    assert all(header in response.headers for header in SECURITY_HEADERS)


@pytest.mark.parametrize("host", MALFORMED)
async def test_a_host_that_is_none_is_a_bad_request(app: FastAPI, host: str) -> None:
    assert await _ask(app, host) == 400


async def test_one_host_is_needed_and_no_more(app: FastAPI) -> None:
    assert await _ask(app) == 400
    assert await _ask(app, "localhost", "evil.example") == 400


@pytest.mark.parametrize("path", sorted(PROBES))
async def test_probes_are_answered_by_any_name(app: FastAPI, path: str) -> None:
    assert await _ask(app, "10.1.2.3:8000", path=path) == 200
    assert await _ask(app, path=path) == 200


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ("", "app.example.com", 200),
        ("", "app.example.com:8443", 200),
        ("", "localhost", 421),
        ("", "127.0.0.1", 421),
        ("www.example.com, 10.0.0.7", "www.example.com", 200),
        ("www.example.com, 10.0.0.7", "10.0.0.7:8000", 200),
        ("www.example.com", "evil.example", 421),
        (".example.org", "a.b.example.org", 200),
        (".example.org", "example.org", 421),
        (".example.org", "evilexample.org", 421),
        ("[2001:db8::7]", "[2001:db8::7]:8000", 200),
        ("*", "anything.example", 200),
    ],
)
async def test_production_answers_under_its_address_and_what_it_is_told(
    settings: Settings, factory: Factory, allowed: str, host: str, status: int
) -> None:
    changes = {
        "environment": Environment.PRODUCTION,
        "public_url": "https://app.example.com",
        "allowed_hosts": allowed,
    }
    app = create_app(settings.model_copy(update=changes), factory=factory)
    assert await _ask(app, host, path="/api/docs") == status


async def test_development_on_every_address_shows_no_mails_unless_it_is_said(
    settings: Settings, factory: Factory
) -> None:
    values = settings.model_dump(exclude={"environment", "allowed_hosts"})
    unsaid = Settings(_env_file=None, **{**values, "host": "0.0.0.0"})
    said = settings.model_copy(update={"host": "0.0.0.0"})
    for some, status in ((unsaid, 404), (said, 200)):
        app = create_app(some, factory=factory)
        assert await _ask(app, "localhost") == status
        assert await _ask(app, "192.0.2.7") == 421


async def test_a_name_with_letters_beyond_ascii_is_known_as_browsers_send_it(
    settings: Settings, factory: Factory
) -> None:
    named = Settings(_env_file=None, **{**dict(settings), "public_url": "https://bücher.example"})
    app = create_app(named, factory=factory)
    assert await _ask(app, "xn--bcher-kva.example") == 200


async def test_two_products_on_one_host_keep_their_cookies_apart(settings: Settings, factory: Factory) -> None:
    """Browsers send a host's cookies to all its ports."""
    names = []
    for port in (8000, 8001, 8002):
        app = create_app(settings.model_copy(update={"port": port}), factory=factory)
        async with browser(app) as client:
            await client.post(
                "/api/auth/signup", json={"email": f"a{port}@example.com", "password": "correct horse battery"}
            )
            names.append(set(client.cookies))
    assert all(names)
    assert len(set.union(*names)) == sum(map(len, names))
