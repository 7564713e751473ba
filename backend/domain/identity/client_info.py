"""Where a request comes from."""

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from domain.language import Language

# Browsers send some 120 characters. Longer values are cut, because they are only displayed.
USER_AGENT_MAX_LENGTH = 300
# RFC 6177: a subscriber gets at least this much, and changes the rest at will.
IPV6_SUBSCRIBER_PREFIX = 64


@lru_cache(maxsize=10_000)
def network_of(address: str | None) -> str:
    """Return the network that counts as one sender: an IPv4 address, or the network of an IPv6 subscriber."""
    if address is None:
        return "unknown"
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_SUBSCRIBER_PREFIX), strict=False))
    return address


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """The address, the program and the language that a request comes from, as far as they are known."""

    address: str | None = None
    user_agent: str | None = None
    # Marks a browser that its user signed in with before. It proves nothing by itself.
    device_token: str | None = field(default=None, repr=False)
    # The refresh token that the browser holds, even if its session has ended.
    refresh_token: str | None = field(default=None, repr=False)
    # The one of ours that its user reads best.
    language: Language | None = None

    @property
    def network(self) -> str:
        """The network that counts as one sender."""
        return network_of(self.address)


# The program itself: tasks and commands.
NO_CLIENT = ClientInfo()
