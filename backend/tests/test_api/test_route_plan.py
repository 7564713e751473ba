"""A planned route answers as FastAPI does, and FastAPI handles what a plan does not know."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import (
    FastAPI,
    Request,
    Response,
    routing,
)
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from api.server import route_plan
from api.server.route_index import RouteIndex
from api.server.route_plan import TRACED, planned
from tests.support.routes_of_every_kind import PLANNED, Refused, calls, outer, router, work

UNIT = "4b4bd4c3-7c3a-4ec8-8a5d-0c8f3a3d2f10"


async def refused(request: Request, error: Exception) -> Response:
    return JSONResponse({"refused": (await request.body()).decode()}, 409)


async def invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"errors": repr(error.errors()), "body": repr(error.body)}, 422)


@dataclass(frozen=True)
class Applications:
    fastapi: FastAPI
    ours: FastAPI


@pytest.fixture(scope="module")
def applications() -> Iterator[Applications]:
    """Two applications with the same routes, one with FastAPI's own way to handle them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(route_plan, "SAFE_WHEN_CANCELLED", frozenset({work}))
        found = Applications(_application(), _application())
        found.ours.router.middleware_stack = index = RouteIndex(found.ours.router)
        index.build()
        yield found


def _application() -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    return app


def test_the_plan_knows_what_most_routes_use(applications: Applications) -> None:
    assert {context.name for context in _contexts(applications.ours) if planned(context)} == PLANNED


def _contexts(app: FastAPI) -> list[Any]:
    (included,) = [route for route in app.router.routes if hasattr(route, "effective_route_contexts")]
    return list(included.effective_route_contexts())


def test_fastapi_handles_all_routes_when_an_integration_wraps_its_handler(
    applications: Applications, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "get_request_handler", lambda **_: None)
    assert not any(planned(context) for context in _contexts(applications.ours))


JSON = {"content-type": "application/json"}
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/simple", {}),
    ("GET", f"/model/{UNIT}", {}),
    ("GET", f"/model/{UNIT}?limit=5&q=abc&of={UNIT}&only=1", {}),
    ("GET", f"/model/{UNIT}?limit=5&limit=6", {}),
    ("GET", f"/model/{UNIT}?limit=0&q=a&of=1&only=perhaps&other=1&other=2&another=3&limit=x", {}),
    ("GET", "/model/none?limit=0&q=", {}),
    ("GET", "/loose?a=1&b=2&a=3&limit=4&limit=5", {}),
    ("GET", "/loose?limit=", {}),
    ("GET", "/renamed?size=4&tags=a&tags=b&limit=7", {}),
    ("GET", "/renamed?size=many", {}),
    ("GET", "/values/1?needed=yes", {}),
    ("GET", "/values/0", {}),
    ("GET", "/values/x?needed=maybe&twice=a&the-size=b&packed=c", {}),
    ("GET", "/values/2?needed=0&needed=1&twice=1&twice=2&the-size=9&size=8&packed=[1]", {}),
    ("GET", "/values/2?needed=1", {"headers": [("If-Match", '"1"'), ("X-Token", "a"), ("X-Token", "b")]}),
    ("GET", "/values/2?needed=1", {"headers": {"cookie": "seen=5; other=6"}}),
    ("GET", "/values/2?needed=1", {"headers": {"cookie": "seen=no"}}),
    ("GET", "/nested", {}),
    ("GET", "/nested?page=2", {"headers": {"x-size": "3"}}),
    ("GET", "/nested?page=two", {"headers": {"x-size": "-1"}}),
    ("POST", "/notes", {"json": {"text": "text", "stars": 5}}),
    ("POST", "/notes?fails=1", {"json": {"text": "text"}}),
    ("POST", "/notes?fails=maybe", {"json": {"text": "t", "other": 1}}),
    ("POST", "/notes", {"json": []}),
    ("POST", "/notes", {"json": None}),
    ("POST", "/notes", {}),
    ("POST", "/notes", {"headers": JSON}),
    ("POST", "/notes", {"content": "{", "headers": JSON}),
    ("POST", "/notes", {"content": b"\xff", "headers": JSON}),
    ("POST", "/notes", {"content": "[" * 100_000, "headers": JSON}),
    ("POST", "/notes", {"content": '{"text": "\\ud800"}', "headers": JSON}),
    ("POST", "/notes", {"content": '{"text": "text"}', "headers": {"content-type": "application/json; charset=utf-8"}}),
    ("POST", "/notes", {"content": '{"text": "text"}', "headers": {"content-type": "Application/Problem+JSON"}}),
    ("POST", "/notes", {"content": '{"text": "text"}', "headers": {"content-type": "text/plain"}}),
    ("POST", "/notes", {"content": '{"text": "text"}'}),
    ("POST", "/notes", {"data": {"text": "text"}}),
    ("PUT", "/notes", {"json": {"text": "text"}}),
    ("GET", "/status/204", {}),
    ("GET", "/status/418", {}),
    ("GET", "/forbidden", {}),
    ("GET", "/broken", {}),
    ("GET", "/own-response", {}),
    ("GET", "/stream", {}),
    ("GET", "/excluding", {}),
    ("GET", "/synchronous", {}),
    ("GET", "/synchronous-dependency", {}),
    ("GET", "/other-context", {}),
    ("GET", "/unscoped-context", {}),
    ("GET", "/uncached", {}),
    ("GET", "/scoped", {}),
    ("GET", "/background", {}),
    ("POST", "/form", {"data": {"text": "text"}}),
    ("POST", "/file", {"files": {"file": ("a.txt", b"content")}}),
    ("POST", "/two-models", {"json": {"one": {"text": "text"}, "two": {"text": "t"}}}),
    ("POST", "/embedded", {"json": {"note": {"text": "text"}}}),
    ("GET", "/other-class", {}),
    ("DELETE", "/nothing", {}),
    ("GET", "/lines", {}),
    ("GET", "/shouted", {}),
]


