"""Serves the built front end: compressed at build time, cached forever where the name contains a hash."""

import os
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Scope

from api.conditional import is_named
from api.files.responses import WholeFileResponse
from api.middleware.caching import PUBLIC, PUBLIC_FOREVER
from api.middleware.requests import FRONTEND_ROUTE
from api.middleware.security_headers import PAGE_POLICY

# Smallest first. The build writes compressed variants beside the files that benefit.
SUFFIXES = {"br": ".br", "gzip": ".gz", "identity": ""}
# A coding of `Accept-Encoding` and its weight (RFC 9110 sections 12.4.2 and 12.5.3).
_CODING = re.compile(r"(?:x-)?([a-z0-9*-]+)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")
# A client that does not name `identity` accepts it with the lowest preference.
_UNNAMED_IDENTITY = 0.0001
HASHED_DIRECTORY = "assets/"
INDEX = "index.html"
# Paths of the API: an unknown one is an error, not a page.
API_PREFIXES = (".well-known/", "api/", "dev/", "metrics/")


class FrontendFiles(StaticFiles):
    """The files of the front end, and its index page for all paths of the browser's router."""

    # The name of all files in logs and metrics.
    path = FRONTEND_ROUTE

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)

    async def check_config(self) -> None:
        """Accept a missing directory: the API works without the front end."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or the index page.

        Raises:
            HTTPException: 404 for API paths and missing files, 405 for methods other than GET and HEAD, 406 if the
                client accepts no available coding.
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
        response.headers["Cache-Control"] = (PUBLIC_FOREVER if is_hashed else PUBLIC).decode()
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
            await super().get_response(path, scope)  # 404 if the file exists in no coding
            raise HTTPException(status_code=406)
        raise HTTPException(status_code=404)

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return the file, or 304 when the client has it."""
        response = WholeFileResponse(full_path, status_code=status_code, stat_result=stat_result)
        is_known = self.is_not_modified(response.headers, Headers(scope=scope))
        return NotModifiedResponse(response.headers) if is_known else response

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:
        """Return whether the client has this variant."""
        known = ",".join(request_headers.getlist("if-none-match"))
        return is_named(response_headers["etag"], known) or super().is_not_modified(response_headers, request_headers)


def _accepted_codings(header: str) -> list[str]:
    """Return the codings that the client accepts, by preference, then by size."""
    items = (_CODING.fullmatch(item.strip()) for item in header.lower().split(","))
    weights = {item[1]: float(item[2] or 1) for item in items if item}
    defaults = {"identity": weights.get("*", _UNNAMED_IDENTITY)}
    ranked = {name: weights.get(name, defaults.get(name, weights.get("*", 0))) for name in SUFFIXES}
    return sorted((name for name in ranked if ranked[name] > 0), key=lambda name: -ranked[name])


def _names_a_file(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1].lstrip(".")
