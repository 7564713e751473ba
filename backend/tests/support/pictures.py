"""Pictures of every kind that tests need: sound, broken, costly, and with something hidden in them."""

import zlib
from io import BytesIO
from struct import pack
from typing import Any

from PIL import Image, PngImagePlugin

RED, BLUE = (220, 30, 30), (30, 30, 220)


SCRIPT = b"<script>alert(document.cookie)</script>"


def picture(kind: str = "PNG", *, mode: str = "RGB", size: tuple[int, int] = (120, 80), **options: Any) -> bytes:
    """Return a picture that is red all over."""
    output = BytesIO()
    Image.new("RGB", size, RED).convert(mode).save(output, kind, **options)
    return output.getvalue()


def deep_grey() -> bytes:
    """Return a picture of one grey in 16 bits."""
    output = BytesIO()
    Image.new("I;16", (80, 80), 128 * 256).save(output, "PNG")
    return output.getvalue()


def animation() -> bytes:
    frames = [Image.new("RGB", (90, 90), colour) for colour in (RED, BLUE)]
    output = BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return output.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be of any size."""
    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """Return a PNG whose compressed text is a thousand times as long when unpacked."""
    info = PngImagePlugin.PngInfo()
    for number in range(8):
        info.add_text(f"bomb{number}", "0" * 20_000_000, zip=True)
    return picture(pnginfo=info)


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


def segment(marker: int, content: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return pack(">BBH", 0xFF, marker, len(content) + 2) + content


def png_with(*chunks: bytes) -> bytes:
    """Return a picture with chunks behind its head."""
    content = picture()
    return content[:33] + b"".join(chunks) + content[33:]


def jpeg_with(*segments: bytes) -> bytes:
    """Return a picture with segments before all others."""
    return picture("JPEG")[:2] + b"".join(segments) + picture("JPEG")[2:]


def exif(*entries: bytes) -> bytes:
    """Return Exif with entries of twelve bytes each."""
    return b"II*\0" + pack("<IH", 8, len(entries)) + b"".join(entries) + pack("<I", 0) + b"\xff" * 8


ON_ITS_SIDE = pack("<HHIHH", 0x112, 3, 1, 6, 0)


MINUS_ONE_BY_NOTHING = pack("<HHII", 0x11A, 10, 1, 38)


BEYOND_THE_END = pack("<HHII", 0x11A, 5, 1, 0xFFFF_FFFF)


def many_scans(count: int) -> bytes:
    """Return a progressive JPEG of 25 million grey pixels, each scan of which says nothing and visits all of them."""
    side, blocks = 5_000, 625 * 625
    first = bytes([0b0] * (blocks // 8)) + b"\x7f"
    rest = bytes([0b0] * (15 * -(-blocks // 16_384) // 8)) + b"\x7f"
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xDB, bytes([0, *[1] * 64])),
            segment(0xC2, pack(">BHHB3B", 8, side, side, 1, 1, 0x11, 0)),
            segment(0xC4, bytes([0x00, 1, *[0] * 15, 0x00])),
            segment(0xC4, bytes([0x10, 1, *[0] * 15, 0xE0])),
            segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + first,
            (segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + rest) * count,
            b"\xff\xd9",
        )
    )


def turned() -> bytes:
    """Return a picture that a camera held upright took: red on the left as stored, so on top as seen."""
    image = Image.new("RGB", (200, 100), BLUE)
    image.paste(RED, (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x9286] = "where this was taken"
    output = BytesIO()
    image.resize((100, 100)).save(output, "JPEG", exif=exif, quality=95)
    return output.getvalue()


def noise() -> bytes:
    """Return a picture of 25 million pixels that all differ, which takes longest to unpack."""
    grey = Image.effect_noise((1_250, 1_250), 60).resize((5_000, 5_000), Image.Resampling.BICUBIC)
    output = BytesIO()
    Image.merge("RGB", (grey, grey.rotate(90), grey.rotate(180))).save(output, "WEBP", quality=60, method=0)
    return output.getvalue()
