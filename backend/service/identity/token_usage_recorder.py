"""Records when API tokens were last used, without delaying the requests that use them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from core.runtime import background
from domain.errors import AppError, explained

log = structlog.get_logger()


class TokenUsageRecorder:
    """Gathers the tokens that were used, and writes them together a moment later.

    So a request never waits for it, and a request that only reads never writes. What a killed process had gathered is
    lost, which "last used" tolerates: the next use records it again.
    """

    def __init__(self, write: Callable[[Sequence[UUID]], Awaitable[None]], *, every_seconds: float) -> None:
        self._write = write
        self._every_seconds = every_seconds
        self._used: set[UUID] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def note(self, token_id: UUID) -> None:
        """Record that the token was used."""
        self._used.add(token_id)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._every_seconds, self._begin)

    async def flush(self) -> None:
        """Write the gathered uses at once."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is not None:
            await self._writing
        await self._write_gathered()

    def _begin(self) -> None:
        self._timer = None
        self._writing = background.start(self._write_gathered())

    async def _write_gathered(self) -> None:
        used, self._used = self._used, set()
        if not used:
            return
        try:
            await self._write(sorted(used))
        except AppError as error:  # the tokens are recorded at their next use
            log.warning("uses of API tokens not noted", tokens=len(used), reason=explained(error))
