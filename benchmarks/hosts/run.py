"""Try the product on ten hosts: network namespaces on this machine, with servers and programs of their own.

    .venv/bin/python benchmarks/hosts/run.py            # twelve minutes; the table goes to results/
    .venv/bin/python benchmarks/hosts/run.py --quick    # four minutes; what the nightly test runs

It needs root. It ends with 1 if something is not as promised, and with 77 if this machine cannot make hosts.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
BACKEND = HERE.parents[1] / "backend"
sys.path[:0] = [str(BACKEND), str(HERE)]

import pytest  # noqa: E402

import experiments  # noqa: E402
from installation import Site  # noqa: E402
from measured import Row, say  # noqa: E402
from network import missing  # noqa: E402
from report import report  # noqa: E402
from tests.support.release_before import release_before  # noqa: E402

RESULTS = HERE / "results"
CANNOT = 77
QUICK = ("cut_api_off", "restart_primary", "cut_primary_off", "lag", "cut_redis_off", "fail_over")
FULL = (
    *("calm", "restart_everything", "cut_api_off", "cut_workers_off", "restart_primary", "cut_primary_off", "lag"),
    *("empty_redis", "cut_redis_off", "slow_network", "lossy_network", "skew_clocks", "fail_over"),
)


def main() -> int:
    """Run the experiments, write the table, and return the exit code."""
    options = _options()
    if reason := missing():
        say(f"This machine cannot make hosts: {reason}.")
        return CANNOT
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rows, left_out = run(options)
    text = report(rows, left_out, proxy=options.proxy)
    print(text)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / f"{options.proxy}.md").write_text(text)
    broken = [f"{row.name}: {sentence}" for row in rows for sentence in row.broken]
    say("\n".join(["Everything is as promised."] if not broken else ["Not as promised:", *broken]))
    return bool(broken)


def run(options: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """Return the rows, and what was left out and why."""
    lengths = experiments.QUICK if options.quick else experiments.FULL
    names = options.only or (QUICK if options.quick else FULL)
    rows: list[Row] = []
    left_out: list[str] = []
    with tempfile.TemporaryDirectory(prefix="hosts-") as directory:
        before = None if options.only else _release_before(Path(directory), left_out)
        with _site(Path(directory), before or BACKEND, proxy=options.proxy) as site:
            if before:
                rows.append(experiments.upgrade(site, lengths, BACKEND))
            for name in names:
                row = getattr(experiments, name)(site, lengths)
                rows += [row] if row else []
                left_out += [] if row else [f"`{name}`: its package is not installed"]
    return rows, left_out


@contextmanager
def _site(directory: Path, release: Path, *, proxy: str) -> Iterator[Site]:
    with Site(directory, release, proxy=proxy) as site:
        try:
            site.start()
            yield site
        except Exception:
            say(site.logs())
            raise


def _release_before(directory: Path, left_out: list[str]) -> Path | None:
    release = directory / "before" / "backend"
    release.mkdir(parents=True)
    try:
        return release_before(release).parent
    except pytest.skip.Exception as reason:
        left_out.append(f"the upgrade: {reason}")
        return None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the most important ones, and shorter")
    parser.add_argument("--only", nargs="*", help="names of functions in experiments.py")
    parser.add_argument("--proxy", choices=("caddy", "nginx"), default="caddy")
    parser.add_argument("--output", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
