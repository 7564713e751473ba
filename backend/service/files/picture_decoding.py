"""Reads pictures with suspicion. Runs in a confined process, and imports little else than Pillow."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.files.avatar import MAX_PIXELS, BrokenPicture, PictureTooCostly, TooManyPixels, UnsupportedPicture
from service.files.picture_metadata import scans, without_metadata

# Read by their content; everything else that Pillow could open, such as EPS, which runs a program, stays closed.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# A camera writes one scan and a web page's JPEG about ten; each of them is a walk over all pixels.
MAX_SCANS = 64
QUALITY = 82
ORIENTATION = 0x0112
# What puts a picture upright, by its orientation in Exif.
UPRIGHT: dict[int | None, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode_square(content: bytes, side: int) -> bytes:
    """Return the middle of the picture, upright, in WebP, without anything but its pixels.

    Raises:
        UnsupportedPicture: the content is of no kind that we read.
        TooManyPixels: it would take too much memory.
        PictureTooCostly: it has more scans than any picture needs.
        BrokenPicture: it ends early or contradicts itself.
        MemoryError: it takes more memory than the process may have.
    """
    pixels, exif = without_metadata(content)
    if scans(pixels) > MAX_SCANS:
        raise PictureTooCostly
    with _opened(pixels) as picture:
        try:
            return _encoded(_upright(_square(picture, side), exif or picture.info.get("exif")))
        except MemoryError:
            raise
        except Exception as error:  # decoders answer nonsense with errors of many kinds
            raise BrokenPicture from error


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise UnsupportedPicture from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except Exception as error:  # as above
        raise BrokenPicture from error
    if picture.width * picture.height > MAX_PIXELS:  # the size is read from the head, before a pixel is unpacked
        raise TooManyPixels
    return picture


def _square(picture: Image.Image, side: int) -> Image.Image:
    picture.draft("RGB", (2 * side, 2 * side))  # lets JPEG unpack no more than is needed
    picture.load()
    return ImageOps.fit(_in_colour(picture), (side, side), Image.Resampling.LANCZOS)


def _in_colour(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):  # a conversion would cut off what is brighter than 255 of 65,535
        picture = picture.point(lambda value: value / 256).convert("L")
    has_transparency = "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    wanted = "RGBA" if has_transparency else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _upright(picture: Image.Image, exif: bytes | None) -> Image.Image:
    turn = UPRIGHT.get(_orientation(exif))
    return picture if turn is None else picture.transpose(turn)


def _orientation(exif: bytes | None) -> int | None:
    """Return which way up the picture was taken, or None when the metadata do not say so or cannot be read."""
    tags = Image.Exif()
    try:
        tags.load(exif or b"")
        return int(tags[ORIENTATION])
    except Exception:  # noqa: BLE001  (metadata are often broken, and never worth refusing a picture)
        return None


def _encoded(picture: Image.Image) -> bytes:
    output = BytesIO()
    picture.save(output, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=b"")
    return output.getvalue()
