"""Measures what metrics, log lines, limits and traces cost: the product without some of them, and with traces.

    make bench VARIANTS=1            about a quarter of an hour
    make bench VARIANTS=1 QUICK=1    about two minutes

As `bench.py`, with the same requests, beside the same yardstick `limit`, in alternating rounds. The first number of
each cell is the processor time of a request as a multiple of that of `limit`, the second as one of that of the product.
Each process sends its spans twice a second, so that bursts contain what they cost; what exceeds 2,048 spans is dropped.
"""

import argparse

from stack import OURS, UNCOUNTED, Server, Stack, stack

from bench import CONNECTIONS, LIMIT, WARM_UP_SECONDS, Results, check, measure, prepare, ratio
from sink import collector, tracing
from wrk import Work, burst, require_wrk

SWITCHED_OFF = {
    "… without log lines": {"LOGGING_LEVEL": "ERROR"},
    "… without limits of requests": {"RATE_LIMITS_ENABLED": "false"},
}
TRACED = {
    "… with traces of every 100th request": "0.01",
    "… with traces of every 10th request": "0.1",
    "… with traces of every request": "1",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of a quarter of an hour")
    is_quick = parser.parse_args().quick
    require_wrk()
    with collector() as port, stack() as opened:
        servers = start(opened, port)
        works = prepare(opened, servers[OURS])
        for work in works.values():
            for server in servers.values():
                check(server, work)
                burst(server, work, seconds=WARM_UP_SECONDS, connections=CONNECTIONS)
        results = measure(servers, works, rounds=2 if is_quick else 9, seconds=1 if is_quick else 3)
    print(report(results, works, [name for name in servers if name != LIMIT]))


def start(opened: Stack, port: int) -> dict[str, Server]:
    """Return the yardstick, the product, and its variants."""
    servers = {name: opened.start(name) for name in (LIMIT, OURS, UNCOUNTED)}
    for name, variables in SWITCHED_OFF.items():
        servers[name] = opened.start(OURS, **variables)
    for name, share in TRACED.items():
        servers[name] = opened.start(OURS, **tracing(port, share), OTEL_BSP_SCHEDULE_DELAY="500")
    return servers


def report(results: Results, works: dict[str, Work], variants: list[str]) -> str:
    """Return the table in Markdown."""
    lines = [
        f"| of `limit`, of the product | {' | '.join(work.title for work in works.values())} |",
        f"|{'---|' * (len(works) + 1)}",
    ]
    for name in variants:
        cells = (f"{ratio(results, work, name, LIMIT):.2f}, {ratio(results, work, name, OURS):.2f}" for work in works)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
