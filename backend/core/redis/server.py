"""Checks the version and the settings of the Redis server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError

# It has XTRIM MINID (Redis documentation, XTRIM). Valkey began with 7.2.
OLDEST_VERSION = (6, 2)
NO_EVICTION = "noeviction"
# The client has no class of its own for them.
_OUT_OF_RANGE = "DB index is out of range"
_NO_PASSWORD = ("NOAUTH", "HELLO must be called with the client already authenticated")


@dataclass(frozen=True, slots=True)
class RedisServer:
    """The version, the settings and the state of a Redis server.

    Attributes:
        name: its product and version.
        version: the version of Redis that it is compatible with.
        is_replica: whether it takes no changes.
        eviction_policy: how it chooses keys to delete when its memory is full.
        used_bytes: the memory in use.
        limit_bytes: the memory that it may use, 0 for all there is.
        appends: whether it writes every change to a file on the disk.
        saves: whether its last attempt to write to the disk succeeded. After a failure it refuses changes.
    """

    name: str
    version: tuple[int, ...]
    is_replica: bool
    eviction_policy: str
    used_bytes: int
    limit_bytes: int
    appends: bool
    saves: bool

    @property
    def is_too_old(self) -> bool:
        """Whether it lacks commands that the product uses."""
        return self.version < OLDEST_VERSION

    @property
    def evicts(self) -> bool:
        """Whether it deletes data of ours when its memory is full."""
        return bool(self.limit_bytes) and self.eviction_policy != NO_EVICTION


async def describe_server(redis: Redis) -> RedisServer:
    """Return the version, the settings and the state of the server.

    Raises:
        redis.exceptions.RedisError: it cannot be reached, or refuses.
    """
    info: Mapping[str, Any] = await redis.info()
    is_valkey = "valkey_version" in info
    version = info["redis_version"]
    return RedisServer(
        name=f"Valkey {info['valkey_version']}" if is_valkey else f"Redis {version}",
        version=tuple(int(part) for part in str(version).split(".")[:2]),
        is_replica=info["role"] != "master",
        eviction_policy=info.get("maxmemory_policy", NO_EVICTION),
        used_bytes=info["used_memory"],
        limit_bytes=info.get("maxmemory", 0),
        appends=bool(info.get("aof_enabled")),
        saves={info.get("rdb_last_bgsave_status", "ok"), info.get("aof_last_write_status", "ok")} == {"ok"},
    )


def too_old(server: RedisServer) -> str:
    """Return the message about a server that lacks commands."""
    oldest = ".".join(map(str, OLDEST_VERSION))
    return f"REDIS_URL: Redis {oldest} or newer is needed, or Valkey, and this is {server.name}."


def complaints(server: RedisServer) -> Iterator[str]:
    """Yield how the server may lose or refuse data, each with the remedy."""
    if server.is_replica:
        yield "REDIS_URL leads to a replica, which takes no changes; name the primary."
    if not server.saves:
        yield "Redis failed to write its data to the disk, and refuses changes; look at its log and at its disk."
    if server.evicts:
        yield (
            f"Redis evicts data when its memory is full ({server.eviction_policy}), also rate limits and wake-ups of"
            f" workers; set maxmemory-policy {NO_EVICTION}."
        )


def explain(error: Exception) -> str:
    """Return a sentence that says why Redis cannot be used, with the remedy."""
    if _is_rejected(error):
        return f"REDIS_URL: Redis refuses the user or the password ({_said(error)}); correct them in REDIS_URL."
    if _OUT_OF_RANGE in str(error):
        return "REDIS_URL: Redis has no database of this number; correct the path of REDIS_URL, e.g. /0."
    if isinstance(error, ResponseError):
        return f"REDIS_URL: Redis refuses a command ({_said(error)}); allow it to the user of REDIS_URL."
    reason = "it does not answer in time" if isinstance(error, TimeoutError) else _said(error)
    return f"REDIS_URL: Redis cannot be reached ({reason})."


def is_permanent(error: RedisError) -> bool:
    """Whether Redis rejects the settings, so that retrying does not help."""
    return _is_rejected(error) or _OUT_OF_RANGE in str(error)


def _is_rejected(error: Exception) -> bool:
    by_server = isinstance(error.__cause__ or error, AuthenticationError)  # on a Unix socket the client wraps it
    return by_server or any(words in str(error) for words in _NO_PASSWORD)


def _said(error: Exception) -> str:
    return (str(error).partition(", otherwise")[0] or type(error).__name__).rstrip(".")
