"""Detects blocking calls on the event loop, which would stall every other request. For development and tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec

import structlog

log = structlog.get_logger()

# No step between two awaits should take longer: all other requests wait for it.
STALL_SECONDS = 0.1

OUR_PACKAGES = ["api", "worker", "service", "domain", "repository", "core"]

# Blocking calls that are known and harmless: at start-up, and inside libraries once per connection.
ALLOWED = {
    "repository/operations/revision.py": {"_read_files"},
    "service/mail/emails.py": {"__init__"},
    "service/identity/password_policy.py": {"__init__"},
    "importlib/metadata/__init__.py": {"version"},  # called once
    "mimetypes.py": {"init"},
    "linecache.py": {"checkcache", "updatecache"},  # a traceback is being logged
    "asyncpg/connect_utils.py": {"_parse_connect_dsn_and_args", "_parse_connect_arguments"},
}


@contextmanager
def forbid_blocking_calls() -> Iterator[None]:
    """Raise `BlockingError` in the `with` block when our code blocks the event loop of this process.

    Raises:
        ImportError: blockbuster is not installed; production does not have it.
    """
    from blockbuster import blockbuster_ctx

    # Migrations run on their own event loop, from the command line.
    with blockbuster_ctx(OUR_PACKAGES, excluded_modules=["repository.migrations"]) as guard:
        for function in guard.functions.values():
            for file, names in ALLOWED.items():
                function.can_block_in(file, names)
        yield


@asynccontextmanager
async def guard_event_loop() -> AsyncIterator[None]:
    """Forbid blocking calls if blockbuster is installed, and log a warning when the event loop stalls."""
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
