"""The client of Redis (or Valkey)."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# No request depends on Redis to succeed, so an outage must be noticed quickly.
CONNECT_TIMEOUT_SECONDS = 1.0
COMMAND_TIMEOUT_SECONDS = 2.0


def create_redis(url: str, *, retries: int = 1) -> Redis:
    """Return a client with short timeouts. It connects on first use; close it with `aclose()`.

    Args:
        url: the URL of Redis.
        retries: how often a failed command is retried on a new connection.
    """
    client: Redis = Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        socket_timeout=COMMAND_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), retries),
    )
    return client
