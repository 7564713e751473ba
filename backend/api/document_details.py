"""What the OpenAPI document says beyond FastAPI's: tags, headers, ways to say who one is, and no sections for programmers."""

from collections.abc import Iterator
from typing import Any

from core import product

Schema = dict[str, Any]

CONTACT = {"name": f"The {product.NAME} authors"}
LICENSE = {"name": "MIT", "identifier": "MIT"}
# Addresses in the document follow the one that it was read from.
SERVERS = [{"url": "/", "description": "The installation that this document comes from."}]
TAGS = {
    "system": "Probes for load balancers and orchestrators.",
    "auth": "Signing up, in and out, and the tokens of a session.",
    "credentials": "Passwords and addresses, and the links in mails that change them.",
    "two-factor authentication": "Codes from an app, recovery codes, and the second step of a sign-in.",
    "passkeys": "Signing in with passkeys, and managing them.",
    "oidc": "Signing in through other providers, by OpenID Connect.",
    "identities": "Accounts at other providers that are linked to one's own.",
    "sessions": "The devices that are signed in.",
    "tokens": "Personal API tokens, for programs.",
    "users": "Users as others see them, and one's own account.",
    "accounts": "Administration of other people's accounts.",
    "security events": "The audit log.",
    "posts": "What users write for others to read.",
    "comments": "What users say about posts.",
    "reports": "Documents made in the background.",
    "dashboard": "Figures for the start page.",
    "live": "Events as they happen, as server-sent events.",
    "jobs": "Background jobs, for operators.",
}
HEADERS = {
    "ETag": "The version of what was answered, for `If-None-Match` and `If-Match`.",
    "Location": "The address of what was created.",
    "RateLimit": "What is left of the quota: `r` requests in the next `t` seconds.",
    "RateLimit-Policy": "The quota: `q` requests in `w` seconds.",
    "Retry-After": "In how many seconds to try again.",
    "WWW-Authenticate": "How to say who one is: `Bearer`.",
    "X-Request-ID": "The id of the request, which is in the log and in every error; a client may send its own.",
}
COOKIE = "SessionCookie"


def header(name: str) -> Schema:
    """Return a reference to a header that the document describes once."""
    return {name: {"$ref": f"#/components/headers/{name}"}}


def tags() -> list[Schema]:
    """Return the tags in the order in which they are shown."""
    return [{"name": name, "description": description} for name, description in TAGS.items()]


def describe_headers(document: Schema) -> None:
    """Say which headers come with which response."""
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
    """Add the session's cookie to the ways to say who one is."""
    schemes = document["components"]["securitySchemes"]
    description = "The session of a browser, from `POST /api/auth/signin`."
    schemes[COOKIE] = {"type": "apiKey", "in": "cookie", "name": cookie, "description": description}


def operations(document: Schema) -> Iterator[Schema]:
    """Yield every operation."""
    for path in document["paths"].values():
        yield from path.values()
