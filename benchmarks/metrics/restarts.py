"""The files that many restarts of server processes leave in the directory of shared metrics, and the time of a scrape.

    .venv/bin/python benchmarks/metrics/restarts.py [RESTARTS]

Each process counts requests of 40 routes and is killed. It compares the slots of core/metrics/shared.py with files
named after process ids, which is what prometheus_client does by itself.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

BACKEND = Path(__file__).parents[2] / "backend"
ROUTES = 40
ONE_PROCESS = f"""
import os, signal
from pathlib import Path
from core.metrics.metrics import Metrics
by_slot = os.environ["BY"] == "slot"
metrics = Metrics(shared_directory=Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]) if by_slot else None)
for route in range({ROUTES}):
    metrics.observe_request("GET", f"/api/route-{{route}}", 200, seconds=0.01)
metrics.process.sample()
os.kill(os.getpid(), signal.SIGKILL)
"""
SCRAPE = """
import os, time
from pathlib import Path
from core.metrics.metrics import Metrics
from core.metrics.shared import SharedValues
from prometheus_client import generate_latest
values = SharedValues(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
started = time.perf_counter()
for _ in range(5):
    text = generate_latest(values).decode()
print((time.perf_counter() - started) / 5 * 1000)
print([line for line in text.splitlines() if "route-0" in line and "_count" in line])
"""


def run(code: str, directory: str, by: str) -> str:
    """Run code in a process of its own and return what it printed."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": directory, "BY": by, "PYTHONPATH": str(BACKEND)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Print a table."""
    restarts = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for by in ("process id", "slot"):
        with tempfile.TemporaryDirectory() as directory:
            for _ in range(restarts):
                run(ONE_PROCESS, directory, by)
            files = [file for file in Path(directory).iterdir() if file.suffix == ".db"]
            size = sum(file.stat().st_size for file in files) / 1e6
            milliseconds, count = run(SCRAPE, directory, by).splitlines()
            print(
                f"by {by}: {restarts} restarts, {len(files)} files, {size:.1f} MB, {float(milliseconds):.1f} ms a scrape, {count}"
            )


if __name__ == "__main__":
    main()
