"""Conditional requests: `ETag`, `If-None-Match` and `If-Match`."""

import re
from binascii import crc32
from typing import Annotated

from fastapi import Depends, Header, Request, Response

# An entity tag without what compressing proxies add: nginx weakens the tag (RFC 9110 section 8.8.1), Apache and Jetty
# append the coding.
_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*?)(?:[-;]{1,2}(?:gzip|br|zstd|deflate))?"')
# The column holds no more digits.
_VERSION = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]{8})?")


def set_version(response: Response, version: int, *, beside: object = None) -> None:
    """Set the `ETag` of a response.

    Args:
        response: the response.
        version: the version of the resource; `If-Match` compares only this.
        beside: other content of the response that changes without a new version; `If-None-Match` compares it as well.
    """
    tag = str(version) if beside is None else f"{version}-{crc32(repr(beside).encode()):08x}"
    response.headers["ETag"] = f'"{tag}"'


def opaque_tags(header: str) -> set[str]:
    """Return the opaque parts of the tags in `ETag`, `If-Match` or `If-None-Match`."""
    return set(_ENTITY_TAG.findall(header))


def is_named(tag: str, if_none_match: str) -> bool:
    """Return whether `If-None-Match` contains `tag`, by weak comparison (RFC 9110 section 13.1.2)."""
    return if_none_match.strip() == "*" or not opaque_tags(tag).isdisjoint(opaque_tags(if_none_match))


async def _if_match(
    request: Request,
    if_match: Annotated[
        str | None, Header(description="Apply the change only if the `ETag` is still this one.")
    ] = None,
) -> tuple[int, ...] | None:
    """Return the versions that the client accepts, or None for any."""
    if if_match is None:
        return None
    known = ",".join(request.headers.getlist("if-match"))  # the parameter has the first line of several
    if known.strip() == "*":
        return None
    # RFC 9110 section 13.1.1 forbids weak tags here, because the bytes may differ. These tags name a version, which
    # compression does not change, and a client behind a compressing proxy has only the weak one.
    versions = (_VERSION.fullmatch(tag) for tag in opaque_tags(known))
    return tuple(int(version[1]) for version in versions if version)


if_match_dep = Annotated[tuple[int, ...] | None, Depends(_if_match)]
