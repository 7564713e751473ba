"""Finds the route of a request by the shape of its path.

FastAPI tries all routes in order, and those of included routers twice. With 40 routes this took a sixth of the time of
a request. This index tries only routes of the same shape, so the time does not grow with the number of routes.

A literal part of a path wins over a parameter: `/users/me` over `/users/{user_id}`. So the order in which routes are
included does not matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import MethodNotAllowedException
from api.server.route_plan import planned

# The number of parts of a path, and its first two parts, which never contain a parameter.
Shape: TypeAlias = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A route and the handler of its requests: itself, or its router if that has limits of its own."""

    route: Any
    app: ASGIApp


@dataclass(frozen=True, slots=True)
class _RouteTable:
    """The expanded routes of a router. Building them is slow, so it happens once."""

    routes: dict[Shape, list[_Indexed]]
    # By path without parameters, and then by method. Paths with parameters may overlap.
    exact: dict[str, dict[str, _Indexed]]


class RouteIndex:
    """Calls the matching route directly, and leaves everything else to the router.

    Everything else is: 404, mounts, and routes that were added later or have an unusual path.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router

    def build(self) -> None:
        """Build the index now, so that the first request does not wait for it."""
        _ = self._table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http" and not scope.get("root_path"):
            if indexed := self._find(scope):
                scope.update(router=self._router, route=indexed.route.original_route)
                await indexed.app(scope, receive, send)
                return
            if allowed := self._other_methods(scope):
                await _refuse(scope, receive, send, allowed=allowed)
                return
            if path := self._path_with_other_slash(scope):
                await _redirect(path, scope)(scope, receive, send)
                return
        await self._router.app(scope, receive, send)

    def _find(self, scope: Scope) -> _Indexed | None:
        """Return the route of a request, and extend its scope as Starlette does."""
        if methods := self._table.exact.get(scope["path"]):
            if indexed := methods.get(scope["method"]):
                scope.update(endpoint=indexed.route.endpoint, path_params={})
            return indexed
        for indexed in self._table.routes.get(_shape(scope["path"]), ()):
            match, found = indexed.route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                return indexed
        return None

    def _other_methods(self, scope: Scope) -> set[str]:
        """Return all methods of the path if the request has another one.

        The router knows only those of its first route.
        """
        if methods := self._table.exact.get(scope["path"]):
            return set(methods)
        candidates = self._table.routes.get(_shape(scope["path"]), ())
        others = [indexed.route for indexed in candidates if indexed.route.matches(scope)[0] is Match.PARTIAL]
        return {method for route in others for method in route.methods}

    def _path_with_other_slash(self, scope: Scope) -> str | None:
        """Return the path with the final slash added or removed, if a route has that path.

        Not for DELETE: `/sessions/` with an empty id would end all sessions instead of one.
        """
        if scope["method"] == "DELETE":
            return None
        path = scope["path"].rstrip("/") if scope["path"].endswith("/") else f"{scope['path']}/"
        candidates = self._table.routes.get(_shape(path), ())
        is_known = any(one.route.matches({**scope, "path": path})[0] is not Match.NONE for one in candidates)
        return path if is_known else None

    @cached_property
    def _table(self) -> _RouteTable:
        indexed = list(_included_routes(self._router))
        return _RouteTable(routes=_by_shape(indexed), exact=_by_path(indexed))


def _by_shape(indexed: Iterable[_Indexed]) -> dict[Shape, list[_Indexed]]:
    """Group routes by shape, those with literal parts first."""
    routes: dict[Shape, list[_Indexed]] = defaultdict(list)
    for one in sorted(indexed, key=lambda one: parameters_of(one.route.path_format)):
        shape = _shape(one.route.path_format)
        if "{" not in shape[1] + shape[2] and ":path}" not in one.route.path:
            routes[shape].append(one)
    return dict(routes)


def _by_path(indexed: Iterable[_Indexed]) -> dict[str, dict[str, _Indexed]]:
    """Group the routes without parameters by path and method. Of two alike, the first answers."""
    routes: dict[str, dict[str, _Indexed]] = defaultdict(dict)
    for one in indexed:
        if "{" not in one.route.path:
            for method in one.route.methods:
                routes[one.route.path].setdefault(method, one)
    return dict(routes)


def parameters_of(path: str) -> tuple[bool, ...]:
    """Return for each part of a path whether it contains a parameter. Of two paths, the smaller one is tried first."""
    return tuple("{" in part for part in path.split("/"))


async def _refuse(scope: Scope, receive: Receive, send: Send, *, allowed: set[str]) -> None:
    answer = error_response(MethodNotAllowedException, scope, headers={"Allow": ", ".join(sorted(allowed))})
    await answer(scope, receive, send)


def _redirect(path: str, scope: Scope) -> RedirectResponse:
    """Redirect to a path without host and scheme: the client may have forged the one, a proxy changed the other."""
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(quote(path, errors="replace") + (f"?{query}" if query else ""))


def _included_routes(router: APIRouter) -> Iterator[_Indexed]:
    """Yield the routes of included routers, each with its full path. FastAPI has no type for them."""
    for included in router.routes:
        if routes := getattr(included, "effective_route_contexts", None):
            for route in routes():
                if isinstance(route.original_route, APIRoute):
                    yield _Indexed(route, included.handle if _has_limits(included) else planned(route) or route.app)


def _has_limits(included: object) -> bool:
    context = getattr(included, "include_context", None)
    return getattr(context, "max_body_size", None) is not None or bool(getattr(context, "form_limits", None))


def _shape(path: str) -> Shape:
    parts = path.split("/", 3)
    first, second = (*parts[1:], "", "")[:2]
    return path.count("/"), first, second
