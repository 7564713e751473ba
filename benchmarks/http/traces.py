"""Measures what traces cost: the application without them, and with no request, one in ten, and all of them sampled.

    .venv/bin/python benchmarks/http/traces.py

Each variant is a process that calls the application without a server, with eight requests at once. In each round all do
the same work in another order. The time is that of the processor, and contains the export. The collector takes what it
gets and keeps nothing. The ratios are of the same rounds.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

import uvloop
from opentelemetry import trace

from stack import HERE, VARIABLES, stack

from core.db import open_database
from core.logging import configure_logging
from core.runtime.garbage import freeze_and_resume_collection
from core.settings import load_settings
from core.tracing import is_tracing, start_tracing, stop_tracing
from in_process import Client, microseconds, prepare
from sink import collector, tracing

OFF, NONE, TENTH, ALL = "off", "none", "a tenth", "all"
SHARES = {NONE: "0", TENTH: "0.1", ALL: "1"}
# The columns of the table.
SAMPLED = (TENTH, ALL)
# The measured requests, by their names in the table. `ping` is never traced.
TITLES = {
    "current user": "the current user",
    "one post": "one post",
    "list of 20": "a list of 20 posts",
    "create": "a new post",
}
REQUESTS = 256


class Variant:
    """A process that measures when it is asked."""

    def __init__(self, program: Path, works: str, variables: dict[str, str]) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, str(program), "--serve", works],
            env={**os.environ, **VARIABLES, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def microseconds(self, work: str) -> float:
        """Return the processor time of a request."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{work}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(json.loads(options.serve))
        return
    with collector() as port, stack() as services:
        works = asyncio.run(prepared(services.variables))
        text = json.dumps(works)
        program = HERE / "traces.py"
        variants = {OFF: Variant(program, text, services.variables)}
        for name, share in SHARES.items():
            variants[name] = Variant(program, text, {**services.variables, **tracing(port, share)})
        found: dict[tuple[str, str], list[float]] = {(work, name): [] for work in TITLES for name in variants}
        for _ in range(options.rounds + 1):
            for work, name in random.sample(list(found), len(found)):
                found[work, name].append(variants[name].microseconds(work))
        for variant in variants.values():
            variant.stop()
    report(found)


def report(found: dict[tuple[str, str], list[float]]) -> None:
    """Print what docs/guides/monitoring.md shows; the first round warms up."""
    print(f"| request | {' sampled | '.join(SAMPLED)} sampled |")
    print("|---" * (len(SAMPLED) + 1) + "|")
    for work, title in TITLES.items():
        off = found[work, OFF][1:]
        ratios = (
            statistics.median(one / other for one, other in zip(found[work, name][1:], off, strict=True))
            for name in SAMPLED
        )
        print(f"| {title} | {' | '.join(f'{ratio:.1f}' for ratio in ratios)} |")
    every = [difference(found[work, NONE], found[work, OFF]) for work in TITLES]
    sampled = [difference(found[work, ALL], found[work, NONE]) for work in TITLES]
    print(
        f"\nThat is {min(every):.0f} to {max(every):.0f} µs for each request, and {min(sampled):.0f} to {max(sampled):.0f} µs"
        " more for one that is sampled, depending on the number of its statements."
    )


def difference(times: list[float], others: list[float]) -> float:
    """Return the median of the differences in the same round."""
    return statistics.median(one - other for one, other in zip(times[1:], others[1:], strict=True))


async def prepared(variables: dict[str, str]) -> dict[str, dict[str, str]]:
    """Write 10,000 posts and return the requests."""
    os.environ.update({**VARIABLES, **variables})
    settings = load_settings()
    configure_logging(settings, stream=open(os.devnull, "w"))  # noqa: SIM115, PTH123, ASYNC230  (until the end)
    return await prepare(Client(settings, open_database(settings, application_name="bench")), settings)


def serve(works: dict[str, dict[str, str]]) -> None:
    """Measure one kind of request for each line of the input."""
    uvloop.run(_serve(works))


async def _serve(works: dict[str, dict[str, str]]) -> None:
    settings = load_settings()
    configure_logging(settings, stream=open(os.devnull, "w"))  # noqa: SIM115, PTH123, ASYNC230  (until the end)
    start_tracing(settings, component="bench")
    client = Client(settings, open_database(settings, application_name="bench"))
    freeze_and_resume_collection()  # as a server process does
    for line in sys.stdin:
        taken = await microseconds(client, works[line.strip()], requests=REQUESTS, finish=send_spans)
        print(taken, flush=True)
    stop_tracing()


def send_spans() -> None:
    """Send the spans of the requests, so that their cost is measured as well."""
    if is_tracing():
        trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]  # of the SDK's


if __name__ == "__main__":
    main()
