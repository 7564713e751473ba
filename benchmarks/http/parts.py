"""Shows where the time of a request goes, by part of the application.

    .venv/bin/python benchmarks/http/parts.py
    .venv/bin/python benchmarks/http/parts.py --functions 40 --works ping create

One process calls the application without a server, with eight requests at once. The number of calls hardly differs
between runs, so it shows the effect of a change on a busy machine as well. The profiler adds to the time of each call,
so compare only the shares.
"""

import argparse
import cProfile
import os
import pstats
import time
from collections import defaultdict
from typing import Any, TypeAlias

import uvloop

from stack import VARIABLES, stack

from core.db import open_database
from core.logging import configure_logging
from core.runtime.garbage import freeze_and_resume_collection
from core.settings import load_settings
from in_process import REQUESTS, Client, microseconds, prepare

ROUNDS = 40
WORKS = ("ping", "current user", "list of 20", "create")
# Parts, by a piece of the file's path, or of the path and the function. The first that fits decides. Functions
# that are written in C belong to the part that calls them.
PARTS = {
    "log line, metric": ("structlog/", "prometheus_client/", "core/logging.py", "core/metrics/", ":_account"),
    "authentication, limits": (
        *("service/identity/", "api/dependencies.py", "api/cookies.py", "jwt/", "core/redis/requests.py"),
        *("middleware/rate_limits.py", "middleware/client_address.py", "domain/identity/", "domain/permissions.py"),
    ),
    "middleware": (
        *("api/middleware/", "api/conditional.py", "starlette/middleware/", "fastapi/middleware/", "opentelemetry/"),
        *("starlette/_exception_handler.py", "fastapi/telemetry/", "fastapi/_body_limit.py", "/applications.py"),
    ),
    "routing": ("api/server/route_index.py", "starlette/routing.py", "fastapi/routing.py:matches"),
    "encoding": (
        *("api/schemas/", "api/paging.py", ":serialize", ":dump_json", ":model_validate", "starlette/responses.py"),
        "api/server/route_plan.py:_response",
    ),
    "validation, dependencies": (
        *("api/server/", "fastapi/", "starlette/", "pydantic/", "json/", "urllib/", "domain/one_line.py"),
        "contextlib.py",
    ),
    "SQL": ("/repository/", "core/db.py", "core/pool.py", "asyncpg/", "sqlalchemy/"),
    "cached values (Redis)": ("redis/", "core/runtime/batching.py", "core/redis/"),
    "route, service, unit of work": ("/api/", "/service/", "/domain/"),
    "event loop, library": ("",),
}
BENCHMARK = "benchmarks/"
TOGETHER = "calls together"

# As in `pstats`: by file, line and name of a function the number of its calls, its own time and its callers.
Profile: TypeAlias = dict[tuple[str, int, str], tuple[int, int, float, float, dict[tuple[str, int, str], Any]]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--functions", type=int, default=0, help="how many of the most expensive functions to name")
    parser.add_argument("--works", nargs="+", default=WORKS, help="others than these")
    options = parser.parse_args()
    with stack() as services:
        if (child := os.fork()) == 0:
            uvloop.run(measure({**VARIABLES, **services.variables}, options))
        os.waitpid(child, 0)


async def measure(variables: dict[str, str], options: argparse.Namespace) -> None:
    """Measure and print, and end this process."""
    os.environ.update(variables)
    settings = load_settings()
    configure_logging(settings, stream=open(os.devnull, "w"))  # noqa: SIM115, PTH123, ASYNC230  (until the end)
    client = Client(settings, open_database(settings, application_name="parts"))
    works = await prepare(client, settings)
    freeze_and_resume_collection()  # as a server process does
    found: dict[str, dict[str, str]] = {}
    for title in options.works:
        alone = min([await microseconds(client, works[title]) for _ in range(ROUNDS)])
        profile = least([await profiled(client, works[title]) for _ in range(ROUNDS)])
        print(f"{title}: {alone:.0f} µs without the profiler")
        found[title] = parts_of(profile)
        if options.functions:
            print_functions(profile, options.functions)
    print_parts(found)
    os._exit(0)  # no need to close what ends with the process


async def profiled(client: Client, work: dict[str, str]) -> Profile:
    """Return the profile of some requests."""
    profile = cProfile.Profile(time.process_time)  # what waits for a busy processor takes no time
    profile.enable()
    await microseconds(client, work)
    profile.disable()
    found: Profile = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return found


def least(profiles: list[Profile]) -> Profile:
    """Return what each function took where it was fastest. Leave out those that some of the profiles do not have."""
    functions = set(profiles[0]).intersection(*profiles[1:])
    return {function: min((one[function] for one in profiles), key=lambda found: found[2]) for function in functions}


def parts_of(profile: Profile) -> dict[str, str]:
    """Return the calls and the share of the time by part, and all calls."""
    calls: dict[str, float] = defaultdict(float)
    seconds: dict[str, float] = defaultdict(float)
    for (path, _, name), (_, count, own, _, callers) in profile.items():
        if path == "~":  # a function in C
            for (caller_path, _, caller), (_, caller_count, caller_own, _) in callers.items():
                calls[part_of(caller_path, caller)] += caller_count
                seconds[part_of(caller_path, caller)] += caller_own
        else:
            calls[part_of(path, name)] += count
            seconds[part_of(path, name)] += own
    calls.pop(BENCHMARK, None)
    total = sum(seconds[part] for part in calls)
    cells = {part: f"{calls[part] / REQUESTS:.0f}, {seconds[part] / total:.0%}" for part in PARTS if calls[part]}
    return {**cells, TOGETHER: f"{sum(calls.values()) / REQUESTS:.0f}"}


def print_parts(found: dict[str, dict[str, str]]) -> None:
    """Print the parts of each work as one table, as benchmarks/README.md shows it."""
    print(f"\n| part | {' | '.join(found)} |\n|{'---|' * (len(found) + 1)}")
    for part in (*PARTS, TOGETHER):
        print(f"| {part} | {' | '.join(cells.get(part, '') for cells in found.values())} |")


def part_of(path: str, function: str) -> str:
    """Return the part that a function belongs to."""
    place = f"/{path}:{function}"
    if BENCHMARK in place:
        return BENCHMARK
    return next(part for part, pieces in PARTS.items() if any(piece in place for piece in pieces))


def print_functions(profile: Profile, count: int) -> None:
    """Print the functions with the most time of their own."""
    print("\n   calls  own µs  with what they call")
    for (path, line, name), (_, calls, own, total, _) in sorted(profile.items(), key=lambda one: -one[1][2])[:count]:
        place = f"{'/'.join(path.split('/')[-3:])}:{line} {name}"
        print(f"{calls / REQUESTS:8.1f} {own / REQUESTS * 1e6:7.1f} {total / REQUESTS * 1e6:9.1f}  {place}")


if __name__ == "__main__":
    main()
