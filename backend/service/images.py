"""Pictures from outside: read with suspicion, cut to a square, and always written anew."""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.avatar import MAX_PIXELS, AvatarSize, BrokenPicture, TooManyPixels, UnsupportedPicture
from service.threads import ComputingThreads

# Read by their content; everything else that Pillow could open, such as EPS, which runs a program, stays closed.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 82
# One at a time: the largest permitted picture takes 150 to 400 MB while it is read, depending on its kind.
THREADS = 1
QUEUE = 8


class ImageProcessor:
    """Turns what a client sends into pictures of ours, in a thread of its own."""

    def __init__(self) -> None:
        """Prepare the thread."""
        self._threads = ComputingThreads("images", threads=THREADS, queue=QUEUE)

    async def square(self, file: BinaryIO) -> bytes:
        """Return the middle of the picture, upright and of the largest size, in WebP, without anything but its pixels.

        Raises:
            UnsupportedPicture: the content is of no kind that we read.
            TooManyPixels: it would take too much memory.
            BrokenPicture: it ends early or contradicts itself.
            TooBusy: too many pictures wait.
        """
        return await self._threads.run(_square, file)

    async def scale(self, content: bytes, sizes: Sequence[AvatarSize]) -> dict[AvatarSize, bytes]:
        """Return a picture of ours in other sizes.

        Raises:
            TooBusy: too many pictures wait.
        """
        return await self._threads.run(_scale, content, sizes)

    def close(self) -> None:
        """Let the thread end."""
        self._threads.close()


def _square(file: BinaryIO) -> bytes:
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


def _scale(content: bytes, sizes: Sequence[AvatarSize]) -> dict[AvatarSize, bytes]:
    with Image.open(BytesIO(content), formats=["WEBP"]) as picture:
        return {size: _encoded(picture.resize((size, size), Image.Resampling.LANCZOS)) for size in sizes}
