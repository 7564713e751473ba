"""Serving the built front end."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.settings import Settings
from tests.helpers import error_of

PAGE = "<!doctype html><title>Lamina</title>"
SCRIPT = "console.log('a script long enough to be worth compressing');" * 20


@pytest.fixture(autouse=True)
def dist(settings: Settings) -> Iterator[Path]:
    directory = settings.frontend_directory
    (directory / "assets").mkdir(exist_ok=True)
    (directory / "index.html").write_text(PAGE)
    (directory / "assets" / "index-4f2a.js").write_text(SCRIPT)
    (directory / "assets" / "index-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    yield directory
    shutil.rmtree(directory)  # other tests expect that nothing was built
    directory.mkdir()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/posts/42", "/index.html", "/api-keys"])
async def test_every_address_of_the_browsers_router_shows_the_page(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.text == PAGE
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in response.headers["content-security-policy"]


async def test_hashed_files_are_cached_for_ever_and_sent_compressed(client: httpx.AsyncClient) -> None:
    response = await client.get("/assets/index-4f2a.js", headers={"Accept-Encoding": "gzip"})
    assert response.text == SCRIPT
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["vary"] == "Accept-Encoding"
    plain = await client.get("/assets/index-4f2a.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == SCRIPT


async def test_files_of_the_front_end_share_one_label(client: httpx.AsyncClient) -> None:
    await client.get("/")
    await client.get("/assets/index-4f2a.js")
    assert 'route="frontend",status="200"} 2.0' in (await client.get("/metrics")).text


async def test_an_unchanged_page_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/")
    again = await client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("path", ["/assets/missing-1234.js", "/api/nope", "/dev/nope", "/favicon.png"])
async def test_a_missing_file_is_an_error_and_not_the_page(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert error_of(response)["code"] == "NO_SUCH_ROUTE"


@pytest.mark.parametrize("path", ["/../settings.py", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc%2fpasswd"])
async def test_nothing_outside_of_the_directory_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert "root:" not in (await client.get(path)).text
