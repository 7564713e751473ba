"""Runs the checks that need no server, side by side, and skips those whose files have not changed since they passed.

    check.py             all checks
    check.py NAME…       these, whether anything changed or not
    check.py --all       all checks, whether anything changed or not

A check is skipped only if every file that it reads has the same content as when it passed, so it would pass again. The
output of those that failed comes first; the last screen says what failed and which command fixes it.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
PYTHON = str(ROOT / ".venv" / "bin" / "python")
MAIN = (PYTHON, "main.py")
NPM = ("sh", str(ROOT / "scripts" / "bootstrap.sh"), "npm")
PYTEST = (PYTHON, "-m", "pytest", "-q", "-n", "0", "-m", "not process")
ARCHITECTURE = "tests/test_architecture"
BLOCKS = f"{ARCHITECTURE}/test_blocks.py"
# The tests of the architecture that read more than the backend.
READ_ALL = tuple(
    f"{ARCHITECTURE}/test_{name}.py"
    for name in (
        "colours",
        "connection_numbers",
        "container",
        "documents",
        "file_lengths",
        "front_end_rules",
        "kubernetes",
        "language",
        "product_name",
        "proof_pages",
        "skills",
        "surroundings",
        "systemd",
        "translations",
    )
)
# Read by every check: the installed packages, and how checks are run.
ALWAYS_READ = ("backend/requirements-dev.lock", "frontend/package-lock.json", "scripts/check.py")
# The correction for each rule, for tools that do not print it.
RULES = ROOT / "docs" / "rules.md"
# Folders with Python beside the backend. A product has no benchmarks.
PROGRAMS = [name for name in ("benchmarks", "scripts") if (ROOT / name).is_dir()]
PYTHON_FOLDERS = (".", *(f"../{name}" for name in PROGRAMS))
FORMAT = "make format"
# Python's messages for a name that a module lacks, and for a module that is missing. A circular import has another.
MISSING_NAME = re.compile(r"ImportError: cannot import name '(\w+)' from '([\w.]+)' \(")
MISSING_MODULE = re.compile(r"ModuleNotFoundError: No module named '((\w+)[\w.]*)'")
# The files that a check reads, with the digest of each.
Contents = dict[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        command: what is run in `directory`. It fails with a status other than 0.
        reads: the files and directories that decide the outcome.
        fix: what to do when it fails.
        equals: the file that the output of `command` must equal.
        narrowed: returns the command for the files that changed since the check passed, or None if it is the whole one.
    """

    name: str
    command: Sequence[str]
    reads: Sequence[str]
    fix: str
    directory: str = "backend"
    equals: str | None = None
    narrowed: Callable[[set[str]], Sequence[str] | None] = lambda _: None


def lint_changed(changed: set[str]) -> Sequence[str] | None:
    """Return the linter's command for the modules that changed, and those that import them: types may differ now."""
    if not all(re.fullmatch(r"frontend/(src|e2e)/.*(?<!\.d)\.(ts|vue)", name) for name in changed):
        return None
    files = [name for name in sorted(importers(changed)) if (ROOT / name).is_file() and "/generated/" not in name]
    linted = [name.removeprefix("frontend/") for name in files]
    return (*NPM, "exec", "--", "eslint", "--max-warnings", "0", *(linted or ["eslint.config.js"]))


