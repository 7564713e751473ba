"""The image: what its Dockerfile says, and its roots, in which programs run as a container engine would run them."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.settings import REPOSITORY_ROOT

DEPLOY = REPOSITORY_ROOT / "deploy"
DOCKERFILE = DEPLOY / "Dockerfile"
SUITE = "trixie"
MIRROR = "http://deb.debian.org/debian"
# Needed by a build in a root. An engine provides its own.
AUTHORITIES = Path("/usr/local/share/ca-certificates")
TOOLS = ("debootstrap", "unshare", "setpriv")

INSTRUCTION = re.compile(r"^([A-Z]+) (.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """The instructions of the last stage of the Dockerfile about running it."""

    environment: Mapping[str, str]
    entrypoint: Sequence[str]
    command: Sequence[str]
    health_check: Sequence[str]
    user: str
    port: str
    stop_signal: str
    directory: str
    labels: Sequence[str]


def image_config() -> ImageConfig:
    """Return what the Dockerfile says."""
    said: dict[str, str] = dict(last_stage(DOCKERFILE.read_text()))
    return ImageConfig(
        environment=dict(word.split("=", 1) for word in shlex.split(said["ENV"])),
        entrypoint=json.loads(said["ENTRYPOINT"]),
        command=json.loads(said["CMD"]),
        health_check=json.loads(said["HEALTHCHECK"].partition("CMD ")[2]),
        user=said["USER"],
        port=said["EXPOSE"],
        stop_signal=said["STOPSIGNAL"],
        directory=said["WORKDIR"],
        labels=[word.split("=", 1)[0] for word in shlex.split(said["LABEL"])],
    )


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Yield the instructions and their arguments, without comments, each on one line."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    for instruction in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if match := INSTRUCTION.match(instruction):
            yield match[1], match[2]


def last_stage(dockerfile: str) -> list[tuple[str, str]]:
    """Return the instructions of the last stage."""
    found = list(instructions(dockerfile))
    start = max(index for index, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


def needs() -> str:
    """Return what this machine lacks to make roots and run programs in them, or nothing."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return ", ".join(missing)
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False)
    return "" if os.geteuid() == 0 and tried.returncode == 0 else "root, and the right to make namespaces"


def make_base(directory: Path) -> None:
    """Make the root that `FROM` names: a minimal Debian, with the certificate authorities of this machine."""
    _run(["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, directory, MIRROR])
    own = directory / AUTHORITIES.relative_to("/")
    shutil.copytree(AUTHORITIES, own, dirs_exist_ok=True)
    _run(["chroot", directory, "/usr/bin/env", "-u", "TMPDIR", "update-ca-certificates"])


def copy_sources(directory: Path) -> None:
    """Copy what is built: the files that git tracks or would track."""
    listed = _run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=REPOSITORY_ROOT)
    for name in filter(None, listed.split("\0")):
        source, target = REPOSITORY_ROOT / name, directory / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def build_in(root: Path) -> None:
    """Run the steps of the image in a root that has the base and, in /src, the sources."""
    for name in ("resolv.conf", "hosts"):
        shutil.copy2(Path("/etc", name), root / "etc" / name)
    _run(
        [
            *("unshare", "--mount", "--pid", "--fork", "sh", "-euc", IN_ROOT, "sh", root),
            *("/usr/bin/env", "--ignore-environment", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
            *("/src/deploy/image.sh", "all"),
        ]
    )


@dataclass
class Root:
    """A file system in which programs run as the image says: account, environment, two writable folders.

    Attributes:
        path: where it is.
        var: what becomes VAR_DIRECTORY.
        sockets: a directory of this machine that is there under the same path, below /tmp.
    """

    path: Path
    var: Path
    sockets: Path
    config: ImageConfig = field(default_factory=image_config)

    def __post_init__(self) -> None:
        user, _, group = self.config.user.partition(":")
        self.var.mkdir(parents=True, exist_ok=True)
        os.chown(self.var, int(user), int(group))

    def command(self, words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        """Return the command that runs `words` in the root as process 1, without capabilities."""
        user, _, group = self.config.user.partition(":")
        variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", **self.config.environment, **environment}
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", MOUNT),
            *("sh", str(self.path), str(self.var), str(self.sockets), variables["VAR_DIRECTORY"]),
            *("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs"),
            *("--bounding-set=-all", "--inh-caps=-all", "/usr/bin/env", "--ignore-environment"),
            f"--chdir={self.config.directory}",
            *(f"{name}={value}" for name, value in variables.items()),
            *words,
        ]

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the program to its end."""
        command = self.command([*self.config.entrypoint, *arguments], environment)
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def health(self, **environment: str) -> int:
        """Return the exit status of the health check."""
        return subprocess.run(self.command(self.config.health_check, environment), check=False).returncode

    @contextmanager
    def started(self, *arguments: str, log: Path, **environment: str) -> Iterator["Program"]:
        """Start a command of the program, and kill it at the end if it still runs."""
        with log.open("wb") as output:
            command = self.command([*self.config.entrypoint, *arguments], environment)
            program = Program(subprocess.Popen(command, stdout=output, stderr=output), self.config.stop_signal)
        try:
            yield program
        finally:
            program.process.kill()
            program.process.wait()


# $1 root; then what to run in it.
IN_ROOT = """
root=$1
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"
"""
# $1 root, $2 var, $3 sockets, $4 VAR_DIRECTORY; then what to run in it.
MOUNT = """
root=$1 var=$2 sockets=$3 directory=$4
shift 4
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root$sockets"
mount --bind "$sockets" "$root$sockets"
mount --bind "$var" "$root$directory"
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
"""


@dataclass
class Program:
    """A running program of a root."""

    process: "subprocess.Popen[bytes]"
    stop_signal: str

    def stop(self, *, within: float) -> int:
        """Send the image's stop signal to process 1 of the root, as an engine does, and return the exit status."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.Signals[self.stop_signal])
        return self.process.wait(timeout=within)


def tree_of(directory: Path) -> dict[str, Any]:
    """Return what is below a directory: mode and owner of each entry, and the content or target.

    Of bytecode it is not the content, which depends on what else the same process compiled.
    """
    return {
        str(path.relative_to(directory)): (
            oct(path.lstat().st_mode),
            path.lstat().st_uid,
            path.readlink()
            if path.is_symlink()
            else path.read_bytes()
            if path.is_file() and path.suffix != ".pyc"
            else None,
        )
        for path in directory.rglob("*")
    }


def _run(command: Sequence[str | Path], **options: Any) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    output: str = done.stdout
    return output
