"""How many more jobs a queue may start."""

import asyncio


class Slots:
    """As many slots as jobs may run at once."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._freed = asyncio.Event()

    async def any_free(self) -> int:
        """Wait until a slot is free, and return how many are."""
        while self._free <= 0:
            self._freed.clear()
            await self._freed.wait()
        return self._free

    def take(self, number: int) -> None:
        """Take so many of the free slots."""
        self._free -= number

    def release(self) -> None:
        """Return one slot."""
        self._free += 1
        self._freed.set()
