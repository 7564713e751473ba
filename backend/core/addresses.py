"""Addresses to listen on, and how URLs name them.

`0.0.0.0` and `::` mean every address, and no client can open them.
"""

import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET
from typing import Any

# X509_V_ERR_… of OpenSSL's x509_vfy.h: the certificate, or the authority that signed it, is not among those that are
# trusted.
UNKNOWN_AUTHORITY = range(18, 22)
LOOPBACK = {4: "127.0.0.1", 6: "::1"}


def parse_listen_address(host: str) -> str:
    """Return `host` in the form that the server accepts: `localhost` as its address, IPv6 without brackets.

    Raises:
        ValueError: it is not an address.
    """
    if host.lower() == "localhost":
        return LOOPBACK[4]
    return str(ip_address(host.removeprefix("[").removesuffix("]")))


def try_port(host: str, port: int) -> None:
    """Check that no program listens on the port of this address.

    Raises:
        OSError: one does, or this program may not listen there.
    """
    with socket.socket(AF_INET6 if ":" in host else AF_INET) as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)  # the port may have connections of a program that has ended
        probe.bind((host, port))


def url_host(address: str) -> str:
    """Return the host for URLs on this machine that reach a server listening on `address`."""
    parsed = ip_address(address)
    host = LOOPBACK[parsed.version] if parsed.is_unspecified else address
    return f"[{host}]" if isinstance(parsed, IPv6Address) else host


def is_unspecified(host: str) -> bool:
    """Whether `host` is an address to listen on, which no browser can open."""
    address = _address(host)
    return address is not None and address.is_unspecified


def is_loopback(host: str) -> bool:
    """Whether other machines cannot reach `host`, the host of a URL or an address to listen on."""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def end_of_certificate(certificate: Mapping[str, Any]) -> datetime:
    """Return when a certificate expires. Takes the result of `getpeercert` of a TLS connection."""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


def is_unknown_authority(error: BaseException | None) -> bool:
    """Whether a connection failed because this machine does not trust the authority that signed the certificate."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None and error.verify_code in UNKNOWN_AUTHORITY


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