async def _result(app: FastAPI, method: str, path: str, options: dict[str, Any]) -> tuple[Any, ...]:
    """Send a request, and return all that it led to."""
    calls.clear()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.request(method, f"/api{path}", **options)
    return answer.status_code, answer.headers.raw, answer.content, list(calls)


@pytest.mark.parametrize(
    ("method", "path", "options"), REQUESTS, ids=[f"{one[0]} {one[1]} {str(one[2])[:60]}" for one in REQUESTS]
)
async def test_it_answers_as_fastapi_does(
    applications: Applications, method: str, path: str, options: dict[str, Any]
) -> None:
    ours = await _result(applications.ours, method, path, options)
    assert ours == await _result(applications.fastapi, method, path, options)
    assert ours[0] != 404


async def test_fastapi_handles_a_request_while_a_dependency_is_replaced(applications: Applications) -> None:
    app = applications.ours
    app.dependency_overrides[outer] = lambda: "replaced"
    try:
        answer = await _result(app, "GET", "/nested", {})
    finally:
        app.dependency_overrides.clear()
    assert b'"again":"replaced"' in answer[2]


async def test_fastapi_handles_a_request_that_is_traced(applications: Applications) -> None:
    handled: list[str] = []

    async def fastapi(*_: Any) -> None:
        handled.append("by FastAPI")

    (context,) = [context for context in _contexts(applications.ours) if context.name == "simple"]
    app = planned(SimpleNamespace(**{**vars(context), "app": fastapi}))
    assert app is not None
    await app({"type": "http", TRACED: None}, _nothing, _nowhere)
    assert handled == ["by FastAPI"]


async def _nothing() -> Any: ...


async def _nowhere(_: Any) -> None: ...


async def test_a_client_that_leaves_while_it_sends_is_refused_as_by_fastapi(applications: Applications) -> None:
    statuses = [await _status_after_disconnect(app) for app in (applications.ours, applications.fastapi)]
    assert statuses == [400, 400]


async def _status_after_disconnect(app: FastAPI) -> int:
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    scope = {"type": "http", "method": "POST", "path": "/api/notes", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    return statuses[0]
