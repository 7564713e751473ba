"""Requests to addresses from outside sources, which must never reach our own network."""

import asyncio
import socket
import ssl
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from ipaddress import IPv6Address, ip_address

import httpx2 as httpx

MAX_CONNECTIONS = 20
# A name server that hangs must not use up the threads in which this process resolves its own database.
LOOKUP_THREADS = 4


class PublicNetworkTransport(httpx.AsyncBaseTransport):
    """Connects to public addresses, and to hosts that the operator named, wherever they are.

    The name is resolved once and the connection made to the checked address, so that a second answer of the name server
    cannot lead elsewhere. TLS still checks the certificate against the name.

    Args:
        trusted_hosts: hosts that the operator named; they may have private addresses.
    """

    def __init__(self, *, trusted_hosts: Collection[str]) -> None:
        self._trusted_hosts = frozenset(trusted_hosts)
        # A kept-alive connection is looked up by address, and could be reused for another name there.
        self._limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=0)
        self._lookups = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="lookup")
        self._opened: httpx.AsyncHTTPTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` to the first of its host's addresses that can be reached.

        Raises:
            httpx.ConnectError: none can be reached, or not all of them are public.
        """
        host = request.url.host
        transport = await self._transport()
        for address in await self._addresses(host):
            request.url = request.url.copy_with(host=address)
            request.extensions = {**request.extensions, "sni_hostname": host}
            try:
                return await transport.handle_async_request(request)
            except httpx.ConnectError:
                continue
        raise httpx.ConnectError(f"no address of {host} can be reached")

    async def aclose(self) -> None:
        """Close every connection."""
        if self._opened:
            await self._opened.aclose()
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def _transport(self) -> httpx.AsyncHTTPTransport:
        """Return the transport.

        The first request opens it, because the files of the certificate authorities must be read.
        """
        return self._opened or self._open(await asyncio.get_running_loop().run_in_executor(self._lookups, _tls))

    def _open(self, context: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
        if self._opened is None:  # another request may have waited for the same
            self._opened = httpx.AsyncHTTPTransport(verify=context, limits=self._limits)
        return self._opened

    async def _addresses(self, host: str) -> list[str]:
        look_up = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._lookups, look_up)
        addresses = [str(entry[4][0]) for entry in found]
        if host not in self._trusted_hosts and not all(map(_is_public, addresses)):
            raise httpx.ConnectError(f"{host} is not a public host")
        return addresses


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS context. Loading the certificate authorities takes a tenth of a second, so it is done once."""
    return httpx.create_ssl_context()


def _is_public(text: str) -> bool:
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_global
