"""The corpus of violations: files that break one rule each, applied to a copy of the code on which the checks then run.

A violation is `violations/RULE/DISGUISE.py.txt`; no tool reads `.txt` by accident. It has one or more sections:
`# file:` for a new file, `# append:` for the end of an existing one, and ``# insert after `LINE`:`` for the place
behind a line that an existing file has once. `# <- here` ends each line that must be found:

    # file: service/note_service.py
    import os as operating_system

    HOME = operating_system.environ["HOME"]  # <- here

A new file gets a number in front of its name, so that any two violations fit into one copy. Look-alikes resemble a
violation and must not be found.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.test_architecture.source import BACKEND, tool

VIOLATIONS = Path(__file__).parent / "violations"
LOOK_ALIKES = "look_alikes"
RULES_PAGE = BACKEND.parent / "docs" / "rules.md"
HERE = "# <- here"
_SECTION = re.compile(r"^# (?:(file|append)|insert after `([^`\n]+)`): (\S+)\n", re.MULTILINE)
_FINDING = re.compile(
    r"^(?:E\s+)?(?P<file>[\w/.-]+):(?P<line>\d+): (?P<rule>[a-z0-9-]+): (?P<message>.+)$", re.MULTILINE
)
_RUFF = re.compile(r"^(?P<file>[\w/.-]+):(?P<line>\d+):\d+: (?P<rule>[A-Z]+\d+) (?P<message>.+)$", re.MULTILINE)
_MYPY = re.compile(r"^(?P<file>[\w/.-]+):(?P<line>\d+): error: (?P<message>.+?)  \[(?P<rule>[\w-]+)\]$", re.MULTILINE)
# Read by the checks, beside the packages of the code.
_ALSO_READ = ("pyproject.toml", "main.py", "rules", "translations")


@dataclass(frozen=True, slots=True)
class Documented:
    """A row of docs/rules.md."""

    rule: str
    why: str
    check: str
    instead: str

    @property
    def tool(self) -> str:
        """The check: `rules`, `ruff`, `mypy`, `import-linter`, or a test of the architecture."""
        return self.check.split()[0]

    @property
    def codes(self) -> list[str]:
        """The check's name for the rule, if it has names of its own."""
        return self.check.split()[1:] or [self.rule]


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A finding in the copy."""

    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a case: the lines of a new file, or lines for an existing one."""

    kind: str
    behind: str
    file: str
    code: str

    @property
    def is_new(self) -> bool:
        """Whether the file does not exist without it."""
        return self.kind == "file"

    def write(self, tree: Path) -> None:
        """Write it into `tree`."""
        path = tree / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "" if self.is_new else path.read_text(encoding="utf-8")
        if self.behind:
            assert text.count(f"{self.behind}\n") == 1, f"{self.file} has not one line `{self.behind}`"
            text = text.replace(f"{self.behind}\n", f"{self.behind}\n{self.code}")
        else:
            text += f"\n\n{self.code}" if text else self.code
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Case:
    """A violation or a look-alike."""

    path: Path
    number: int

    @property
    def rule(self) -> str:
        """The rule that it breaks."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """How a failure names it."""
        return f"violations/{self.rule}/{self.path.name}"

    @property
    def mark(self) -> str:
        """The end of its lines in the copy that must be found."""
        return f"# violation {self.number}"

    def sections(self) -> list[Section]:
        """Return its parts, with a number in the name of each new module."""
        _, *parts = _SECTION.split(self.path.read_text(encoding="utf-8"))
        found = list(zip(parts[::4], parts[1::4], parts[2::4], parts[3::4], strict=True))
        assert found, f"{self.name} has no section: write `# file: service/note_service.py` above its code"
        stems = {Path(file).stem for kind, _, file, _ in found if kind == "file"} - {"__init__"}
        return [self._numbered(stems, kind or "", behind or "", file, code) for kind, behind, file, code in found]

    def _numbered(self, stems: set[str], kind: str, behind: str, file: str, code: str) -> Section:
        path = Path(file)
        for stem in stems:
            code = re.sub(rf"\b{stem}\b(?!/)", f"v{self.number}_{stem}", code)
        if path.stem in stems:
            path = path.with_name(f"v{self.number}_{path.name}")
        return Section(kind, behind, path.as_posix(), code.replace(HERE, self.mark).strip("\n") + "\n")


def cases() -> list[Case]:
    """Return all violations and look-alikes."""
    return [Case(path, number) for number, path in enumerate(sorted(VIOLATIONS.glob("*/*.py.txt")), start=1)]


def documented_rules() -> dict[str, Documented]:
    """Return the rows of docs/rules.md by rule."""
    text = RULES_PAGE.read_text(encoding="utf-8")
    rows = [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    found = [Documented(row[0].strip("`"), row[1], row[2].strip("`"), row[3]) for row in rows if len(row) == 4]
    return {row.rule: row for row in found}


def apply(chosen: Iterable[Case], tree: Path) -> dict[Case, tuple[set[str], set[tuple[str, int]]]]:
    """Write cases into `tree`; return the files that each one brings, and the places that must be found."""
    parts = {case: case.sections() for case in chosen}
    for section in [section for sections in parts.values() for section in sections]:
        section.write(tree)
    return {
        case: ({each.file for each in sections if each.is_new}, set(_marked(case.mark, sections, tree)))
        for case, sections in parts.items()
    }


def _marked(mark: str, sections: list[Section], tree: Path) -> Iterator[tuple[str, int]]:
    for file in {section.file for section in sections}:
        for number, line in enumerate((tree / file).read_text(encoding="utf-8").splitlines(), start=1):
            if line.endswith(mark):
                yield file, number


def copy_code(tree: Path, packages: Iterable[str]) -> None:
    """Copy what the checks read into `tree`."""
    for name in (*packages, *_ALSO_READ):
        source = BACKEND / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, tree / name)
    shutil.copy2(BACKEND.parent / ".env.example", tree.parent)


def static_findings(tree: Path) -> list[Found]:
    """Return what the checks find that only read the code; where imports stand is no matter of the corpus."""
    commands = {
        _FINDING: [sys.executable, "-m", "rules"],
        _RUFF: [tool("ruff"), "check", "--output-format=concise", "--ignore=E402,I001"],
    }
    running = {
        pattern: subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for pattern, command in commands.items()
    }
    found = []
    for pattern, program in running.items():
        printed, errors = program.communicate()
        assert program.returncode in {0, 1}, errors
        found += [*_read(pattern, printed)]
    return found


def findings_of_types(tree: Path, files: Iterable[str]) -> list[Found]:
    """Return what mypy finds in some files of the copy."""
    command = [sys.executable, "-m", "mypy", "--no-incremental", "--no-error-summary", *sorted(files)]
    ended = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert ended.returncode in {0, 1}, ended.stdout + ended.stderr
    return [*_read(_MYPY, ended.stdout)]


def findings_of_tests(tree: Path, tests: Iterable[str]) -> list[Found]:
    """Return what the tests of the architecture find, called by the names of their files."""
    files = [f"tests/test_architecture/{name}.py" for name in tests]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *files]
    ended = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert ended.returncode in {0, 1}, ended.stdout + ended.stderr
    return [*_read(_FINDING, ended.stdout)]


def _read(pattern: re.Pattern[str], printed: str) -> Iterator[Found]:
    for match in pattern.finditer(printed):
        yield Found(match["file"], int(match["line"]), match["rule"], match["message"])
