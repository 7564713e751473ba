"""Rate limits per minute, and their headers (draft-ietf-httpapi-ratelimit-headers-11)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from fastapi import Request

from api.middleware.client_address import ClientAddresses
from core.redis.requests import WINDOW_SECONDS, RequestCounts
from core.settings import Settings
from domain.errors import TooManyRequests
from domain.identity.client_info import network_of
from domain.session import Identity

UNKNOWN_TOKENS = "unknown-tokens"
READING_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Counts requests by class and by user, or by address for anonymous clients."""

    counts: RequestCounts
    addresses: ClientAddresses
    limits: dict[str, int]

    @classmethod
    def from_settings(cls, counts: RequestCounts, addresses: ClientAddresses, settings: Settings) -> Self:
        """Build the limits from the settings."""
        limits = {
            "reads": settings.rate_limit_reads_per_minute,
            "writes": settings.rate_limit_writes_per_minute,
            "expensive": settings.rate_limit_expensive_per_minute,
            UNKNOWN_TOKENS: settings.rate_limit_reads_per_minute,
        }
        return cls(counts, addresses, limits if settings.rate_limits_enabled else {})

    def count(self, request: Request, identity: Identity | None, *, name: str | None = None) -> None:
        """Count a request in the class `name`, by default that of its method, and note the quota for the headers.

        Raises:
            TooManyRequests: the quota of this minute is used up.
        """
        if not self.limits:
            return
        name = name or ("reads" if request.method in READING_METHODS else "writes")
        if name in (counted := request.scope["state"].setdefault("counted_as", set())):
            return  # by the route or by its router
        counted.add(name)
        limit = self.limits[name]
        sender = self._network_of(request) if identity is None else identity.user.id
        used, seconds_left = self.counts.add(name, sender)
        request.scope["state"]["rate_limit_headers"] = (
            (b"ratelimit-policy", f'"{name}";q={limit};w={WINDOW_SECONDS}'.encode()),
            (b"ratelimit", f'"{name}";r={max(0, limit - used)};t={seconds_left}'.encode()),
        )
        if used > limit:
            raise TooManyRequests(seconds_left)

    def count_look_up(self, request: Request, *, is_exempt: Callable[[], bool]) -> None:
        """Count the lookup of a token against the address of the client, because its user is not known yet.

        Raises:
            TooManyRequests: the address used up its anonymous read quota with unknown tokens, and `is_exempt`, which is
                called only then, returns False.
        """
        if not self.limits:
            return
        used, seconds_left = self.counts.add(UNKNOWN_TOKENS, self._network_of(request))
        if used > self.limits[UNKNOWN_TOKENS] and not is_exempt():
            raise TooManyRequests(seconds_left)

    def uncount_look_up(self, request: Request) -> None:
        """Undo `count_look_up`: the token is known, or the lookup failed."""
        if self.limits:
            self.counts.uncount(UNKNOWN_TOKENS, self._network_of(request))

    def _network_of(self, request: Request) -> str:
        return network_of(self.addresses.address_of(request))
