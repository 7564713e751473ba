"""Serving the built front end."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from core.settings import Settings
from tests.support.helpers import error_of

PAGE = "<!doctype html><title>Product</title>"
SCRIPT = "console.log('a script long enough to be worth compressing');" * 20


@pytest.fixture(autouse=True)
def dist(settings: Settings) -> Iterator[Path]:
    directory = settings.frontend_directory
    (directory / "assets").mkdir(exist_ok=True)
    (directory / "index.html").write_text(PAGE)
    (directory / "assets" / "index-4f2a.js").write_text(SCRIPT)
    (directory / "assets" / "index-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (directory / "assets" / "both.js").write_text(SCRIPT)
    (directory / "assets" / "both.js.br").write_bytes(b"brotli")
    (directory / "assets" / "both.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    yield directory
    shutil.rmtree(directory)  # other tests expect that nothing was built
    directory.mkdir()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/account/42", "/index.html", "/api-keys"])
async def test_every_address_of_the_browsers_router_shows_the_page(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.text == PAGE
    assert response.headers["cache-control"] == "public, no-cache"
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


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br ; q=0.000,gzip;q=0.1", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0.8, gzip;q=0.8", "br"),
        ("*", "br"),
        ("*;q=0.1, gzip;q=1", "gzip"),
        ("br;q=0, *", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("*;q=0, gzip", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("br;q=0", "identity"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*;q=0, identity", "identity"),
        ("", "identity"),
        ("deflate", "identity"),
        ("brotli, gzipped", "identity"),
        ("br;q=nonsense, gzip;q=7", "identity"),
    ],
)
async def test_a_file_is_sent_in_the_coding_that_the_client_prefers(
    client: httpx.AsyncClient, accepted: str, coding: str
) -> None:
    async with client.stream("GET", "/assets/both.js", headers={"Accept-Encoding": accepted}) as response:
        assert response.status_code == 200
        assert response.headers.get("content-encoding", "identity") == coding


@pytest.mark.parametrize("accepted", ["identity;q=0", "*;q=0", "br;q=0, gzip;q=0, identity;q=0"])
async def test_a_client_that_accepts_no_coding_of_a_file_is_told_so(client: httpx.AsyncClient, accepted: str) -> None:
    response = await client.get("/assets/both.js", headers={"Accept-Encoding": accepted})
    assert response.status_code == 406
    assert error_of(response)["internal_code"] == 40600
    assert (await client.get("/assets/missing.js", headers={"Accept-Encoding": accepted})).status_code == 404


async def test_files_of_the_front_end_share_one_label(client: httpx.AsyncClient) -> None:
    await client.get("/")
    await client.get("/assets/index-4f2a.js")
    assert 'route="frontend",status="200"} 2.0' in (await client.get("/metrics")).text


async def test_an_unchanged_page_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/")
    again = await client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["etag"] == first.headers["etag"]
    behind_a_proxy = {"If-None-Match": first.headers["etag"].removesuffix('"') + '-gzip"'}
    assert (await client.get("/", headers=behind_a_proxy)).status_code == 304
    assert (await client.get("/", headers={"If-None-Match": '"other"'})).status_code == 200
    two_lines = [("If-None-Match", '"other"'), ("If-None-Match", first.headers["etag"])]
    assert (await client.get("/", headers=two_lines)).status_code == 304


@pytest.mark.parametrize("path", ["/", "/assets/both.js", "/api/docs/assets/swagger-ui.css", "/dev/style.css"])
@pytest.mark.parametrize("asked", ["bytes=9999999-", "bytes=0-1", "bytes=2-1", "bytes=", "items=0-1", "bytes"])
async def test_a_file_is_sent_whole_whatever_range_is_asked_for(
    client: httpx.AsyncClient, path: str, asked: str
) -> None:
    whole = await client.get(path)
    part = await client.get(path, headers={"Range": asked})
    assert (part.status_code, part.content) == (200, whole.content)
    assert part.headers["accept-ranges"] == "none"


@pytest.mark.parametrize("path", ["/assets/missing-1234.js", "/api/nope", "/dev/nope", "/favicon.png"])
async def test_a_missing_file_is_an_error_and_not_the_page(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert error_of(response)["code"] == "NO_SUCH_ROUTE"


@pytest.mark.parametrize("path", ["/../settings.py", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc%2fpasswd"])
async def test_nothing_outside_of_the_directory_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert "root:" not in (await client.get(path)).text
