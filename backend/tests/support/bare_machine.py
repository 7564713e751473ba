"""A machine of its own for a test: bare Debian with systemd, in namespaces for its network, processes and files.

It needs root, debootstrap and systemd-nspawn. What is downloaded is kept in `var/bare`: the base system, Debian's
packages, and the wheels of the lock.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.settings import REPOSITORY_ROOT, child_environment

KEPT = REPOSITORY_ROOT / "var" / "bare"
# The first release of Debian that has PostgreSQL 18. debootstrap knows its scripts under the name of the unstable one.
SUITE = "forky"
MIRROR = "http://deb.debian.org/debian"
SCRIPT = "/usr/share/debootstrap/scripts/sid"
PYTHON = "3.14"
PLATFORMS = ("manylinux1_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64", "any")
LOCK = REPOSITORY_ROOT / "backend" / "requirements.lock"
NEEDED = ("debootstrap", "systemd-nspawn", "nsenter")
START_SECONDS = 60


def why_not() -> str | None:
    """Return why there can be no machine here, or None."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        return f"{', '.join(missing)} must be installed"
    is_root = subprocess.run(["id", "-u"], capture_output=True, text=True, check=True).stdout.strip() == "0"
    return None if is_root else "it needs root"


def base_system() -> Path:
    """Return a bare Debian, which is made the first time."""
    place = KEPT / SUITE
    if not place.exists():
        unfinished = KEPT / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        _run("debootstrap", "--variant=minbase", "--include=init", SUITE, str(unfinished), MIRROR, SCRIPT)
        unfinished.rename(place)
    return place


def wheels() -> Path:
    """Return a directory with the packages of the lock file for the machine's Python."""
    place = KEPT / "wheels"
    wanted = place / "requirements.lock"
    if not wanted.exists() or wanted.read_bytes() != LOCK.read_bytes():
        platforms = [option for platform in PLATFORMS for option in ("--platform", platform)]
        abis = [option for abi in ("cp314", "abi3", "none") for option in ("--abi", abi)]
        command = ("download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version", PYTHON)
        into = ("--requirement", str(LOCK), "--dest", str(place))
        _run(sys.executable, "-m", "pip", *command, *abis, *platforms, *into)
        wanted.write_bytes(LOCK.read_bytes())
    return place


class Machine:
    """A running machine. Commands run in it as root, in `/root`."""

    def __init__(self, root: Path, init: int) -> None:
        self.root = root
        self._init = init

    def run(self, script: str) -> str:
        """Run a shell script and return what it writes.

        Raises:
            AssertionError: it fails.
        """
        done = subprocess.run(
            self._enter("sh", "-eu", "-c", f"cd /root\n{script}"), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self, script: str) -> "subprocess.Popen[str]":
        """Start a shell script in the machine."""
        return subprocess.Popen(self._enter("sh", "-c", f"cd /root\n{script}"), text=True, stdout=subprocess.PIPE)

    def _enter(self, *command: str) -> Sequence[str]:
        environment = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8")
        return ("nsenter", f"--target={self._init}", "--all", *environment, *command)


@contextmanager
def machine(directory: Path, *, packages: str, files: Sequence[Path]) -> Iterator[Machine]:
    """Yield a machine that has no network but its own loopback.

    Args:
        directory: where its files are kept while it runs.
        packages: a shell script that installs packages. It runs before the start, while there is a network.
        files: read-only directories of this machine that it sees in `/mnt`, under their names.
    """
    root, upper, work = (directory / name for name in ("root", "upper", "work"))
    for path in (root, upper, work):
        path.mkdir(parents=True)
    _run(
        "mount",
        "-t",
        "overlay",
        "overlay",
        "-o",
        f"lowerdir={base_system()},upperdir={upper},workdir={work}",
        str(root),
    )
    try:
        # A mirror may be a copy of some day.
        (root / "etc/apt/apt.conf.d/90-mirror").write_text('Acquire::Check-Valid-Until "false";\n')
        archives = KEPT / "archives"
        archives.mkdir(exist_ok=True)
        downloads = f"--bind={archives}:/var/cache/apt/archives"
        _nspawn(root, "--resolv-conf=copy-host", "--pipe", downloads, "sh", "-eu", "-c", packages)
        binds = [f"--bind-ro={file}:/mnt/{file.name}" for file in files]
        command = _nspawn_command(root, "--private-network", "--console=read-only", "--boot", *binds)
        with (directory / "console.log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=_environment())
        try:
            yield Machine(root, _wait_for_init(process.pid))
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        _run("umount", "--lazy", str(root))


def _wait_for_init(nspawn: int) -> int:
    """Return the process of the machine's systemd, once it has started what it starts."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        found = subprocess.run(["pgrep", "-P", str(nspawn)], capture_output=True, text=True, check=False).stdout.split()
        if found:
            running = ["nsenter", f"--target={found[0]}", "--all", "systemctl", "is-system-running"]
            state = subprocess.run(running, capture_output=True, text=True, check=False).stdout.strip()
            if state in {"running", "degraded"}:
                return int(found[0])
        time.sleep(0.2)
    raise AssertionError("the machine did not start")


def _nspawn_command(root: Path, *arguments: str) -> list[str]:
    return ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={root}", *arguments]


def _nspawn(root: Path, *arguments: str) -> None:
    _run(*_nspawn_command(root, *arguments))


def _environment() -> dict[str, str]:
    return child_environment(SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1", DEBIAN_FRONTEND="noninteractive")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
