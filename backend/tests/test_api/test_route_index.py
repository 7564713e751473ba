"""Routes are found by the shape of their paths, whatever the order in which they were included."""

from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from random import Random
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import APIRouter, FastAPI, UploadFile
from starlette.routing import Match

from api.documentation import api_routes
from api.server.route_index import RouteIndex, _by_shape, _Indexed, _shape, parameters_of


def _indexed(app: FastAPI) -> list[_Indexed]:
    index = app.router.middleware_stack
    assert isinstance(index, RouteIndex)
    return [indexed for routes in index._table.routes.values() for indexed in routes]


def test_every_route_is_in_the_index(app: FastAPI) -> None:
    known = {id(indexed.route.original_route) for indexed in _indexed(app)}
    missing = [route.path for route in api_routes(app) if id(route) not in known]
    assert missing == [], (
        "The index has no routes with a parameter in the first two parts of the path, and none with `:path`. "
        "Such a route is found in the order of inclusion, after all others. Give it another path."
    )


def _ambiguous(routes: list[Any]) -> Iterator[str]:
    """Yield the pairs of routes that answer the same requests and of which no rule prefers one."""
    for one, other in combinations(routes, 2):
        same = one.methods & other.methods
        if same and _pattern(one) == _pattern(other):
            yield f"{min(same)} {one.path_format} ({one.name}) and {other.path_format} ({other.name})"


def _pattern(route: Any) -> list[str]:
    return ["{}" if "{" in part else part for part in route.path_format.split("/")]


def test_no_two_routes_answer_the_same_requests(app: FastAPI) -> None:
    found = list(_ambiguous([indexed.route for indexed in _indexed(app)]))
    assert found == [], (
        "Change the path of one of each pair: which of them answers depends on the names of their modules"
    )


def test_an_ambiguous_pair_is_found() -> None:
    router = APIRouter()

    async def answer() -> None: ...

    for path in ("/api/notes/{note_id}", "/api/notes/{number}", "/api/notes/me"):
        router.add_api_route(path, answer, methods=["GET"])
    assert list(_ambiguous(router.routes)) == ["GET /api/notes/{note_id} (answer) and /api/notes/{number} (answer)"]


def test_the_order_of_inclusion_does_not_matter(app: FastAPI) -> None:
    routes = _indexed(app)
    for seed in range(5):
        shuffled = _by_shape(Random(seed).sample(routes, len(routes)))
        for indexed in routes:
            assert _answering(shuffled, indexed.route) is indexed, indexed.route.path_format


def _answering(table: dict[Any, list[_Indexed]], route: Any) -> _Indexed:
    path = route.path_format.replace("{", "").replace("}", "")
    scope = {"type": "http", "method": next(iter(route.methods)), "path": path, "root_path": ""}
    return next(one for one in table[_shape(path)] if one.route.matches(scope)[0] is Match.FULL)


def _including(paths: tuple[str, ...], **limits: Any) -> FastAPI:
    app = FastAPI()
    for path in paths:
        router = APIRouter(**limits)
        router.add_api_route(path, _saying(path), methods=["GET"])
        app.include_router(router)
    app.router.middleware_stack = RouteIndex(app.router)
    return app


def _saying(path: str) -> Callable[[], Any]:
    async def say() -> str:
        return path

    return say


@pytest.mark.parametrize("limits", [{}, {"max_body_size": 10}, {"form_limits": {"max_files": 1}}])
@pytest.mark.parametrize("paths", [*permutations(("/api/users/{id}", "/api/users/me", "/api/users/{id}/x"))])
async def test_a_literal_part_wins_over_a_parameter(paths: tuple[str, ...], limits: dict[str, Any]) -> None:
    transport = httpx.ASGITransport(app=_including(paths, **limits))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/api/users/me")).json() == "/api/users/me"
        assert (await client.get("/api/users/1")).json() == "/api/users/{id}"
        assert (await client.get("/api/users/me/x")).json() == "/api/users/{id}/x"


def test_the_leftmost_literal_part_decides() -> None:
    paths = ["/a/b/{x}/{y}", "/a/b/{x}/d", "/a/b/c/{y}", "/a/b/c/d"]
    assert sorted(paths, key=parameters_of) == paths[::-1]


async def test_a_router_keeps_the_limits_of_its_forms() -> None:
    app, router = FastAPI(), APIRouter(form_limits={"max_files": 1})

    @router.post("/api/files")
    async def count(files: list[UploadFile]) -> int:
        return len(files)

    app.include_router(router)
    app.router.middleware_stack = RouteIndex(app.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        file = ("files", ("a.txt", b"a"))
        assert (await client.post("/api/files", files=[file])).json() == 1
        assert (await client.post("/api/files", files=[file, file])).status_code == 400
