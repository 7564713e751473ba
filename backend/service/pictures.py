"""Pictures from outside: read with suspicion, cut to a square, and always written anew. Imports Pillow, so it is imported late."""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.avatar import MAX_PIXELS, AvatarSize, BrokenPicture, TooManyPixels, UnsupportedPicture

# Read by their content; everything else that Pillow could open, such as EPS, which runs a program, stays closed.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 82


def square(file: BinaryIO) -> bytes:
    """Return the middle of the picture, upright and of the largest size.

    Raises:
        UnsupportedPicture: the content is of no kind that we read.
        TooManyPixels: it would take too much memory.
        BrokenPicture: it ends early or contradicts itself.
    """
    with _opened(file) as picture:
        try:
            return _encoded(_upright_square(picture, AvatarSize.LARGE))
        except Exception as error:  # decoders answer nonsense with errors of many kinds
            raise BrokenPicture from error


def _opened(file: BinaryIO) -> Image.Image:
    try:
        picture = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise UnsupportedPicture from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except Exception as error:  # as above
        raise BrokenPicture from error
    if picture.width * picture.height > MAX_PIXELS:  # the size is read from the head, before a pixel is unpacked
        raise TooManyPixels
    return picture


def _upright_square(picture: Image.Image, side: int) -> Image.Image:
    picture.draft("RGB", (2 * side, 2 * side))  # lets JPEG unpack no more than is needed
    picture.load()
    square = ImageOps.fit(_in_colour(picture), (side, side), Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(square)


def _in_colour(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):  # a conversion would cut off what is brighter than 255 of 65,535
        picture = picture.point(lambda value: value / 256).convert("L")
    has_transparency = "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    wanted = "RGBA" if has_transparency else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _encoded(picture: Image.Image) -> bytes:
    output = BytesIO()
    picture.save(output, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=b"")
    return output.getvalue()


def scale(content: bytes, sizes: Sequence[AvatarSize]) -> dict[AvatarSize, bytes]:
    """Return a picture of ours in other sizes."""
    with Image.open(BytesIO(content), formats=["WEBP"]) as picture:
        return {size: _encoded(picture.resize((size, size), Image.Resampling.LANCZOS)) for size in sizes}
