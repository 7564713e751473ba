"""Nothing that a client writes into its headers, its path or its query is an error of ours."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from api.documentation import api_routes
from service.identity.api_token_format import PREFIX
from tests.support.helpers import PASSWORD, sign_up
from tests.support.properties import given
from tests.support.routes import FOREIGN_ID, address
from tests.support.specimen_routes import write_memo

HEADERS = [
    *("accept", "accept-encoding", "accept-language", "authorization", "content-length", "content-type"),
    *("cookie", "forwarded", "host", "idempotency-key", "if-match", "if-modified-since"),
    *("if-none-match", "if-range", "if-unmodified-since", "last-event-id", "origin", "range"),
    *("referer", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sentry-trace", "traceparent"),
    *("transfer-encoding", "user-agent", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-request-id"),
]
# Values that parsers are known to stumble over, for whichever header.
ODD = [
    *(b"", b" ", b",", b";", b"=", b'"', b"*", b"[", b"http://[", b"http://[::1", b"http://a:b", b"//", b"null"),
    *(
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\x00",
        b"%00",
        b"\xc2\xb9",
        "\N{ARABIC-INDIC DIGIT ONE}".encode(),
        b"-1",
        b"1e9",
        b"9" * 400,
    ),
    *(
        b'W/"1"',
        b'"1',
        b"W/",
        b"1.2.3.4:x",
        b"[::1",
        b"[::1]:99999999",
        b"fe80::1%eth0",
        b"for=",
        b'for="[',
        b"unknown",
    ),
    *(b"bytes=0-", b"bytes=-", b"bytes=9-1", b"bytes=" + b"0-0," * 500, b"gzip;q=", b"br;q=9", b"*;q=0"),
    *(
        b"Bearer",
        b"Bearer ",
        b"Bearer \xff",
        b"Bearer a.b.c",
        b"Bearer %b\xff" % PREFIX.encode(),
        b"Basic !",
        b"a=b; c",
        b'a="\\777"',
    ),
    *(
        b"multipart/form-data",
        b"multipart/form-data; boundary=" + b"x" * 300,
        b"application/json; charset=\xff",
        b"x" * 9000,
    ),
    *(b"application/x-www-form-urlencoded; charset=no-such", b"Sun, 99 Foo 2026 99:99:99 GMT", b"00-0-0-0", b"chunked"),
]
PATHS = [
    *(
        "//",
        "//evil.example/",
        "/%00",
        "/%ff",
        "/%ed%a0%80",
        "/..",
        "/.",
        "/%2e%2e/%2e%2e",
        "/a%0d%0ab",
        "/" + "a" * 5000,
    ),
    *(
        "/" + "a/" * 2000,
        "/assets/%00.js",
        "/assets/" + "b" * 300 + ".js",
        "/\\..\\",
        "/api/%00",
        "/api//",
        "/api/users//",
    ),
    *("/api/jobs/%00", "/api/jobs/%ff", "/api/users/%ed%a0%80/avatar", "/api/docs/assets/..%2f", "/dev/mailbox/%00"),
    *("/dev/mailbox/..%2f..%2fx", "/dev/mailbox/" + "m" * 300, "/api/users/?a=b", "/api/auth/oidc/%00/start", "/%"),
]
QUERIES = [
    b"",
    b"%00",
    b"q=%00",
    b"q=%ff",
    b"q=%ed%a0%80",
    b"q=\xff",
    b"=&=&",
    b"limit=%C2%B9",
    b"q=" + b"a" * 9000,
    b"cursor=%00",
]


async def status_of(
    app: FastAPI,
    method: str,
    path: str,
    *,
    query: bytes = b"",
    headers: Sequence[tuple[bytes, bytes]] = (),
    body: bytes = b"{}",
) -> int:
    """Send a request as it is, which no HTTP client would, and return the status of its answer."""
    raw_path, _, own_query = path.partition("?")
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(raw_path).decode(errors="replace"),
        "raw_path": raw_path.encode(),
        "query_string": query or own_query.encode(),
        "root_path": "",
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
        "server": ("product.test", 80),
    }
    await app(scope, receive, send)
    return statuses[0]


fuzzed = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
some_headers = st.dictionaries(
    st.sampled_from(HEADERS), st.one_of(st.sampled_from(ODD), st.binary(max_size=60)), min_size=1, max_size=4
)


def _as_sent(headers: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value) for name, value in {"host": b"product.test", **headers}.items()]


@pytest.mark.parametrize("header", HEADERS)
async def test_no_value_of_a_header_is_an_error_of_ours(
    specimen_app: FastAPI, specimen_client: httpx.AsyncClient, header: str
) -> None:
    app, client = specimen_app, specimen_client
    await sign_up(client)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items()).encode()
    memo = await write_memo(client)
    browsers = {"cookie": cookies, "sec-fetch-site": b"same-origin", "content-type": b"application/json"}
    programs = {"content-type": b"application/x-www-form-urlencoded"}
    for value in ODD:
        odd = {header: cookies + b"; " + value if header == "cookie" else value}
        for usual, method, path in (
            (browsers, "PUT", f"/api/memos/{memo['id']}"),
            (programs, "POST", "/api/auth/token"),
            ({}, "GET", "/"),
        ):
            status = await status_of(app, method, path, headers=_as_sent({**usual, **odd}))
            assert status < 500, (method, path, header, value)


@pytest.mark.parametrize("value", ODD)
async def test_what_a_browser_calls_itself_may_be_anything(
    app: FastAPI, client: httpx.AsyncClient, value: bytes
) -> None:
    user = await sign_up(client)
    form = {"username": user["email"], "password": PASSWORD}
    headers = _as_sent({"user-agent": value, "content-type": b"application/x-www-form-urlencoded"})
    assert await status_of(app, "POST", "/api/auth/token", headers=headers, body=urlencode(form).encode()) == 200


@given(data=st.data())
@fuzzed
async def test_no_headers_together_are_an_error_of_ours(app: FastAPI, data: st.DataObject) -> None:
    known = [(method, address(route.path)) for route in api_routes(app) for method in sorted(route.methods or ())]
    method, path = data.draw(st.sampled_from([*known, ("GET", "/"), ("HEAD", "/assets/a.js")]))
    headers = _as_sent(data.draw(some_headers))
    assert await status_of(app, method, path, headers=headers, body=data.draw(st.sampled_from([b"", b"{}"]))) < 500


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_is_an_error_of_ours(app: FastAPI, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW"):
        assert await status_of(app, method, path, headers=_as_sent({})) < 500, method


@given(path=st.text(alphabet=st.characters(codec="utf-8"), max_size=40), query=st.binary(max_size=40))
@fuzzed
async def test_no_path_and_query_together_are_an_error_of_ours(app: FastAPI, path: str, query: bytes) -> None:
    for prefix in ("/", "/api/users/", "/dev/mailbox/"):
        scope_path = prefix + path.replace("?", "")
        assert await status_of(app, "GET", scope_path, query=query, headers=_as_sent({})) < 500, prefix


@pytest.mark.parametrize("query", QUERIES)
async def test_no_query_is_an_error_of_ours(app: FastAPI, clients: dict[str, httpx.AsyncClient], query: bytes) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in clients["admin"].cookies.items()).encode()
    lists = ("/api/users", "/api/jobs", "/api/security-events", f"/api/users/{FOREIGN_ID}/sessions")
    for path in (*lists, "/api/auth/oidc/x/callback", "/api/users/", "/"):
        assert await status_of(app, "GET", path, query=query, headers=_as_sent({"cookie": cookies})) < 500, path
