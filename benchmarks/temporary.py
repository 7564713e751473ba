"""Servers for one run of a benchmark."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.logging import configure_logging
from core.settings import Settings
from embedded.services import open_services
from repository.operations import migrate


@contextmanager
def temporary_settings() -> Iterator[Settings]:
    """Yield settings that name a migrated PostgreSQL and a Valkey in a temporary directory. Only errors are logged."""
    with tempfile.TemporaryDirectory() as directory, open_services(Path(directory) / "services", durable=False) as urls:
        migrate.upgrade(urls.database_url)
        settings = Settings(
            _env_file=None,
            database_url=urls.database_url,
            redis_url=urls.redis_url,
            logging_level="ERROR",
            var_directory=Path(directory),
        )
        configure_logging(settings)
        yield settings
