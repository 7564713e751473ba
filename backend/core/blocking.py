"""Catches what would stall every other request: a blocking call on the event loop. For development and tests."""

from collections.abc import Iterator
from contextlib import contextmanager

OUR_PACKAGES = ["api", "service", "domain", "repository", "core"]

# Where blocking is known and harmless: while a process starts, and inside libraries once per connection.
ALLOWED = {
    "repository/migrate.py": {"head_revision"},
    "service/mail_service.py": {"__init__"},
    "redis/utils.py": {"get_lib_version"},
    "mimetypes.py": {"init"},
    "linecache.py": {"checkcache", "updatecache"},  # a traceback is being logged
    "asyncpg/connect_utils.py": {"_parse_connect_dsn_and_args", "_parse_connect_arguments"},
}


@contextmanager
def blocking_calls_refused() -> Iterator[None]:
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
