"""Decodes untrusted pictures. It runs in a confined process: only that one loads Pillow, and it imports little else."""

from io import BytesIO
from typing import TYPE_CHECKING

from domain.files.avatar import MAX_PIXELS, BrokenPicture, PictureTooCostly, TooManyPixels, UnsupportedPicture
from service.files.picture_metadata import scans, without_metadata

if TYPE_CHECKING:
    from PIL import Image

# Detected by content. Other formats that Pillow supports stay off; EPS, for example, runs a program.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# Cameras write one scan and progressive JPEGs about ten. Each scan is a pass over all pixels.
MAX_SCANS = 64
QUALITY = 82
ORIENTATION = 0x0112
# The transformation of Pillow that turns a picture upright, by its Exif orientation.
UPRIGHT: dict[int | None, str] = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def decode_square(content: bytes, side: int) -> bytes:
    """Return the centre of the picture as WebP: upright and without metadata.

    Raises:
        UnsupportedPicture: the content is not in a supported format.
        TooManyPixels: decoding it would take too much memory.
        PictureTooCostly: it has too many scans.
        BrokenPicture: the content is truncated or malformed.
        MemoryError: it needs more memory than the process may use.
    """
    pixels, exif = without_metadata(content)
    if scans(pixels) > MAX_SCANS:
        raise PictureTooCostly
    with _opened(pixels) as picture:
        try:
            return _encoded(_upright(_square(picture, side), exif or picture.info.get("exif")))
        except MemoryError:
            raise
        except Exception as error:  # decoders raise many kinds of errors for malformed input
            raise BrokenPicture from error


def _opened(content: bytes) -> "Image.Image":
    from PIL import Image, UnidentifiedImageError

    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise UnsupportedPicture from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except Exception as error:  # as above
        raise BrokenPicture from error
    if picture.width * picture.height > MAX_PIXELS:  # the size comes from the header, before any pixel is decoded
        raise TooManyPixels
    return picture


def _square(picture: "Image.Image", side: int) -> "Image.Image":
    from PIL import Image, ImageOps

    picture.draft("RGB", (2 * side, 2 * side))  # lets the JPEG decoder skip detail that the result does not need
    picture.load()
    return ImageOps.fit(_in_colour(picture), (side, side), Image.Resampling.LANCZOS)


def _in_colour(picture: "Image.Image") -> "Image.Image":
    if picture.mode.startswith("I;16"):  # a plain conversion would clip every value above 255 of 65,535
        picture = picture.point(lambda value: value / 256).convert("L")
    has_transparency = "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    wanted = "RGBA" if has_transparency else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _upright(picture: "Image.Image", exif: bytes | None) -> "Image.Image":
    from PIL import Image

    turn = UPRIGHT.get(_orientation(exif))
    return picture if turn is None else picture.transpose(Image.Transpose[turn])


def _orientation(exif: bytes | None) -> int | None:
    """Return the Exif orientation, or None if it is missing or unreadable."""
    from PIL import Image

    tags = Image.Exif()
    try:
        tags.load(exif or b"")
        return int(tags[ORIENTATION])
    except Exception:  # noqa: BLE001  (broken metadata is common and no reason to refuse a picture)
        return None


def _encoded(picture: "Image.Image") -> bytes:
    output = BytesIO()
    picture.save(output, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=b"")
    return output.getvalue()
