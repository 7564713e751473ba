"""A clone of the repository, with what is not committed yet, in which documents are followed."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core import product
from core.settings import REPOSITORY_ROOT
from embedded.process import command_line

# Runs the clone's own bootstrap without its steps, so that it takes the linked packages for installed.
TAKE_FOR_INSTALLED = "import bootstrap; bootstrap.install = bootstrap.run = lambda *a, **k: None; bootstrap.make_node()"
# Of tools, which then look only at what changes.
CACHES = ("backend/.mypy_cache", "backend/.ruff_cache", "frontend/node_modules/.tmp", ".venv/checks-passed.json")
AUTHOR = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com"}
COMMITTER = {"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com"}


class CommandFailed(AssertionError):
    """A command ended with a status other than 0."""


class Clone:
    """The clone. It shares the installed packages and the servers of tests with the repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        _run("git", "clone", "--quiet", "--shared", str(REPOSITORY_ROOT), str(root), directory=REPOSITORY_ROOT)
        self._commit_what_is_not_committed()
        self._link_packages()
        for cache in CACHES:
            self._copy(cache)

    def run(self, script: str) -> str:
        """Run a shell script as a reader would, and return what it prints.

        Raises:
            CommandFailed: it failed.
        """
        return _run("sh", "-eu", "-c", script, directory=self.root)

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    @contextmanager
    def running(self, command: str, *, port: int) -> Iterator[Path]:
        """Run a program until the block ends, and yield the file of what it prints."""
        log = self.root / "var" / "running.log"
        with log.open("w") as output:
            program = subprocess.Popen(
                command_line(["/bin/sh", "-c", f"exec {command}"], death_signal=signal.SIGTERM),
                cwd=self.root,
                env=terminal(PORT=str(port)),
                stdout=output,
                stderr=output,
            )
        try:
            yield log
        finally:
            program.terminate()
            program.wait(timeout=30)

    def _commit_what_is_not_committed(self) -> None:
        listed = _run(
            "git", "ls-files", "-z", "--modified", "--others", "--exclude-standard", directory=REPOSITORY_ROOT
        )
        for name in filter(None, listed.split("\0")):
            (self.root / name).unlink(missing_ok=True)
            self._copy(name)
        self.run("git add --all && git commit --quiet --allow-empty --message 'What was not committed'")

    def _link_packages(self) -> None:
        """Link what `make node` would install. What it writes beside that is the clone's own."""
        self._link_each(".venv", only=("lib", "lib64", "include", "share", "pyvenv.cfg"))
        self._link_each(".venv/bin", but=(product.SLUG,))
        self._link_each("frontend/node_modules", but=(".stamp", ".build-stamp", ".tmp", ".cache", ".vite"))
        servers = REPOSITORY_ROOT / "var" / "test"
        servers.mkdir(parents=True, exist_ok=True)
        (self.root / "var").mkdir()
        (self.root / "var" / "test").symlink_to(servers)
        python = self.root / ".venv" / "bin" / "python"
        _run(str(python), "-c", TAKE_FOR_INSTALLED, directory=self.root / "scripts")

    def _link_each(self, directory: str, *, only: Iterable[str] = (), but: Iterable[str] = ()) -> None:
        (self.root / directory).mkdir(parents=True)
        for entry in (REPOSITORY_ROOT / directory).iterdir():
            if entry.name not in but and (not only or entry.name in only):
                (self.root / directory / entry.name).symlink_to(entry)

    def _copy(self, name: str) -> None:
        source, target = REPOSITORY_ROOT / name, self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy2(source, target)


def terminal(**variables: str) -> dict[str, str]:
    """Return the variables of a new terminal."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**inherited, **AUTHOR, **COMMITTER, **variables}


def _run(*command: str, directory: Path) -> str:
    done = subprocess.run(command, cwd=directory, env=terminal(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CommandFailed(f"`{command[-1]}` ended with status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout
