"""Measures the cost of a request: the application with everything switched on, and two reference servers.

    make bench            about ten minutes; the table and the chart go to benchmarks/http/results
    make bench QUICK=1    about a minute; the table is only printed

`make bench VARIANTS=1` runs `variants.py`, which measures what metrics, log lines, limits and traces cost.

`limit.py` is the fastest possible with Python on this server and driver, `plain.py` follows the documentation of
FastAPI and SQLAlchemy. All three do the same work on the same PostgreSQL, one process each, 32 connections. Every round
runs the twelve pairs of server and work in a different order, so that other load on the machine affects all alike.
Compare the processor time per request: requests per second vary with the machine, processor time varies little.

It needs wrk (`apt-get install wrk`) and Linux, because it reads /proc.
"""

import argparse
import json
import random
import statistics
import sys
from pathlib import Path

from stack import OURS, Server, Stack, request, sign_up, stack

from chart import chart
from procfs import proportional_megabytes, resident_megabytes
from wrk import Burst, Work, burst, require_wrk

RESULTS = Path(__file__).with_name("results")
POSTS = 10_000
CONNECTIONS = 32
WARM_UP_SECONDS = 1
LIMIT, PLAIN = "limit", "plain"
EXCERPT = "excerpt"
# How benchmarks/README.md calls each work, and what is wanted of it: at most so many times `limit`, and `plain`.
WANTED = {
    "W1": ("ping", "", "1"),
    "W2": ("current user", "1.05", ""),
    "W3": ("list of 20 of 10,000", "2", "0.5"),
    "W4": ("create", "2", "0.5"),
}
NEW_POST = json.dumps({"title": "A benchmark's post", "content": "A few words of content, as a post has. " * 2})
FILL = """
INSERT INTO posts (author_id, title, content, published, created_at)
    SELECT '{author}', 'Title number ' || n, 'A *few* words of content, as a post has.', n % 2 = 0, now() - n * interval '1 minute'
    FROM generate_series(1, {posts}) n"""

Results = dict[tuple[str, str], list[Burst]]


def main() -> None:
    """Measure and report."""
    options = parse_options()
    require_wrk()
    with stack() as opened:
        servers = {name: opened.start(name) for name in (OURS, LIMIT, PLAIN)}
        works = prepare(opened, servers[OURS])
        for work in works.values():
            shapes = {name: check(server, work) for name, server in servers.items()}
            if len(set(shapes.values())) > 1:
                sys.exit(f"{work.title}: the servers do not answer alike: {shapes}")
            for server in servers.values():
                burst(server, work, seconds=WARM_UP_SECONDS, connections=CONNECTIONS)
        results = measure(servers, works, rounds=options.rounds, seconds=options.seconds)
        footprints = {
            name: (
                server.seconds_to_first_answer,
                server.megabytes_at_start,
                resident_megabytes(server.process.pid),
                proportional_megabytes(server.process.pid),
            )
            for name, server in servers.items()
        }
    text = summary(results) + report(results, works, footprints)
    print(text)
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "table.md").write_text(text)
        (options.output / "chart.svg").write_text(chart(cpu_table(results, works)))


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="about a minute instead of ten")
    parser.add_argument("--output", type=Path, help="a directory for the table and the chart")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="length of one burst")
    options = parser.parse_args()
    options.output = options.output or (None if options.quick else RESULTS)
    options.rounds = options.rounds or (2 if options.quick else 9)
    options.seconds = options.seconds or (2 if options.quick else 5)
    return options


def prepare(opened: Stack, server: Server) -> dict[str, Work]:
    """Insert 10,000 posts and return the work. Another user creates posts, so that the list does not change."""
    author, reading = sign_up(server, "author@example.com")
    _, writing = sign_up(server, "writer@example.com")
    opened.execute(FILL.format(author=author, posts=POSTS), "VACUUM ANALYZE")
    own_posts = f"/api/users/{author}/posts?limit=20"
    return {
        "W1": Work("ping", "GET", "/api/ping", 200),
        "W2": Work("current user", "GET", "/api/users/me", 200, reading),
        "W3": Work("list 20 of 10,000 own posts", "GET", own_posts, 200, reading),
        "W4": Work("create a post", "POST", "/api/posts", 201, writing, NEW_POST),
    }


