"""Caches which user a token belongs to, so that a warm request neither decodes it nor queries the database."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from domain.session import Identity

# Tokens that this process has seen valid once. An access token is replaced every few minutes.
KNOWN_TOKENS = 10_000


@dataclass(frozen=True, slots=True)
class _Snapshot:
    taken_at: float
    loading: asyncio.Future[Identity]


class IdentityCache:
    """The users behind tokens, at most `max_age` seconds old. Concurrent requests with one token share one look-up.

    This process drops changed values at once. A change by another process shows when the cached value expires.

    Args:
        load: looks up a token.
        max_age: how many seconds an identity is cached; 0 caches nothing.
        is_signed: whether we issued a token, checked without a lookup.
    """

    def __init__(
        self,
        load: Callable[[str], Awaitable[Identity]],
        *,
        max_age: float,
        is_signed: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._load = load
        self._max_age = max_age
        self._is_signed = is_signed
        self._known: OrderedDict[str, None] = OrderedDict()  # tokens that a look-up found, the latest last
        self._snapshots: dict[str, _Snapshot] = {}  # the oldest first

    def remembered(self, token: str) -> Identity | None:
        """Return the identity behind the token if it is cached, or None."""
        snapshot = self._current(token)
        return None if snapshot is None else _loaded(snapshot)

    async def get(self, token: str) -> Identity:
        """Return the identity behind the token, or pass on the error that `load` raises; errors are not cached."""
        snapshot = self._current(token)
        return await (self.reload(token) if snapshot is None else _result_of(snapshot))

    async def reload(self, token: str) -> Identity:
        """Return the identity behind the token as it is now, or pass on the error that `load` raises."""
        if not self._max_age:
            return await self._look_up(token)
        return await _result_of(self._take(token, time.monotonic()))

    def is_plausible(self, token: str) -> bool:
        """Return whether a look-up is likely to find the token, without one."""
        return token in self._known or self._is_signed(token)

    def forget_user(self, user_id: UUID) -> None:
        """Look the user up again at their next request, whichever session it comes from."""
        self._forget(lambda identity: identity.user.id == user_id)

    async def _look_up(self, token: str) -> Identity:
        identity = await self._load(token)
        self._known[token] = None
        self._known.move_to_end(token)
        if len(self._known) > KNOWN_TOKENS:
            self._known.popitem(last=False)
        return identity

    def _take(self, token: str, now: float) -> _Snapshot:
        self._drop_outdated(now)
        self._snapshots.pop(token, None)
        snapshot = self._snapshots[token] = _Snapshot(now, asyncio.ensure_future(self._look_up(token)))
        snapshot.loading.add_done_callback(lambda loading: self._drop_failed(token, loading))
        return snapshot

    def _current(self, token: str) -> _Snapshot | None:
        snapshot = self._snapshots.get(token)
        if snapshot is None or snapshot.taken_at <= time.monotonic() - self._max_age:
            return None
        return snapshot

    def _drop_outdated(self, now: float) -> None:
        while self._snapshots:
            token = next(iter(self._snapshots))
            if self._snapshots[token].taken_at > now - self._max_age:
                return
            del self._snapshots[token]

    def _drop_failed(self, token: str, loading: asyncio.Future[Identity]) -> None:
        has_failed = loading.cancelled() or loading.exception() is not None
        if has_failed and token in self._snapshots and self._snapshots[token].loading is loading:
            del self._snapshots[token]

    def _forget(self, is_meant: Callable[[Identity], bool]) -> None:
        for token, snapshot in list(self._snapshots.items()):
            identity = _loaded(snapshot)
            if identity is None or is_meant(identity):  # one that is being loaded may have been read before the change
                del self._snapshots[token]


async def _result_of(snapshot: _Snapshot) -> Identity:
    return await asyncio.shield(snapshot.loading)  # one caller may be cancelled; the others still need the result


def _loaded(snapshot: _Snapshot) -> Identity | None:
    """Return the identity, or None if it is being loaded or that failed."""
    loading = snapshot.loading
    if not loading.done() or loading.cancelled() or loading.exception() is not None:
        return None
    return loading.result()
