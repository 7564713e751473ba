"""Tells where a request comes from when it passed proxies."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

from domain.client import USER_AGENT_MAX_LENGTH, Client


class ClientAddresses:
    """Believes `X-Forwarded-For` as far as it was written by our own proxies, and no further."""

    def __init__(self, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        """Trust the proxies in these networks."""
        self._trusted = tuple(trusted)

    def client_of(
        self, request: HTTPConnection, *, device_token: str | None = None, refresh_token: str | None = None
    ) -> Client:
        """Return the address and the program that the request comes from, with the tokens of its cookies."""
        user_agent = request.headers.get("user-agent", "")[:USER_AGENT_MAX_LENGTH]
        return Client(self._address(request), user_agent or None, device_token, refresh_token)

    def _address(self, request: HTTPConnection) -> str | None:
        """Walk back from the nearest hop; the first one that is not ours is the client, whatever it says of others."""
        address = _parsed(request.client.host if request.client else "")
        if not self._trusted:
            return str(address) if address else None
        hops = [hop for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",")]
        while address and hops and any(address in network for network in self._trusted):
            address = _parsed(hops.pop()) or None
        return str(address) if address else None


@lru_cache(1024)
def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
