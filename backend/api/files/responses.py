"""Headers of responses that contain files."""

from fastapi import Response

from api.middleware.caching import PUBLIC_FOREVER

# In case a file is not what it claims to be: no scripts, forms or plugins, and its own origin.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


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
