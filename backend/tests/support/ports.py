"""Ports of 127.0.0.1 for programs that tests start.

A port that the system chooses may be gone before the program listens on it: the system gives the same ports to each
connection that any process opens. Those of this module are below them, and each process that runs tests has its own.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import cycle

from core.addresses import LOOPBACK, try_port

# Linux gives ports from 32768 on to connections, macOS those from 49152 on (`ip_local_port_range`, RFC 6335).
FIRST, END = 10_000, 32_768
BLOCK = 64


def free_port() -> int:
    """Return a port on which no program listens, and which no other process that runs tests gets.

    Raises:
        AssertionError: all ports of this process are in use.
    """
    ports = _own_ports()
    for _ in range(BLOCK):
        port = next(ports)
        with suppress(OSError):
            try_port(LOOPBACK[4], port)
            return port
    raise AssertionError(f"the {BLOCK - 1} ports of this process are all in use")


@cache
def _own_ports() -> Iterator[int]:
    """Take a block of ports until this process ends, by listening on its first, and repeat the others without end."""
    for first in range(FIRST, END - BLOCK, BLOCK):
        with suppress(OSError):
            _held.append(socket.create_server((LOOPBACK[4], first)))
            return cycle(range(first + 1, first + BLOCK))
    raise AssertionError("all blocks of ports are taken")


_held: list[socket.socket] = []
