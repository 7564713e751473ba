"""Strips metadata from pictures before a decoder sees them.

Metadata is often malformed, and browsers show the picture anyway. It is not kept, so it must not be a reason to refuse
a picture, and must cost no more than skipping it.
"""

import struct
import zlib
from collections.abc import Iterator

PNG = b"\x89PNG\r\n\x1a\n"
PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
PNG_TRANSPARENCY, PNG_EXIF = b"tRNS", b"eXIf"

JPEG = b"\xff\xd8"
JPEG_SCAN = b"\xff\xda"
JPEG_REST = JPEG_SCAN[1]  # the pixels start here
JPEG_APPLICATIONS = range(0xE0, 0xF0)
JPEG_COMMENT = 0xFE
JPEG_SEGMENTS = frozenset({*range(0xC0, 0xD0), *range(0xDB, 0xE0), *JPEG_APPLICATIONS, JPEG_COMMENT})
FILL = 0xFF
EXIF = b"Exif\0\0"
# Application segments that say how colours are stored, with their minimum lengths.
COLOURS = {b"JFIF\0": 14, b"Adobe": 12}


def without_metadata(content: bytes) -> tuple[bytes, bytes | None]:
    """Return the picture without metadata, and the Exif part if there was one.

    Other formats than PNG and JPEG stay as they are.
    """
    try:
        if content.startswith(PNG):
            return _png(content)
        if content.startswith(JPEG):
            return _jpeg(content)
    except struct.error:  # truncated: the decoder reports it
        pass
    return content, None


def scans(content: bytes) -> int:
    """Return the number of scans in a JPEG. Pixel data never contains the marker of a scan."""
    return content.count(JPEG_SCAN) if content.startswith(JPEG) else 1


def _png(content: bytes) -> tuple[bytes, bytes | None]:
    kept, exif = [PNG], None
    for kind, start, end in _chunks(content):
        if kind in PNG_PIXELS or (kind == PNG_TRANSPARENCY and _is_sound(content[start:end])):
            kept.append(content[start:end])
        elif kind == PNG_EXIF:
            exif = content[start + 8 : end - 4]
    return b"".join(kept), exif


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = len(PNG)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        yield kind, at, at + length + 12
        at += length + 12


def _is_sound(chunk: bytes) -> bool:
    return zlib.crc32(chunk[4:-4]).to_bytes(4, "big") == chunk[-4:]


def _jpeg(content: bytes) -> tuple[bytes, bytes | None]:
    kept, exif = [JPEG], None
    for marker, start, end in _segments(content):
        payload = content[start + 4 : end]
        if marker in JPEG_APPLICATIONS and payload.startswith(EXIF):
            exif = exif or payload
        elif marker != JPEG_COMMENT and (marker not in JPEG_APPLICATIONS or _tells_colours(payload)):
            kept.append(content[start:end])
    return b"".join(kept), exif


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment. The last segment is the rest of the file."""
    at = len(JPEG)
    while True:
        flag, marker, length = struct.unpack_from(">BBH", content, at)
        if flag == marker == FILL:
            at += 1
        elif flag == FILL and marker in JPEG_SEGMENTS:
            yield marker, at, at + 2 + length
            at += 2 + length
        else:
            yield JPEG_REST, at, len(content)
            return


def _tells_colours(payload: bytes) -> bool:
    return any(payload.startswith(name) and len(payload) >= length for name, length in COLOURS.items())
