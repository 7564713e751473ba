"""Addresses to listen on, and what to call them: `0.0.0.0` and `::` mean every address, and can be opened nowhere."""

from ipaddress import IPv4Address, IPv6Address, ip_address

LOOPBACK = {4: "127.0.0.1", 6: "::1"}


def parse_listen_address(host: str) -> str:
    """Return `host` as the server takes it: `localhost` by its address, IPv6 without brackets.

    Raises:
        ValueError: it is no address.
    """
    if host.lower() == "localhost":
        return LOOPBACK[4]
    return str(ip_address(host.removeprefix("[").removesuffix("]")))


def url_host(address: str) -> str:
    """Return how a URL on this machine names what listens on `address`."""
    parsed = ip_address(address)
    host = LOOPBACK[parsed.version] if parsed.is_unspecified else address
    return f"[{host}]" if isinstance(parsed, IPv6Address) else host


def is_unspecified(host: str) -> bool:
    """Whether the host of a URL is an address to listen on, which no browser can open."""
    address = _address(host)
    return address is not None and address.is_unspecified


def is_loopback(host: str) -> bool:
    """Whether the host of a URL, or an address to listen on, is out of reach for other machines."""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
