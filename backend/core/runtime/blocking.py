"""Catches what would stall every other request: a blocking call on the event loop. For development and tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec

import structlog

log = structlog.get_logger()

# Longer than any step between two awaits should take; everybody else waits meanwhile.
STALL_SECONDS = 0.1

OUR_PACKAGES = ["api", "worker", "service", "domain", "repository", "core"]

# Where blocking is known and harmless: while a process starts, and inside libraries once per connection.
ALLOWED = {
    "repository/operations/revision.py": {"_read_parents"},
    "service/mail/emails.py": {"__init__"},
    "service/identity/password_policy.py": {"__init__"},
    "importlib/metadata/__init__.py": {"version"},  # asked once, by the first who needs a library
    "mimetypes.py": {"init"},
    "linecache.py": {"checkcache", "updatecache"},  # a traceback is being logged
    "asyncpg/connect_utils.py": {"_parse_connect_dsn_and_args", "_parse_connect_arguments"},
}


@contextmanager
def forbid_blocking_calls() -> Iterator[None]:
    """Raise `BlockingError` where our code blocks the loop of this process, for the time of the block.

    Raises:
        ImportError: blockbuster is not installed, as in production.
    """
    from blockbuster import blockbuster_ctx

    # Migrations run on a loop of their own from the command line.
    with blockbuster_ctx(OUR_PACKAGES, excluded_modules=["repository.migrations"]) as guard:
        for function in guard.functions.values():
            for file, names in ALLOWED.items():
                function.can_block_in(file, names)
        yield


@asynccontextmanager
async def guard_event_loop() -> AsyncIterator[None]:
    """Refuse blocking calls, where blockbuster is installed, and report whatever else stalls the loop."""
    watching = asyncio.create_task(_report_stalls())
    try:
        if find_spec("blockbuster") is None:
            yield
        else:
            with forbid_blocking_calls():
                yield
    finally:
        watching.cancel()


async def _report_stalls() -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + STALL_SECONDS
        await asyncio.sleep(STALL_SECONDS)
        if (late := loop.time() - due) > STALL_SECONDS:
            log.warning("event loop stalled", ms=round(late * 1000))
