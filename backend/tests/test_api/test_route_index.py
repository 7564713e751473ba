"""Routes are found by the shape of their paths, all of them, and the same ones that FastAPI would find."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Match

from api.documentation import api_routes
from api.server.route_index import RouteIndex, _shape


@pytest.fixture
def indexed(app: FastAPI) -> list[Any]:
    index = app.router.middleware_stack
    assert isinstance(index, RouteIndex)
    return [route for routes in index._table.direct.values() for route in routes]


def test_every_route_is_in_the_index(app: FastAPI, indexed: list[Any]) -> None:
    missing = {route.path for route in api_routes(app) if all(route is not known.original_route for known in indexed)}
    # Their router applies limits of its own, so it has to be asked.
    assert missing == {"/api/users/me/avatar", "/api/users/{user_id}/avatar"}


def test_no_two_routes_of_a_shape_answer_the_same_request(indexed: list[Any]) -> None:
    """So it does not matter that those of other shapes are not tried in the order of their inclusion."""
    for route in indexed:
        path = route.path_format.replace("{", "").replace("}", "")
        scope = {"type": "http", "method": next(iter(route.methods)), "path": path, "root_path": ""}
        same_shape = [other for other in indexed if _shape(other.path_format) == _shape(route.path_format)]
        first = next(other for other in same_shape if other.matches(scope)[0] is Match.FULL)
        assert first is route
