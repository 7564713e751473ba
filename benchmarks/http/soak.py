"""Measures whether the server's memory grows: 200,000 requests of four kinds, in ten parts.

    .venv/bin/python benchmarks/http/soak.py [--requests 200000]

It prints the resident memory of the server process after each part. What the first part adds are caches.
"""

import argparse

from load import burst, require_wrk
from procfs import resident_megabytes, tree
from run import CONNECTIONS, prepare
from stack import stack

PARTS = 10
SECONDS = 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=200_000)
    wanted = parser.parse_args().requests
    require_wrk()
    with stack() as opened:
        server = opened.start("lamina")
        works = prepare(opened, server)
        (worker,) = tree(server.process.pid)[1:]
        for part in range(1, PARTS + 1):
            sent = 0
            while sent < wanted / PARTS:
                for work in works.values():
                    sent += burst(server, work, seconds=SECONDS, connections=CONNECTIONS).requests
            print(f"part {part:2}  {sent:6} requests  {resident_megabytes(worker):.1f} MB", flush=True)


if __name__ == "__main__":
    main()
