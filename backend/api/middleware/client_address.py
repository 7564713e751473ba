"""Finds out where a request comes from: the address of the client behind proxies, its program and its language."""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from api.languages import asked_language
from domain.identity.client_info import USER_AGENT_MAX_LENGTH, ClientInfo

# The `for` parameter in an element of `Forwarded` (RFC 7239 section 4).
_FORWARDED_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*("[^"]*"|[^;\s]*)', re.IGNORECASE)


class ClientAddresses:
    """Trusts `X-Forwarded-For` and `Forwarded` only as far as trusted proxies wrote them."""

    def __init__(self, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._trusted = tuple(trusted)

    def client_of(
        self, request: HTTPConnection, *, device_token: str | None = None, refresh_token: str | None = None
    ) -> ClientInfo:
        """Return the address, user agent, cookie tokens and language of the client."""
        user_agent = request.headers.get("user-agent", "")[:USER_AGENT_MAX_LENGTH]
        if not user_agent.isprintable():  # PostgreSQL stores no NUL, and the list of sessions shows no line breaks
            user_agent = "".join(filter(str.isprintable, user_agent))
        address, language = self.address_of(request), asked_language(request.scope)
        return ClientInfo(address, user_agent or None, device_token, refresh_token, language)

    def address_of(self, request: HTTPConnection) -> str | None:
        """Return the nearest hop that is not a trusted proxy."""
        peer = request.scope.get("client")
        host = peer[0] if peer else ""
        return self._behind_proxies(host, _hops(request.headers)) if self._trusted else _normalized(host)

    def _behind_proxies(self, host: str, hops: list[str]) -> str | None:
        address = _parsed(host)
        while address and hops and any(address in network for network in self._trusted):
            address = _parsed(hops.pop())
        return str(address) if address else None


def _hops(headers: Headers) -> list[str]:
    """Return the address that each proxy reports, the nearest last.

    `Forwarded` is read only without `X-Forwarded-For`: a proxy that writes one header passes on a forged other one.
    """
    if lines := headers.getlist("x-forwarded-for"):
        return ",".join(lines).split(",")
    elements = (element for line in headers.getlist("forwarded") for element in line.split(","))
    found = (_FORWARDED_FOR.search(element) for element in elements)
    return [hop[1] if hop else "unknown" for hop in found]


@lru_cache(1024)
def _normalized(host: str) -> str | None:
    """Return an address in its usual spelling."""
    address = _parsed(host)
    return str(address) if address else None


@lru_cache(1024)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in `203.0.113.7`, `203.0.113.7:51234`, `2001:db8::7` or `[2001:db8::7]:443`, quoted or not."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])  # a zone has a meaning on one machine only
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
