"""Running several things at once, with one clear error when one of them fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn


@asynccontextmanager
async def side_by_side() -> AsyncIterator[asyncio.TaskGroup]:
    """Run the tasks that are created in the block, and wait for all of them.

    The first failure cancels the others, and its error is raised alone: the error handlers know errors, not groups.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        _raise_first(failures)


def _raise_first(failure: BaseException) -> NoReturn:
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    raise failure from None
