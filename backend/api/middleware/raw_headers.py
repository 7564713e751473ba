"""Reads headers as ASGI has them: names in lower case, and both as bytes.

Starlette's `Headers` cost ten times as much.
"""

from collections.abc import Iterable
from typing import TypeAlias

RawHeaders: TypeAlias = list[tuple[bytes, bytes]]


def value_of(name: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """Return the value of the first header with this name, or None."""
    for one, value in headers:
        if one == name:
            return value
    return None
