"""How many requests a user may send in a minute, and telling them so (draft-ietf-httpapi-ratelimit-headers-11)."""

from dataclasses import dataclass
from typing import Self, cast

from fastapi import Request

from api.dependencies import client_dep, identity_dep
from core.requests import WINDOW_SECONDS, RequestCounts
from core.settings import Settings
from domain.client import Client
from domain.errors import TooManyRequests
from domain.session import Identity

READING_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Counts requests by class, per user, or per address of those who are not signed in."""

    counts: RequestCounts
    limits: dict[str, int]

    @classmethod
    def from_settings(cls, counts: RequestCounts, settings: Settings) -> Self:
        """Return the limits that the settings ask for; switched off there are none."""
        limits = {
            "reads": settings.rate_limit_reads_per_minute,
            "writes": settings.rate_limit_writes_per_minute,
            "expensive": settings.rate_limit_expensive_per_minute,
        }
        return cls(counts, limits if settings.rate_limits_enabled else {})

    def count(self, name: str, request: Request, identity: Identity | None, client: Client) -> None:
        """Count a request of the class `name` and let the answer tell where the sender stands.

        Raises:
            TooManyRequests: this minute's are used up.
        """
        limit = self.limits.get(name)
        if limit is None:
            return
        sender = client.network if identity is None else identity.user.id
        used, seconds_left = self.counts.add(name, sender)
        request.state.rate_limit_headers = {
            "RateLimit-Policy": f'"{name}";q={limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{name}";r={max(0, limit - used)};t={seconds_left}',
        }
        if used > limit:
            raise TooManyRequests(seconds_left)


async def count_request(request: Request, identity: identity_dep, client: client_dep) -> None:
    """Count a request, as reading or writing.

    Raises:
        TooManyRequests: this minute's are used up.
    """
    name = "reads" if request.method in READING_METHODS else "writes"
    _limits(request).count(name, request, identity, client)


async def count_expensive(request: Request, identity: identity_dep, client: client_dep) -> None:
    """Count a request among those that cost a lot, besides.

    Raises:
        TooManyRequests: this minute's are used up.
    """
    _limits(request).count("expensive", request, identity, client)


def _limits(request: Request) -> RequestLimits:
    return cast("RequestLimits", request.app.state.request_limits)
