"""Handles the requests of ordinary routes by a plan that is made once.

FastAPI examines the declaration of a route in every request: which kind of function each dependency is, which names
each parameter has, how its type is read. This takes most of the time of a short request. A plan examines the
declaration once. Then it calls the same functions in the same order, and raises the same errors.

A plan knows what most routes use: asynchronous functions, parameters, one model of JSON and a response model. FastAPI
handles the routes that use anything else, and the requests that a plan leaves to it.
"""

import inspect
import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from fastapi import params, routing
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.utils import is_body_allowed_for_status_code
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dependencies import SAFE_WHEN_CANCELLED
from api.server.parameters import Parameter, parameters

# In the scope while a request is traced: FastAPI's own handler opens the spans.
TRACED = "fastapi.telemetry"

Arguments: TypeAlias = dict[str, Any]
# A route with what it gets from the routers that include it. FastAPI has no type for it.
Route: TypeAlias = Any


def planned(route: Route) -> ASGIApp | None:
    """Return the application that handles a route by a plan, or None if FastAPI has to."""
    return _PlannedRoute(route) if _is_ordinary(route) and _is_known(route.dependant) else None


def _is_ordinary(route: Route) -> bool:
    return (
        type(route.original_route) is routing.APIRoute
        and routing.get_request_handler.__module__ == routing.__name__  # Sentry puts its own around it
        and isinstance(route.response_class, DefaultPlaceholder)
        and route.response_field is not None
        and route.stream_item_field is None
        and route.max_body_size is None
        and inspect.iscoroutinefunction(route.dependant.call)
        and _has_one_model_or_none(route)
    )


def _has_one_model_or_none(route: Route) -> bool:
    fields = route.dependant.body_params
    return not fields or (
        len(fields) == 1 and type(fields[0].field_info) is params.Body and not fields[0].field_info.embed
    )


def _is_known(dependant: Dependant) -> bool:
    """Return whether a plan can call a function and everything that it depends on."""
    return (
        dependant.use_cache
        and dependant.concurrency is None
        and not (dependant.own_oauth_scopes or dependant.parent_oauth_scopes or dependant.security_scopes_param_name)
        and not (dependant.background_tasks_param_name or dependant.websocket_param_name)
        and all(_is_known_dependency(dependency) for dependency in dependant.dependencies)
    )


def _is_known_dependency(dependant: Dependant) -> bool:
    is_safe_context = dependant.call in SAFE_WHEN_CANCELLED and dependant.scope == "function"
    is_function = inspect.iscoroutinefunction(dependant.call)
    return (is_function or is_safe_context) and not dependant.body_params and _is_known(dependant)


@dataclass(slots=True)
class _Run:
    """The state of one request: results of dependencies and open contexts."""

    request: Request
    body: object
    contexts: AsyncExitStack
    response: Response | None  # whose headers and status dependencies and the route may set
    results: dict[object, Any] = field(default_factory=dict)
    errors: list[Any] = field(default_factory=list)


class _Step:
    """A dependency, or the function of the route itself."""

    def __init__(self, dependant: Dependant) -> None:
        assert dependant.call is not None
        self.call = dependant.call
        self._key = dependant.call, dependant.scope
        self._context = asynccontextmanager(dependant.call) if inspect.isasyncgenfunction(dependant.call) else None
        self._dependencies = [(dependency.name, _Step(dependency)) for dependency in dependant.dependencies]
        self._parameters: list[Parameter] = parameters(dependant)
        self._body = next(iter(dependant.body_params), None)
        self._request_names = [*filter(None, (dependant.http_connection_param_name, dependant.request_param_name))]
        self._response_name = dependant.response_param_name
        steps = [step for _, step in self._dependencies]
        self.uses_response: bool = bool(self._response_name) or any(step.uses_response for step in steps)
        self.opens_contexts: bool = self._context is not None or any(step.opens_contexts for step in steps)

    async def arguments(self, run: _Run) -> Arguments:
        """Return the arguments of the function. When `run` has new errors, some are missing."""
        arguments: Arguments = {}
        for name, step in self._dependencies:
            errors = len(run.errors)
            of_step = await step.arguments(run)
            if len(run.errors) == errors:
                result = await step.result(run, of_step)
                if name is not None:
                    arguments[name] = result
        for name, read in self._parameters:
            arguments[name], problems = read(run.request)
            run.errors += problems
        self._add_what_belongs_to_the_request(arguments, run)
        return arguments

    async def result(self, run: _Run, arguments: Arguments) -> object:
        """Call the function, once for each request, and enter its context."""
        if self._key not in run.results:
            run.results[self._key] = await (
                self.call(**arguments)
                if self._context is None
                else run.contexts.enter_async_context(self._context(**arguments))
            )
        return run.results[self._key]

    def _add_what_belongs_to_the_request(self, arguments: Arguments, run: _Run) -> None:
        if self._body is not None:
            arguments[self._body.name], problems = self._body.validate(run.body, loc=("body",))
            run.errors += problems
        for name in self._request_names:
            arguments[name] = run.request
        if self._response_name:
            arguments[self._response_name] = run.response


