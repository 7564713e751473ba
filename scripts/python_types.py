"""Checks the types of all Python: the backend, and the programs beside it.

A program beside the backend imports the backend, and the modules of its own folder. All are checked in one run, which
reads the backend once, so two modules in these folders may not have the same name.
"""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A product has no benchmarks.
PROGRAMS = ("benchmarks", "scripts")


def main(root: Path = ROOT) -> int:
    """Run mypy and return its status."""
    backend = root / "backend"
    settings = tomllib.loads((backend / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    files = [os.path.relpath(file, backend) for name in PROGRAMS for file in sorted((root / name).rglob("*.py"))]
    files = [file for file in files if "node_modules" not in file]
    unreadable = [file for file in files if not can_be_read(backend / file)]
    if unreadable:
        return 1
    folders = sorted({str(Path(file).parent) for file in files})
    command = [sys.executable, "-m", "mypy", "--explicit-package-bases", *settings["files"], *files]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(folders)}
    return subprocess.run(command, cwd=backend, env=environment, check=False).returncode


def can_be_read(file: Path) -> bool:
    """Whether this Python knows the syntax of a file; print what it does not.

    mypy accepts that of newer Pythons as well.
    """
    try:
        ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        print(f"{file}:{error.lineno}: {error.msg}")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
