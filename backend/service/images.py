"""Pictures are computed in a thread, which is also where Pillow is loaded: 8 MB, which most processes have no use for."""

from collections.abc import Sequence
from typing import BinaryIO

from domain.avatar import AvatarSize
from service.threads import ComputingThreads

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
    from service import pictures

    return pictures.square(file)


def _scale(content: bytes, sizes: Sequence[AvatarSize]) -> dict[AvatarSize, bytes]:
    from service import pictures

    return pictures.scale(content, sizes)