class _PlannedRoute:
    """The application of one route."""

    def __init__(self, route: Route) -> None:
        self._fastapi = route.app
        self._overrides = getattr(route.dependency_overrides_provider, "dependency_overrides", {})
        self._endpoint = _Step(route.dependant)
        self._reads_body = bool(route.dependant.body_params)
        self._status_code = route.status_code
        self._serialize = partial(
            routing.serialize_response,
            field=route.response_field,
            include=route.response_model_include,
            exclude=route.response_model_exclude,
            by_alias=route.response_model_by_alias,
            exclude_unset=route.response_model_exclude_unset,
            exclude_defaults=route.response_model_exclude_defaults,
            exclude_none=route.response_model_exclude_none,
            dump_json=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if TRACED in scope or self._overrides:
            await self._fastapi(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            answer = await (self._answer_body(request) if self._reads_body else self._answer(request, None))
        except Exception as error:  # noqa: BLE001  (raised again, or answered by its handler)
            answer = wrap_app_handling_exceptions(_raising(error), request)
        await answer(scope, receive, send)

    async def _answer_body(self, request: Request) -> ASGIApp:
        """Answer a request with JSON. FastAPI answers those that lack it or have something else."""
        content = await _content_of(request)
        if request.headers.get("content-type", "").partition(";")[0] == "application/json":
            try:
                body = json.loads(content)
            except (ValueError, RecursionError):
                pass
            else:
                return await self._answer(request, body)
        return _with_body(self._fastapi, content)

    async def _answer(self, request: Request, body: object) -> ASGIApp:
        run = _Run(request, body, AsyncExitStack(), _unsent_response() if self._endpoint.uses_response else None)
        if not self._endpoint.opens_contexts:
            return await self._call(run)
        async with run.contexts:
            return await self._call(run)

    async def _call(self, run: _Run) -> ASGIApp:
        arguments = await self._endpoint.arguments(run)
        if run.errors:
            raise RequestValidationError(run.errors, body=run.body)
        result = await self._endpoint.call(**arguments)
        return result if isinstance(result, Response) else await self._response(result, run.response)

    async def _response(self, result: object, shaped: Response | None) -> Response:
        content = await self._serialize(response_content=result)
        status = (shaped and shaped.status_code) or self._status_code or 200
        response = Response(content, status, media_type="application/json")
        if not is_body_allowed_for_status_code(status):
            response.body = b""
        if shaped is not None:
            response.headers.raw.extend(shaped.headers.raw)
        return response


async def _content_of(request: Request) -> bytes:
    try:
        return await request.body()
    except HTTPException:
        raise
    except Exception as error:
        raise HTTPException(400, "There was an error parsing the body") from error


def _unsent_response() -> Response:
    response = Response()
    del response.headers["content-length"]
    response.status_code = None  # type: ignore[assignment]  # until it is set
    return response


def _raising(error: Exception) -> ASGIApp:
    async def app(_: Scope, __: Receive, ___: Send) -> None:
        raise error

    return app


def _with_body(app: ASGIApp, content: bytes) -> ASGIApp:
    """Return `app` for a request whose body is already received."""

    async def with_body(scope: Scope, receive: Receive, send: Send) -> None:
        received = iter([{"type": "http.request", "body": content, "more_body": False}])

        async def receive_again() -> Message:
            return next(received, None) or await receive()

        await app(scope, receive_again, send)

    return with_body
