"""Serves the built front end: compressed ahead of time, cached for ever where the name carries a hash."""

import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.conditional import is_named
from api.middleware.caching import ANYONE, ANYONE_FOR_EVER
from api.middleware.requests import FRONTEND_ROUTE, PAGE_POLICY

# Smallest first; the build writes a compressed variant beside each file that is worth it.
SUFFIXES = {"br": ".br", "gzip": ".gz", "identity": ""}
# One coding of `Accept-Encoding` and its weight: RFC 9110 sections 12.4.2 and 12.5.3.
_CODING = re.compile(r"(?:x-)?([a-z0-9*-]+)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")
# A client that does not name `identity` accepts it, after everything that it does name.
_UNNAMED_IDENTITY = 0.0001
HASHED_DIRECTORY = "assets/"
INDEX = "index.html"
# Addresses that belong to the API: an unknown one is an error, not a page.
API_PREFIXES = ("api/", "dev/", "metrics/")


class FrontendFiles(StaticFiles):
    """The front end's files, and its page for every address that the router in the browser knows."""

    # What the log and the metrics call all of them.
    path = FRONTEND_ROUTE

    def __init__(self, directory: Path) -> None:
        """Serve `directory`, which need not have been built yet."""
        super().__init__(directory=directory, check_dir=False)

    async def check_config(self) -> None:
        """Accept a directory that is missing: its files are not found, and the API works without them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or the page that shows whatever the address means.

        Raises:
            HTTPException: 404 below the API's prefixes and for a missing file, 405 for a method other than GET and HEAD,
                406 when the file exists in no coding that the client accepts.
        """
        if f"{path}/".startswith(API_PREFIXES):
            raise HTTPException(status_code=404)
        scope["route"] = self
        try:
            return await self._file(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or _names_a_file(path):  # noqa: PLR2004
                raise
            return await self._file(INDEX, scope)

    async def _file(self, path: str, scope: Scope) -> Response:
        response = await self._variant(path, scope)
        is_hashed = path.startswith(HASHED_DIRECTORY)
        response.headers["Cache-Control"] = (ANYONE_FOR_EVER if is_hashed else ANYONE).decode()
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        response.headers["Vary"] = "Accept-Encoding"
        return response

    async def _variant(self, path: str, scope: Scope) -> Response:
        accepted = _accepted_codings(",".join(Headers(scope=scope).getlist("accept-encoding")))
        for coding in accepted:
            try:
                response = await super().get_response(path + SUFFIXES[coding], scope)
            except HTTPException as error:
                if error.status_code != 404:  # noqa: PLR2004
                    raise
            else:
                if coding != "identity":
                    response.headers["Content-Encoding"] = coding
                return response
        if "identity" not in accepted:
            await super().get_response(path, scope)  # 404 for a file that does not exist in any coding
            raise HTTPException(status_code=406)
        raise HTTPException(status_code=404)

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:
        """Whether the client has this variant already."""
        known = request_headers.get("if-none-match", "")
        return is_named(response_headers["etag"], known) or super().is_not_modified(response_headers, request_headers)


def _accepted_codings(header: str) -> list[str]:
    """Return the codings that a client accepts, the one that it prefers first, and of equal ones the smallest."""
    items = (_CODING.fullmatch(item.strip()) for item in header.lower().split(","))
    weights = {item[1]: float(item[2] or 1) for item in items if item}
    defaults = {"identity": weights.get("*", _UNNAMED_IDENTITY)}
    ranked = {name: weights.get(name, defaults.get(name, weights.get("*", 0))) for name in SUFFIXES}
    return sorted((name for name in ranked if ranked[name] > 0), key=lambda name: -ranked[name])


def _names_a_file(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1].lstrip(".")
