"""Runs the linters of `deploy/` side by side, each on the files that it knows, and prints what they find.

    deployment.py            all linters
    deployment.py LINTER…    these

A linter that finds none of its files fails: it would pass without having looked.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
BIN = ROOT / ".venv" / "bin"
# The oldest version of Kubernetes that is maintained, and the newest.
KUBERNETES = ("1.35", "1.37")
# Caddy opens its data directory even to validate.
CADDY_DATA = str(Path(tempfile.gettempdir()) / "caddy-validate")


@dataclass(frozen=True, slots=True)
class Linter:
    """A program that is run in `deploy/` and fails when it finds something.

    Attributes:
        files: patterns of the files that it reads, below `deploy/`.
        command: what is run, followed by the files.
        each: whether it takes one file at a time.
        environment: variables that are set for it.
    """

    name: str
    files: Sequence[str]
    command: Sequence[str]
    each: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


LINTERS = (
    Linter("hadolint", ["Dockerfile"], [f"{BIN}/hadolint", "--failure-threshold", "style"]),
    Linter("yamllint", ["**/*.yaml", "**/*.yml"], [f"{BIN}/yamllint", "--strict", "--config-file", ".yamllint.yaml"]),
    Linter(
        "compose-lint",
        ["compose.yaml"],
        [
            f"{BIN}/compose-lint",
            "check",
            "--quiet",
            "--skip-suppressed",
            "--strict-config",
            "--no-env",
            "--fail-on=low",
        ],
    ),
    Linter("sh", ["**/*.sh"], ["sh", "-n"], each=True),
    *(
        Linter(
            f"kubernetes-validate {version}",
            ["kubernetes/**/*.yaml"],
            [f"{BIN}/kubernetes-validate", "--strict", "--quiet", "-k", version],
        )
        for version in KUBERNETES
    ),
    Linter(
        "caddy",
        ["caddy/Caddyfile"],
        [f"{BIN}/caddy", "validate", "--adapter", "caddyfile", "--config"],
        environment={"XDG_DATA_HOME": CADDY_DATA, "XDG_CONFIG_HOME": CADDY_DATA},
    ),
)


def main(names: Sequence[str], directory: Path = DEPLOY) -> int:
    """Run the linters named, or all of them, on `directory`, and return 1 if one found something.

    Raises:
        KeyError: there is no linter of that name.
    """
    linters = {linter.name: linter for linter in LINTERS}
    chosen = [linters[name] for name in names or linters]
    with ThreadPoolExecutor(os.cpu_count() or 2) as threads:
        found = [text for text in threads.map(lambda linter: findings(linter, directory), chosen) if text]
    print("\n\n".join(found))
    return int(bool(found))


def findings(linter: Linter, directory: Path) -> str:
    """Return what a linter says if it fails, after its name, or nothing if it passes."""
    files = sorted({str(file.relative_to(directory)) for glob in linter.files for file in directory.glob(glob)})
    if not files:
        return f"{linter.name}: there is no {' or '.join(linter.files)}"
    calls = [[file] for file in files] if linter.each else [files]
    said = [output_of([*linter.command, *call], linter.environment, directory) for call in calls]
    return "\n".join(f"{linter.name}: {text}" for text in said if text)


def output_of(command: Sequence[str], environment: Mapping[str, str], directory: Path) -> str:
    """Return what a command prints if it fails, or nothing if it succeeds."""
    done = subprocess.run(
        command, cwd=directory, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return ""
    return (done.stdout + done.stderr).strip() or f"ended with status {done.returncode}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
