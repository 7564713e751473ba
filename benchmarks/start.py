"""Measures how long programs take to start, and their memory. Linux only, because it reads /proc.

    .venv/bin/python benchmarks/start.py [ROUNDS]

Prints the median of all rounds: seconds from the start of a process until it serves or ends, and the processor time of
it and its children until then. "Compiled" says for which code bytecode is cached: all; the libraries, as after an
installation; or Python's own alone. With the Python of another environment, `main.py up` stands in for `make up`.
"""

import http.client
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "backend"))

from tests.support.ports import free_port  # noqa: E402

MAIN = (sys.executable, str(ROOT / "backend" / "main.py"))
IS_OF_MAKE = Path(sys.prefix) == ROOT / ".venv"
COMMANDS = (
    "--help",
    "env-example",
    "openapi",
    "jobs stats",
    "remove-second-factors ada@example.com",
)
BACKGROUND = {"worker": "worker started", "scheduler": "scheduler started"}
# The folders that a directory of bytecode lacks: see above.
COMPILED: dict[str, tuple[Path, ...]] = {
    "all": (),
    "libraries": (ROOT / "backend",),
    "Python": (ROOT / "backend", Path(sys.prefix)),
}
POLL_SECONDS = 0.01
LIMIT_SECONDS = 120
SETTLE_SECONDS = 5
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Start:
    """How long the start of a program took, in each round."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the medians."""
        return f"{statistics.median(self.seconds):6.2f} s {statistics.median(self.processor):6.2f} s"


def main(rounds: int) -> None:
    """Print one line for each program and state of its bytecode, then the memory of each process of `make up`."""
    with tempfile.TemporaryDirectory() as directory:
        environment = environment_of(Path(directory))
        memory = measure_up(environment, rounds)
        with servers(environment):
            for compiled, missing in COMPILED.items():
                with bytecode(Path(directory), missing, environment) as variables:
                    measure_programs(compiled, variables, rounds)
        print_memory(memory)


def environment_of(directory: Path) -> dict[str, str]:
    """Return the variables of the programs: data of their own, a free port, and bytecode that is written."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | {"PORT": str(free_port()), "VAR_DIRECTORY": str(directory / "var")}


def measure_up(environment: Mapping[str, str], rounds: int) -> dict[str, tuple[float, float]]:
    """Measure `make up` on the same data, after a first start that creates them. Return the memory of its processes."""
    command = ("make", "up") if IS_OF_MAKE else (*MAIN, "up")
    memory: dict[str, tuple[float, float]] = {}
    start = Start()
    for number in range(rounds + 1):
        with running(command, environment) as (process, started):
            wait_until_ready(int(environment["PORT"]))
            took = time.monotonic() - started, processor_seconds(process.pid)
            if number > 0:
                start.seconds.append(took[0])
                start.processor.append(took[1])
            time.sleep(SETTLE_SECONDS)
            memory = memory_below(process.pid)
    print_row("make up", "all", start)
    return memory


@contextmanager
def servers(environment: dict[str, str]) -> Iterator[None]:
    """Run only the servers of `make up`, and name them in `environment`."""
    sys.path.insert(0, str(ROOT / "backend"))
    from embedded.services import open_services

    with open_services(Path(environment["VAR_DIRECTORY"])) as urls:
        environment |= {"DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
        yield


@contextmanager
def bytecode(directory: Path, missing: tuple[Path, ...], environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield variables that lead to bytecode of everything but the directories `missing`, and keep it so."""
    cache = directory / "bytecode"
    variables = {**environment, "PYTHONPYCACHEPREFIX": str(cache)}
    for command in COMMANDS:
        run(command, variables)
    for program in ("serve", *BACKGROUND):
        started(program, variables)
    for path in missing:
        shutil.rmtree(f"{cache}{path}")
    yield {**variables, "PYTHONDONTWRITEBYTECODE": "1"}