def check(server: Server, work: Work) -> str:
    """Exit if the server does not do the work. Return the field names in its response, and an excerpt."""
    status, content = request(server, work.method, work.path, token=work.token, body=work.body or None)
    if status != work.status or ("list" in work.title and len(json.loads(content)["data"]) != 20):
        sys.exit(f"{work.title}: {status} {content[:500]!r}")
    return names_in(json.loads(content))


def names_in(value: object) -> str:
    """Return the names of all fields, and the excerpt; for a list, those of its first item."""
    if isinstance(value, dict):
        parts = (f"{name}: {value[name] if name == EXCERPT else names_in(value[name])}" for name in sorted(value))
        return f"{{{', '.join(parts)}}}"
    return f"[{names_in(value[0])}]" if isinstance(value, list) and value else ""


def measure(servers: dict[str, Server], works: dict[str, Work], *, rounds: int, seconds: int) -> Results:
    """Return the bursts by server and work."""
    results: Results = {(server, work): [] for work in works for server in servers}
    order = list(results)
    for number in range(rounds):
        random.shuffle(order)
        for server, work in order:
            found = burst(servers[server], works[work], seconds=seconds, connections=CONNECTIONS)
            results[server, work].append(found)
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return results


def summary(results: Results) -> str:
    """Return the table of benchmarks/README.md."""
    lines = [
        "| work | of `limit` | wanted | of `plain` | wanted | p99 of p50 | wanted |",
        "|---|---|---|---|---|---|---|",
    ]
    for work, (title, of_limit, of_plain) in WANTED.items():
        to_limit, to_plain = (ratio(results, work, OURS, other) for other in (LIMIT, PLAIN))
        p50, p99 = latencies(results[OURS, work])
        wanted = (f"{to_limit:.2f} | {of_limit}", f"{to_plain:.2f} | {of_plain}", f"{p99 / p50:.1f} | 2.5")
        lines.append(f"| {title} | {' | '.join(wanted)} |".replace("|  |", "| |"))
    return "\n".join([*lines, "", ""])


def latencies(found: list[Burst]) -> tuple[float, float]:
    """Return the medians of p50 and p99."""
    return statistics.median(one.p50 for one in found), statistics.median(one.p99 for one in found)


def report(results: Results, works: dict[str, Work], footprints: dict[str, tuple[float, float, float, float]]) -> str:
    """Return the tables in Markdown."""
    lines = [
        "| work | server | CPU ms/request | of `limit` | of `plain` | requests/s | p50 ms | p99 ms | p99/p50 | failed |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_row(results, works, server, work) for work in works for server in footprints),
        "",
        "| server, all its processes | first answer after s | MB at start | MB after the load | shared pages counted once |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {took:.2f} | {before:.0f} | {after:.0f} | {proportional:.0f} |"
            for name, (took, before, after, proportional) in footprints.items()
        ),
        "",
    ]
    return "\n".join(lines)


def _row(results: Results, works: dict[str, Work], server: str, work: str) -> str:
    found = results[server, work]
    to_limit, to_plain = (ratio(results, work, server, other) for other in (LIMIT, PLAIN))
    p50, p99 = latencies(found)
    per_second = statistics.median(one.per_second for one in found)
    return (
        f"| {work} {works[work].title} | {server} | {cpu(results, server, work):.3f} | {to_limit:.2f} | {to_plain:.2f} "
        f"| {per_second:,.0f} | {p50:.1f} | {p99:.1f} | {p99 / p50:.1f} | {sum(one.failed for one in found)} |"
    )


def cpu(results: Results, server: str, work: str) -> float:
    """Return the median of the milliseconds per request."""
    return statistics.median(one.cpu_per_request for one in results[server, work])


def ratio(results: Results, work: str, server: str, other: str) -> float:
    """Return the median over the rounds of the cost of `server` relative to `other` in the same round."""
    pairs = zip(results[server, work], results[other, work], strict=True)
    return statistics.median(one.cpu_per_request / another.cpu_per_request for one, another in pairs)


def cpu_table(results: Results, works: dict[str, Work]) -> dict[str, dict[str, float]]:
    """Return the milliseconds per request by work and server."""
    servers = list(dict.fromkeys(server for server, _ in results))
    return {work.title: {name: cpu(results, name, key) for name in servers} for key, work in works.items()}


if __name__ == "__main__":
    main()
