"""Eight clients write unique notes for five minutes while API, PostgreSQL and Valkey are killed at random.

    .venv/bin/python benchmarks/set_trial.py                 # --seconds 300 --clients 8

Every acknowledged note must exist exactly once, and no other note. It uses its own servers and data in a temporary
directory. The test suite runs it for twenty seconds.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "backend"))

from tests.test_processes.conftest import Stack
from tests.test_processes.set_trial import run


def main() -> None:
    """Run the trial and print its verdict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="set-") as directory:
        stack = Stack(Path(directory) / "var")
        try:
            verdict = asyncio.run(run(stack, seconds=options.seconds, clients=options.clients))
        finally:
            stack.stop()
    print(verdict)
    sys.exit(not verdict.is_perfect)


if __name__ == "__main__":
    main()
