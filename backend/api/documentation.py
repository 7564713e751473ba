"""OpenAPI from the same classes that answer: which errors a route can give, and how they look."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api.exceptions import (
    ApiException,
    ApiTokenScopeMissingException,
    BodyTooLargeException,
    CrossOriginRequestException,
    DatabaseUnavailableException,
    InternalErrorException,
    MalformedRequestException,
    TooManyRequestsException,
    UnsupportedMediaTypeException,
    ValidationFailedException,
)
from api.schemas.envelope import ErrorResponse

# What any request may meet before or behind its route.
COMMON = (
    MalformedRequestException,
    BodyTooLargeException,
    UnsupportedMediaTypeException,
    ValidationFailedException,
    TooManyRequestsException,
    InternalErrorException,
    DatabaseUnavailableException,
)

Responses = dict[int | str, dict[str, Any]]


def errors(*kinds: type[ApiException]) -> Responses:
    """Return the `responses` of a route that can answer with these errors.

    FastAPI lets a route's entry for a status replace the application's, so the common errors of the same status are
    repeated.
    """
    if CrossOriginRequestException in kinds:  # what changes something needs a scope, too
        kinds = (*kinds, ApiTokenScopeMissingException)
    statuses = {kind.status_code for kind in kinds}
    common = [kind for kind in COMMON if kind.status_code in statuses and kind not in kinds]
    responses: Responses = {}
    for kind in (*common, *kinds):
        entry = responses.setdefault(kind.status_code, {"model": ErrorResponse, "description": ""})
        entry["description"] = "; ".join(filter(None, [entry["description"], f"`{kind.code}` {kind.internal_code}"]))
    return responses


def operation_id(route: APIRoute) -> str:
    """Return the function's name, which generated clients use as theirs."""
    return route.name


def api_routes(router: APIRouter | FastAPI) -> list[APIRoute]:
    """Return every route, those of included routers among them."""
    routes: list[APIRoute] = []
    for route in router.routes:
        if isinstance(route, APIRoute):
            routes.append(route)
        elif included := getattr(route, "original_router", None):
            routes.extend(api_routes(included))
    return routes
