"""Files in answers: what a browser may do with them, and for how long."""

from fastapi import Response

from api.middleware.caching import ANYONE_FOR_EVER

# Even if a file were something else than it says: no script, no form, no plugin, an origin of its own.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def set_file_headers(response: Response, *, tag: str, is_final: bool = False) -> None:
    """Tell how a file may be used and kept.

    Args:
        response: the answer that carries the file.
        tag: names the content.
        is_final: whether anyone may see it, and another content would have another address.
    """
    if is_final:
        response.headers["Cache-Control"] = ANYONE_FOR_EVER.decode()
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["ETag"] = f'"{tag}"'


def attachment(file_name: str) -> str:
    """Return the `Content-Disposition` of a file to be saved under this name, which is plain ASCII of ours."""
    return f'attachment; filename="{file_name}"'
