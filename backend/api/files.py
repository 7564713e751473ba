"""Files in answers: what a browser may do with them, and for how long."""

from fastapi import Response

# Even if a file were something else than it says: no script, no form, no plugin, an origin of its own.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def set_file_headers(response: Response, *, tag: str, is_immutable: bool, is_public: bool) -> None:
    """Tell how a file may be used and kept.

    Args:
        response: the answer that carries the file.
        tag: names the content.
        is_immutable: whether another content would have another address.
        is_public: whether everybody may see it.
    """
    audience = "public" if is_public else "private"
    keeping = "max-age=31536000, immutable" if is_immutable else "no-cache"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = f"{audience}, {keeping}"
    response.headers["ETag"] = f'"{tag}"'


def attachment(file_name: str) -> str:
    """Return the `Content-Disposition` of a file to be saved under this name, which is plain ASCII of ours."""
    return f'attachment; filename="{file_name}"'
