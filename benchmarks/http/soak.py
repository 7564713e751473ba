"""Measures whether the server's memory grows: 200,000 requests of four kinds, in ten parts.

    .venv/bin/python benchmarks/http/soak.py [--requests 200000]

It prints the resident memory of the server process after each part, and the growth over the last nine parts. The first
part fills caches. It needs wrk.
"""

import argparse
import sys

from stack import Server, stack

from bench import CONNECTIONS, prepare
from procfs import resident_megabytes, tree
from wrk import Work, burst, require_wrk

PARTS = 10
SECONDS = 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=200_000)
    wanted = parser.parse_args().requests
    require_wrk()
    with stack() as opened:
        server = opened.start("product")
        works = prepare(opened, server)
        (worker,) = tree(server.process.pid)[1:]
        sent, sizes = 0, []
        for part in range(1, PARTS + 1):
            while sent < part * wanted / PARTS:
                sent += sum(requests(server, work) for work in works.values())
            sizes.append(resident_megabytes(worker))
            print(f"part {part:2}  {sent:7} requests  {sizes[-1]:.1f} MB", flush=True)
        print(f"{sizes[-1] - sizes[0]:+.1f} MB since the first part")


def requests(server: Server, work: Work) -> int:
    """Send a burst and return the number of requests. All of them must succeed."""
    found = burst(server, work, seconds=SECONDS, connections=CONNECTIONS)
    if found.failed:
        sys.exit(f"{work.title}: {found.failed} of {found.requests} requests failed")
    return found.requests


if __name__ == "__main__":
    main()
