"""Additions to FastAPI's OpenAPI document: tags, headers and the session cookie."""

from collections.abc import Iterable, Iterator
from email.utils import parseaddr
from typing import Any

from api.routers import RouteModule
from core import product
from core.settings import Settings

Schema = dict[str, Any]

LICENSE = {"name": product.LICENSE.removeprefix("LicenseRef-"), "identifier": product.LICENSE}
# Paths are relative to the server that the document was loaded from.
SERVERS = [{"url": "/", "description": "The server of this document."}]
HEADERS = {
    "ETag": "The version of the response, for `If-None-Match` and `If-Match`.",
    "Location": "The URL of the created resource.",
    "RateLimit": "The remaining quota: `r` requests in the next `t` seconds.",
    "RateLimit-Policy": "The quota: `q` requests in `w` seconds.",
    "Retry-After": "Seconds to wait before the next attempt.",
    "WWW-Authenticate": "The authentication scheme: `Bearer`.",
    "X-Request-ID": "The id of the request, for logs and errors. A client may send its own.",
}
COOKIE = "SessionCookie"


def contact(settings: Settings) -> dict[str, str]:
    """Return the authors, and where to write to them if there is such an address."""
    name = {"name": f"The {product.NAME} authors"}
    return {**name, "email": parseaddr(settings.support_email)[1]} if settings.support_email else name


def header(name: str) -> Schema:
    """Return a reference to a header in the components of the document."""
    return {name: {"$ref": f"#/components/headers/{name}"}}


def tags(modules: Iterable[RouteModule]) -> list[Schema]:
    """Return the tags in the order of the modules, each described by the docstring of its module.

    Raises:
        TypeError: several modules share a tag, and none has its name.
    """
    by_tag: dict[str, list[RouteModule]] = {}
    for module in modules:
        if module.tag is not None:
            by_tag.setdefault(module.tag, []).append(module)
    return [{"name": tag, "description": _describing(tag, sharing).summary} for tag, sharing in by_tag.items()]


def _describing(tag: str, modules: list[RouteModule]) -> RouteModule:
    """Return the only module of a tag, or the one with its name."""
    file = tag.replace(" ", "_")
    for module in modules:
        if len(modules) == 1 or module.name.rpartition(".")[2] == file:
            return module
    names = " and ".join(module.name for module in modules)
    raise TypeError(f"{names} share the tag `{tag}`. Rename one of them to {file}: its docstring describes the tag.")


def describe_headers(document: Schema) -> None:
    """Add the headers of each response."""
    document["components"]["headers"] = {
        name: {"description": description, "schema": {"type": "string"}} for name, description in HEADERS.items()
    }
    for operation in operations(document):
        for status, response in operation["responses"].items():
            for name in _headers_of(operation, status):
                response.setdefault("headers", {}).update(header(name))


def _headers_of(operation: Schema, status: str) -> Iterator[str]:
    yield "X-Request-ID"
    if "system" not in operation["tags"] and (status == "429" or status.startswith("2")):
        yield from ("RateLimit", "RateLimit-Policy")
    if status == "201":
        yield "Location"
    if status == "401":
        yield "WWW-Authenticate"
    if status in {"429", "503"}:
        yield "Retry-After"


def describe_cookie(document: Schema, cookie: str) -> None:
    """Add the session cookie to the security schemes."""
    schemes = document["components"]["securitySchemes"]
    description = "The session cookie of a browser, from `POST /api/auth/signin`."
    schemes[COOKIE] = {"type": "apiKey", "in": "cookie", "name": cookie, "description": description}


def operations(document: Schema) -> Iterator[Schema]:
    """Yield every operation."""
    for path in document["paths"].values():
        yield from path.values()
