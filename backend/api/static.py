"""Serves the built front end: compressed ahead of time, cached for ever where the name carries a hash."""

from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.middleware import FRONTEND_ROUTE, PAGE_POLICY

# Smallest first; the build writes both beside each file that is worth it.
ENCODINGS = {"br": ".br", "gzip": ".gz"}
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
            HTTPException: 404 below the API's prefixes and for a missing file, 405 for a method other than GET and HEAD.
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
        response = await self._smallest_variant(path, scope)
        is_hashed = path.startswith(HASHED_DIRECTORY)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        response.headers["Vary"] = "Accept-Encoding"
        return response

    async def _smallest_variant(self, path: str, scope: Scope) -> Response:
        accepted = Headers(scope=scope).get("accept-encoding", "")
        for encoding in (name for name in ENCODINGS if name in accepted):
            try:
                response = await super().get_response(path + ENCODINGS[encoding], scope)
            except HTTPException as error:
                if error.status_code != 404:  # noqa: PLR2004
                    raise
            else:
                response.headers["Content-Encoding"] = encoding
                return response
        return await super().get_response(path, scope)


def _names_a_file(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1].lstrip(".")
