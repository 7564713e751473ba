"""Finds the route of a request by the shape of its path.

FastAPI tries one route after the other, and those of an included router twice: with 40 routes this was a sixth of what a
request cost, and it grows with every feature. Here only routes of the same shape are tried, so it does not grow.
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
from starlette.types import Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import MethodNotAllowedException

# How many parts a path has, and its first two, in which no route of ours has a parameter.
Shape: TypeAlias = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class _RouteTable:
    """The expanded routes of a router: building them takes longer than any request, so it happens once."""

    direct: dict[Shape, list[Any]]  # those that are called from here
    known: dict[Shape, list[Any]]  # also those whose router has a body limit of its own and has to be asked
    methods_by_path: dict[
        str, set[str]
    ]  # of each path without parameters, because one with a parameter may have others


class RouteIndex:
    """Calls the one route that answers a request, and leaves everything else to the router.

    Everything else is: 404, mounts, routes that were added later or whose paths have another form.
    """

    def __init__(self, router: APIRouter) -> None:
        """Look for the routes of `router` when the application starts, or at the first request."""
        self._router = router

    def build(self) -> None:
        """Expand the routes now, so that the first request need not wait for it."""
        _ = self._table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and not scope.get("root_path"):
            table = self._table
            allowed = table.methods_by_path.get(scope["path"])
            if allowed is not None and scope["method"] not in allowed:
                await _refuse(scope, receive, send, allowed=allowed)
                return
            for route in table.direct.get(_shape(scope["path"]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found, router=self._router, route=route.original_route)
                    await route.app(scope, receive, send)
                    return
            if allowed := self._other_methods(scope):
                await _refuse(scope, receive, send, allowed=allowed)
                return
            if path := self._path_with_other_slash(scope):
                await _redirect(path, scope)(scope, receive, send)
                return
        await self._router.app(scope, receive, send)

    def _other_methods(self, scope: Scope) -> set[str]:
        """Return all methods of a path that lacks the request's; the router knows those of its first route alone."""
        matches = [(route.matches(scope)[0], route) for route in self._table.known.get(_shape(scope["path"]), ())]
        if any(match is Match.FULL for match, _ in matches):
            return set()
        return {method for match, route in matches if match is Match.PARTIAL for method in route.methods}

    def _path_with_other_slash(self, scope: Scope) -> str | None:
        """Return the path with a slash less or more at its end, if a route has that one.

        Not for DELETE: `/sessions/` with an id that a client left empty would end all sessions in place of one.
        """
        if scope["method"] == "DELETE":
            return None
        path = scope["path"].rstrip("/") if scope["path"].endswith("/") else f"{scope['path']}/"
        candidates = self._table.known.get(_shape(path), ())
        is_known = any(route.matches({**scope, "path": path})[0] is not Match.NONE for route in candidates)
        return path if is_known else None

    @cached_property
    def _table(self) -> _RouteTable:
        included = list(_included_routes(self._router))
        methods: dict[str, set[str]] = defaultdict(set)
        for _, route in included:
            if "{" not in route.path:
                methods[route.path] |= route.methods
        return _RouteTable(
            direct=_by_shape(route for has_limits, route in included if not has_limits),
            known=_by_shape(route for _, route in included),
            methods_by_path=dict(methods),
        )


def _by_shape(included: Iterable[Any]) -> dict[Shape, list[Any]]:
    routes: dict[Shape, list[Any]] = defaultdict(list)
    for route in included:
        shape = _shape(route.path_format)
        if "{" not in shape[1] + shape[2] and ":path}" not in route.path:
            routes[shape].append(route)
    return dict(routes)


async def _refuse(scope: Scope, receive: Receive, send: Send, *, allowed: set[str]) -> None:
    answer = error_response(MethodNotAllowedException, scope, headers={"Allow": ", ".join(sorted(allowed))})
    await answer(scope, receive, send)


def _redirect(path: str, scope: Scope) -> RedirectResponse:
    """Lead to a path of ours, and name no host or scheme: the request's `Host` may be another site's, its scheme a proxy's."""
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(quote(path, errors="replace") + (f"?{query}" if query else ""))


def _included_routes(router: APIRouter) -> Iterator[tuple[bool, Any]]:
    """Yield the routes of included routers in order, each with its whole path; FastAPI has no type for them.

    The first value is whether their router has limits of its own: it applies them by itself, so it has to be asked.
    """
    for included in router.routes:
        if routes := getattr(included, "effective_route_contexts", None):
            has_limits = _has_limits(included)
            yield from ((has_limits, route) for route in routes() if isinstance(route.original_route, APIRoute))


def _has_limits(included: object) -> bool:
    return getattr(getattr(included, "include_context", None), "max_body_size", None) is not None


def _shape(path: str) -> Shape:
    parts = path.split("/", 3)
    first, second = (*parts[1:], "", "")[:2]
    return path.count("/"), first, second
