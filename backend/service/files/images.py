"""Pictures from outside: cut to a square and written anew, in a process of their own."""

import asyncio
from typing import BinaryIO

from domain.files.avatar import AvatarSize, BrokenPicture, PictureTooCostly, TooManyPixels, UnsupportedPicture
from domain.jobs.job import TooCostly
from service.files.picture_decoding import decode_square
from service.operations.confined_process import ConfinedProcess, Limits

# Of all pictures that an upload may hold, the slowest takes 1.2 seconds and 500 MB; one at a time, to bound the memory.
LIMITS = Limits(cpu_seconds=2, seconds=30, memory_bytes=1_200_000_000, answer_bytes=4_000_000)
QUEUE = 8


class ImageProcessor:
    """Turns what a client sends into pictures of ours."""

    def __init__(self) -> None:
        """Prepare the process."""
        refusals = (UnsupportedPicture, TooManyPixels, BrokenPicture, PictureTooCostly)
        self._process = ConfinedProcess("images", LIMITS, queue=QUEUE, refusals=refusals)

    async def square(self, file: BinaryIO) -> bytes:
        """Return the middle of the picture, upright and of the largest size, in WebP, without anything but its pixels.

        Raises:
            UnsupportedPicture: the content is of no kind that we read.
            TooManyPixels: it would take too much memory.
            BrokenPicture: it ends early or contradicts itself.
            PictureTooCostly: it takes too long to read.
            TooBusy: too many pictures wait.
        """
        return await self.scale(await asyncio.to_thread(file.read), AvatarSize.LARGE)

    async def scale(self, content: bytes, size: AvatarSize) -> bytes:
        """Return a picture as a square of this size, otherwise like `square`.

        Raises:
            UnsupportedPicture: the content is of no kind that we read.
            TooManyPixels: it would take too much memory.
            BrokenPicture: it ends early or contradicts itself.
            PictureTooCostly: it takes too long to read.
            TooBusy: too many pictures wait.
        """
        try:
            return await self._process.run(decode_square, content, int(size))
        except TooCostly as error:
            raise PictureTooCostly from error

    def close(self) -> None:
        """End the process; a picture that is being read is refused as if there were too many."""
        self._process.close()
