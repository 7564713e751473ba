"""Looks at Redis or Valkey."""

from collections.abc import Sequence

from redis.exceptions import RedisError

from core.redis import server as redis_server
from core.redis.server import RedisServer
from service.operations.checks.finding import Finding, Installation, failed, ok, warning

NAME = "redis"
# Of its limit: with noeviction a full Redis refuses changes.
NEARLY_FULL = 0.9
MEBIBYTE = 2**20


async def check_redis(installation: Installation) -> Sequence[Finding]:
    """Look at the server."""
    try:
        server = await redis_server.describe_server(installation.redis)
    except (RedisError, OSError) as error:
        return [failed(NAME, redis_server.explain(error))]
    if server.is_too_old:
        return [failed(NAME, redis_server.too_old(server))]
    persistence = "writes every change to the disk" if server.appends else "keeps no log of changes, and needs none"
    if server.is_replica:
        return [failed(NAME, f"{server.name} is a replica, which takes no changes.", "name the primary in REDIS_URL")]
    return [ok(NAME, f"{server.name}, {persistence}"), *_eviction(server), _memory(server)]


def _eviction(server: RedisServer) -> Sequence[Finding]:
    complaints = [complaint.partition("; ") for complaint in redis_server.complaints(server)]
    found = [warning("eviction", f"{text}.", remedy.rstrip(".")) for text, _, remedy in complaints]
    return found or [ok("eviction", server.eviction_policy if server.limit_bytes else "its memory has no limit")]


def _memory(server: RedisServer) -> Finding:
    used = f"{server.used_bytes / MEBIBYTE:.0f} MiB"
    if not server.limit_bytes:
        return ok("redis memory", f"{used}, without a limit")
    text = f"{used} of {server.limit_bytes / MEBIBYTE:.0f} MiB"
    if server.used_bytes > NEARLY_FULL * server.limit_bytes:
        return warning("redis memory", text, "raise maxmemory")
    return ok("redis memory", text)
