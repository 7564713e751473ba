"""Responses that contain files, and their headers."""

from fastapi import Response
from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from api.middleware.caching import PUBLIC_FOREVER

# In case a file is not what it claims to be: no scripts, forms or plugins, and its own origin.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


class WholeFileResponse(FileResponse):
    """A file that is sent whole. A server may ignore `Range` (RFC 9110 section 14.2)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        self.headers["Accept-Ranges"] = "none"
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)


def set_file_headers(response: Response, *, tag: str, is_final: bool = False) -> None:
    """Set the security and caching headers of a file.

    Args:
        response: the response with the file.
        tag: identifies the content.
        is_final: whether the file is public and its URL never gets other content.
    """
    if is_final:
        response.headers["Cache-Control"] = PUBLIC_FOREVER.decode()
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["ETag"] = f'"{tag}"'


def attachment(file_name: str) -> str:
    """Return the `Content-Disposition` of a download. The name must be plain ASCII."""
    return f'attachment; filename="{file_name}"'
