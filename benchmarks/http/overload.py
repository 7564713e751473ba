"""Measures the service under twice the load that it can handle.

    .venv/bin/python benchmarks/http/overload.py [--seconds 10]

First wrk finds the highest rate of requests per second. Then that rate, and twice that rate, is sent on a thousand
independent connections. It prints the responses, and the latency of a ping during the load. It needs wrk.
"""

import argparse
import statistics
import threading
import time

from stack import Server, request, stack

from bench import CONNECTIONS, WARM_UP_SECONDS, prepare
from open_load import Answers, send_at_rate
from wrk import Work, burst, require_wrk

TIMES = (1, 2)
PING_SECONDS = 0.1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    require_wrk()
    with stack() as opened:
        server = opened.start("product")
        works = prepare(opened, server)
        for work in (works["W3"], works["W4"]):
            burst(server, work, seconds=WARM_UP_SECONDS, connections=CONNECTIONS)
            peak = burst(server, work, seconds=seconds, connections=CONNECTIONS).per_second
            print(f"{work.title}: at most {peak:,.0f} per second", flush=True)
            for times in TIMES:
                show(measure(server, work, per_second=times * peak, seconds=seconds), times=times, peak=peak)


def measure(server: Server, work: Work, *, per_second: float, seconds: float) -> tuple[Answers, list[float]]:
    """Return the responses, and the milliseconds of pings during the load."""
    pings: list[float] = []
    is_over = threading.Event()
    pinging = threading.Thread(target=_ping, args=(server, pings, is_over))
    pinging.start()
    try:
        return send_at_rate(server, work, per_second=per_second, seconds=seconds), pings
    finally:
        is_over.set()
        pinging.join()


def _ping(server: Server, pings: list[float], is_over: threading.Event) -> None:
    while not is_over.wait(PING_SECONDS):
        started = time.perf_counter()
        status, _ = request(server, "GET", "/api/ping")
        assert status == 200, status
        pings.append((time.perf_counter() - started) * 1000)


def show(measured: tuple[Answers, list[float]], *, times: int, peak: float) -> None:
    """Print one line of figures and one of response statuses."""
    answers, pings = measured
    good = len(answers.times) / answers.seconds
    p50, p99 = (statistics.quantiles(answers.times, n=100)[which] for which in (49, 98))
    print(
        f"  {times} times that: {good:,.0f} good answers per second, {good / peak:.0%} of the most; "
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms; ping p50 {statistics.median(pings):.0f} ms, longest {max(pings):.0f} ms\n"
        f"    answers by status {dict(answers.statuses)}, without Retry-After {answers.refused_without_retry_after}, "
        f"unanswered {answers.unanswered}, not sent {answers.not_sent}",
        flush=True,
    )


if __name__ == "__main__":
    main()