# The longest first, so that no check is left running alone at the end.
CHECKS = (
    Check(
        "front-end lint",
        (*NPM, "run", "--silent", "lint"),
        ["frontend"],
        "make format, and correct what it leaves",
        narrowed=lint_changed,
    ),
    Check("Python types", (PYTHON, "../scripts/python_types.py"), ["backend", *PROGRAMS], "correct the types"),
    Check("front-end types", (*NPM, "run", "--silent", "type-check"), ["frontend"], "correct the types"),
    Check(
        "architecture",
        (*PYTEST, ARCHITECTURE, *(f"--ignore={file}" for file in (BLOCKS, *READ_ALL))),
        ["backend", ".env.example", "docs/rules.md"],
        "write what the message says",
    ),
    Check("blocks", (*PYTEST, BLOCKS), [""], "write what the message says"),
    Check("documents", (*PYTEST, *READ_ALL), [""], "write what the message says"),
    Check(
        "generated documents",
        (PYTHON, "../scripts/docs/generate.py", "--check"),
        ["backend", "Makefile", "docs/reference", "docs/images", "scripts/docs"],
        FORMAT,
    ),
    Check(
        "documentation site",
        (PYTHON, "../scripts/docs/website.py"),
        ["docs", "README.md", "scripts/docs", "backend/core/product.py"],
        "write what the message says",
    ),
    Check(
        "deployment files",
        (PYTHON, "../scripts/deployment.py"),
        ["deploy", "scripts/deployment.py"],
        "write what the message says",
    ),
    Check("front-end format", (*NPM, "run", "--silent", "format:check"), ["frontend"], FORMAT),
    Check(
        "messages",
        (PYTHON, "../scripts/messages.py"),
        ["frontend/src", "scripts/messages.py"],
        "write what the message says",
    ),
    Check("API client", (*NPM, "run", "--silent", "generate:check"), ["frontend"], FORMAT),
    Check("API document", (*MAIN, "openapi"), ["backend"], FORMAT, equals="frontend/openapi.json"),
    Check("migrations", (*MAIN, "check-migrations"), ["backend"], "write what the message says"),
    Check("settings example", (*MAIN, "env-example"), ["backend"], FORMAT, equals=".env.example"),
    Check("layers", (str(ROOT / ".venv/bin/lint-imports"),), ["backend"], "import downwards: docs/ARCHITECTURE.md"),
    Check("rules", (PYTHON, "-m", "rules"), ["backend", ".env.example"], "write what the message says: docs/rules.md"),
    Check(
        "Python lint",
        (PYTHON, "-m", "ruff", "check", *PYTHON_FOLDERS),
        ["backend", *PROGRAMS],
        "make format, and correct what it leaves",
    ),
    Check(
        "Python format", (PYTHON, "-m", "ruff", "format", "--check", *PYTHON_FOLDERS), ["backend", *PROGRAMS], FORMAT
    ),
)


