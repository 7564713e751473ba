"""Checks that PostgreSQL allows as many connections as the processes may open."""

from core.replica import PROBES
from core.settings import Settings, SettingsError


def refuse_beyond(allowed: int, settings: Settings) -> None:
    """Raise if the program would run out of connections under load.

    Raises:
        SettingsError: the processes of one machine and the reserve may need more than `allowed`.
    """
    needed = connections_needed(settings)
    if needed > allowed:
        raise SettingsError(_too_many(settings, needed, allowed))


def connections_needed(settings: Settings) -> int:
    """Return how many connections to the primary the processes of one machine and the reserve may need."""
    api = settings.api_workers * _connections_of_api(settings)
    scheduler = settings.database_pool_size
    return api + settings.worker_pool_size + scheduler + settings.database_reserved_connections


def _connections_of_api(settings: Settings) -> int:
    return settings.database_pool_size + (PROBES if settings.database_replica_url else 0)


def _too_many(settings: Settings, needed: int, allowed: int) -> str:
    return (
        f"PostgreSQL allows {allowed} connections, but {needed} may be needed: {settings.api_workers} API processes with "
        f"{_connections_of_api(settings)} each, a worker with {settings.worker_pool_size}, a scheduler with "
        f"{settings.database_pool_size}, and DATABASE_RESERVED_CONNECTIONS={settings.database_reserved_connections}; lower "
        "DATABASE_POOL_SIZE, API_WORKERS or WORKER_CONCURRENCY, or raise max_connections."
    )