def measure_programs(compiled: str, variables: Mapping[str, str], rounds: int) -> None:
    """Print a row for each program."""
    for program in ("serve", *BACKGROUND):
        measure(program, compiled, partial(started, program, variables), rounds)
    for command in COMMANDS:
        measure(command, compiled, partial(run, command, variables), rounds)


def measure(name: str, compiled: str, start: Callable[[], tuple[float, float]], rounds: int) -> None:
    """Start a program several times and print its row."""
    measured = Start()
    for _ in range(rounds):
        seconds, processor = start()
        measured.seconds.append(seconds)
        measured.processor.append(processor)
    print_row(name, compiled, measured)


def started(program: str, variables: Mapping[str, str]) -> tuple[float, float]:
    """Start a program, wait until it works, and return the seconds that both took."""
    with running((*MAIN, program), variables) as (process, began):
        if program == "serve":
            wait_until_ready(int(variables["PORT"]))
        else:
            assert process.stdout is not None
            next(line for line in process.stdout if BACKGROUND[program].encode() in line)
        return time.monotonic() - began, processor_seconds(process.pid)


def run(command: str, variables: Mapping[str, str]) -> tuple[float, float]:
    """Run a command to its end, and return the seconds that it took."""
    before, began = os.times(), time.monotonic()
    subprocess.run((*MAIN, *command.split()), env=variables, capture_output=True, check=False)
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - began, processor


@contextmanager
def running(
    command: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run a program for the block, and yield it and the time of its start."""
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        yield process, began
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def wait_until_ready(port: int) -> None:
    """Wait for the first 200."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/api/ready")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        time.sleep(POLL_SECONDS)
    sys.exit("The API did not become ready in time.")


def below(root: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield root
    for children in Path(f"/proc/{root}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from below(int(child))


def processor_seconds(root: int) -> float:
    """Return the processor time of a process, its descendants, and those that have ended."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in below(root)]
    return sum(int(ticks) for stat in stats for ticks in stat[11:15]) / TICKS


def memory_below(root: int) -> dict[str, tuple[float, float]]:
    """Return the resident and the proportional megabytes of each program below `root`."""
    memory: dict[str, tuple[float, float]] = {}
    for pid in below(root):
        name, (rss, pss) = program_of(pid), megabytes(pid)
        before = memory.get(name, (0.0, 0.0))
        memory[name] = before[0] + rss, before[1] + pss
    return memory


def program_of(pid: int) -> str:
    """Return what a process is called in the table: the command of `main.py`, or the name of the program."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    if MAIN[1] in words or "backend/main.py" in words:
        command = words[-2]
        is_child = program_of(parent_of(pid)).startswith(command)
        return f"{command}, server process" if is_child else command
    return Path(words[0]).name.split(":")[0]


def parent_of(pid: int) -> int:
    """Return the process id of the parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def megabytes(pid: int) -> tuple[float, float]:
    """Return what the process has resident, and its share of that: shared pages are divided among their processes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size.split()[0]) / 1024 for name, _, size in (line.partition(":") for line in lines)}
    return sizes["Rss"], sizes["Pss"]


def print_row(name: str, compiled: str, start: Start) -> None:
    """Print what a start took."""
    print(f"{name:45} compiled: {compiled:10} {start}", flush=True)


def print_memory(memory: Mapping[str, tuple[float, float]]) -> None:
    """Print the memory of each program, and of our own together."""
    print(f"{'memory of make up':30} RSS MB  PSS MB")
    for name, (rss, pss) in memory.items():
        print(f"  {name:28} {rss:6.0f}  {pss:6.0f}")
    ours = [sizes for name, sizes in memory.items() if name.split(",")[0] in {"up", "serve", *BACKGROUND}]
    print(f"  {'our programs':28} {sum(rss for rss, _ in ours):6.0f}  {sum(pss for _, pss in ours):6.0f}")
    print(f"  {'all':28} {'':6}  {sum(pss for _, pss in memory.values()):6.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