class Record:
    """The files that each check read when it passed, kept between runs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed: dict[str, Contents] = self._load()

    def changed(self, check: Check, contents: Contents) -> set[str] | None:
        """Return the names of the files that changed since the check passed, or None if it never did."""
        before = self._passed.get(check.name)
        if before is None:
            return None
        return {name for name in before.keys() | contents.keys() if before.get(name) != contents.get(name)}

    def store(self, passed: Mapping[str, Contents], failed: Iterable[str]) -> None:
        """Keep what checks read that passed; what failed is run as a whole next time."""
        self._passed = {name: read for name, read in {**self._passed, **passed}.items() if name not in set(failed)}
        self._file.parent.mkdir(exist_ok=True)
        self._file.write_text(json.dumps(self._passed))

    def _load(self) -> dict[str, Contents]:
        try:
            return dict(json.loads(self._file.read_text()))
        except (OSError, ValueError):
            return {}


def main(arguments: Sequence[str]) -> int:
    """Run the checks and return 1 if one failed."""
    names = [argument for argument in arguments if argument != "--all"]
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        print(
            f"There is no check {', '.join(sorted(unknown))}. There are: {', '.join(check.name for check in CHECKS)}."
        )
        return 2
    chosen = [check for check in CHECKS if not names or check.name in names]
    return run_all(chosen, Record(ROOT / ".venv" / "checks-passed.json"), is_skipping=not arguments)


def run_all(checks: Sequence[Check], record: Record, *, is_skipping: bool) -> int:
    """Run the checks that are due, as many at once as there are cores, and return 1 if one failed."""
    started = time.monotonic()
    read = read_by(checks)
    changed = {check.name: record.changed(check, read[check.name]) if is_skipping else None for check in checks}
    due = [check for check in checks if changed[check.name] != set()]
    with ThreadPoolExecutor(os.cpu_count() or 2) as threads:
        ended = list(zip(due, threads.map(lambda check: run(check, changed[check.name]), due), strict=True))
    failed = [(check, failure) for check, failure in ended if failure is not None]
    passed = {check.name: read[check.name] for check, failure in ended if failure is None}
    record.store(passed, failed=[check.name for check, _ in failed])
    report(failed, len(passed), len(checks) - len(due), time.monotonic() - started)
    return int(bool(failed))


def run(check: Check, changed: set[str] | None) -> str | None:
    """Run one check, on what `changed` if that is enough. Print a line about it; return what it says if it failed."""
    started = time.monotonic()
    command = (check.narrowed(changed) if changed else None) or check.command
    done = subprocess.run(command, cwd=ROOT / check.directory, capture_output=True, text=True, check=False)
    failure = failure_of(check, done)
    print(f"  {'FAILED' if failure else 'ok    '} {time.monotonic() - started:5.1f} s  {check.name}", flush=True)
    return failure


def failure_of(check: Check, done: "subprocess.CompletedProcess[str]") -> str | None:
    """Return what a failed check says, or None if it passed."""
    if done.returncode != 0:
        return (done.stdout + done.stderr).strip() or f"ended with status {done.returncode}"
    if check.equals is not None and (ROOT / check.equals).read_text() != done.stdout:
        return f"{check.equals} is out of date."
    return None


def remedies(failure: str) -> list[str]:
    """Return what docs/rules.md says to write about the codes of ruff and mypy in a failure."""
    if not RULES.exists():
        return []
    rows = [line.split(" | ") for line in RULES.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    codes = set(re.findall(r"\b[A-Z]{1,5}[0-9]{3,4}\b|(?<=\[)[a-z-]+(?=\]$)", failure, re.MULTILINE))
    checks = [(row, row[2].strip("`").split()) for row in rows]
    return [
        f"{row[0].strip('| `')}: {row[3].rstrip(' |')}"
        for row, (tool, *named) in checks
        if tool in {"ruff", "mypy"} and codes & set(named)
    ]


def report(failed: Sequence[tuple[Check, str]], passed: int, unchanged: int, seconds: float) -> None:
    """Print what failed and how to fix it."""
    for check, failure in failed:
        print("\n".join([f"\n── {check.name} ──\n{failure}", *remedies(failure)]))
    print(f"\n{passed} passed, {unchanged} unchanged, {len(failed)} failed in {seconds:.0f} s")
    for check, failure in failed:
        print(f"  {check.name}: {fix_of(check, failure)}")


def fix_of(check: Check, failure: str) -> str:
    """Return what to do about a failure. One of an import stops checks that are about something else."""
    if missing := MISSING_NAME.search(failure):
        return f"write `{missing[1]}` in `{missing[2]}`, or delete what imports it"
    if (missing := MISSING_MODULE.search(failure)) and (ROOT / "backend" / missing[2]).is_dir():
        return f"write the module `{missing[1]}`, or delete what imports it"
    return check.fix


def read_by(checks: Iterable[Check]) -> dict[str, Contents]:
    """Return what each check reads, its own command and this Python included."""
    digests = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in source_files()}
    return {check.name: contents_of(check, digests) for check in checks}


def contents_of(check: Check, digests: Contents) -> Contents:
    """Return the digests of the files that `check` reads."""
    paths = [PurePosixPath(path) for path in (*ALWAYS_READ, *check.reads, *filter(None, [check.equals]))]
    read = {
        name: digest for name, digest in digests.items() if any(PurePosixPath(name).is_relative_to(p) for p in paths)
    }
    return {**read, "how it is run": " ".join([sys.version, *check.command])}


def source_files() -> list[str]:
    """Return the names of all files that git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if listed.returncode != 0:  # no clone: look at every file that is no cache
        found = (path for path in ROOT.rglob("*") if not {".venv", "node_modules", "var"} & {*path.parts})
        return [path.relative_to(ROOT).as_posix() for path in found if path.is_file()]
    return [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


def importers(changed: set[str]) -> set[str]:
    """Return the front end's modules that changed, and all that import them, directly or not."""
    imports = {
        name: imported_by(name) for name in source_files() if re.match(r"frontend/(src|e2e)/.*\.(ts|vue)$", name)
    }
    found = set(changed)
    while added := {name for name, imported in imports.items() if name not in found and imported & found}:
        found |= added
    return found


def imported_by(name: str) -> set[str]:
    """Return the files which the module `name` may mean by what it imports."""
    text = (ROOT / name).read_text()
    return {
        file
        for path in re.findall(r"""(?:from|import)\s*\(?\s*['"]([./@][^'"]*)['"]""", text)
        for file in files_of(name, path)
    }


def files_of(importer: str, path: str) -> list[str]:
    """Return the files that an import path may mean."""
    base = (
        path.replace("@/", "frontend/src/", 1) if path.startswith("@/") else f"{PurePosixPath(importer).parent}/{path}"
    )
    name = os.path.normpath(base)
    return [name, f"{name}.ts", f"{name}/index.ts", f"{name}.vue"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
