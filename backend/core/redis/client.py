"""The client of Redis (or Valkey)."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# Redis is never on the path of a request's success, so an outage must be noticed quickly, not waited for.
CONNECT_TIMEOUT_SECONDS = 1.0
COMMAND_TIMEOUT_SECONDS = 2.0


def create_redis(url: str, *, retries: int = 1) -> Redis:
    """Return a client with short timeouts; it connects on first use and must be closed with `aclose()`.

    Args:
        url: where Redis is.
        retries: how often a command is sent again, on a new connection, before it fails.
    """
    client: Redis = Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        socket_timeout=COMMAND_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), retries),
    )
    return client
