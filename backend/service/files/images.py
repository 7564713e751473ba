"""Crops uploaded pictures to a square and re-encodes them in a confined process."""

import asyncio
from typing import BinaryIO

from domain.files.avatar import AvatarSize, BrokenPicture, PictureTooCostly, TooManyPixels, UnsupportedPicture
from domain.jobs.job import TooCostly
from service.files.picture_decoding import decode_square
from service.operations.confined_process import ConfinedProcess, Limits

# The slowest picture that fits into an upload takes 1.2 seconds and 500 MB. One runs at a time, to bound the memory.
LIMITS = Limits(cpu_seconds=2, seconds=30, memory_bytes=1_200_000_000, answer_bytes=4_000_000)
QUEUE = 8


class ImageProcessor:
    """Re-encodes pictures from clients."""

    def __init__(self) -> None:
        refusals = (UnsupportedPicture, TooManyPixels, BrokenPicture, PictureTooCostly)
        self._process = ConfinedProcess("images", LIMITS, queue=QUEUE, refusals=refusals)

    async def square(self, file: BinaryIO) -> bytes:
        """Return the centre of the picture as WebP: upright, in the largest size, without metadata.

        Raises:
            UnsupportedPicture: the content is not in a supported format.
            TooManyPixels: decoding it would take too much memory.
            BrokenPicture: the content is truncated or malformed.
            PictureTooCostly: decoding it takes too long.
            TooBusy: too many pictures are waiting.
        """
        return await self.scale(await asyncio.to_thread(file.read), AvatarSize.LARGE)

    async def scale(self, content: bytes, size: AvatarSize) -> bytes:
        """Return the picture as a square of the given size, otherwise like `square`.

        Raises:
            UnsupportedPicture: the content is not in a supported format.
            TooManyPixels: decoding it would take too much memory.
            BrokenPicture: the content is truncated or malformed.
            PictureTooCostly: decoding it takes too long.
            TooBusy: too many pictures are waiting.
        """
        try:
            return await self._process.run(decode_square, content, int(size))
        except TooCostly as error:
            raise PictureTooCostly from error

    def close(self) -> None:
        """End the process. The picture in work fails with `TooBusy`."""
        self._process.close()
