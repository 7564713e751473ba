"""A port of its own for the metrics of a process, which no proxy exposes."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import AF_INET6
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from core.metrics.ports import taken_port_named

# A client that sends nothing for so long is disconnected.
CLIENT_TIMEOUT_SECONDS = 10


class _Handler(WSGIRequestHandler):
    timeout = CLIENT_TIMEOUT_SECONDS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write no log line: a scrape every few seconds would fill the log."""


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking for the name of the host, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class _SharedPort(_Server):
    """A server on a port that all server processes listen on: whichever accepts a scrape shows the sums of all."""

    allow_reuse_port = True


@contextmanager
def metrics_served(
    registry: CollectorRegistry, *, host: str, port: int | None, setting: str, is_shared: bool = False
) -> Iterator[None]:
    """Serve the metrics of `registry` in threads until the block ends, if there is a port.

    Args:
        registry: what is shown; it is asked in a thread at each scrape.
        host: the address to listen on.
        port: the port, or None to serve nothing.
        setting: the name of the setting with the port, for the message.
        is_shared: whether several processes listen on the port.

    Raises:
        SettingsError: another program listens on the port.
    """
    if port is None:
        yield
        return
    server = _listen(host, port, setting=setting, kind=_SharedPort if is_shared else _Server)
    server.set_app(make_wsgi_app(registry))
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _listen(host: str, port: int, *, setting: str, kind: type[_Server]) -> _Server:
    with taken_port_named(host, port, setting=setting):
        return (_ipv6(kind) if ":" in host else kind)((host, port), _Handler)


def _ipv6(kind: type[_Server]) -> type[_Server]:
    class Ipv6Server(kind):  # type: ignore[misc, valid-type]  # it is known only here
        address_family = AF_INET6

    return Ipv6Server
