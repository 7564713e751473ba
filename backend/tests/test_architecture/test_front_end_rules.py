"""The rules of the front end find their violations, each at its line; look-alikes pass.

One run of its linter reads all.

A violation is `violations_front_end/RULE/DISGUISE.ts.txt` or `.vue.txt`; `<- here` in a comment ends the line that must
be found. docs/rules.md lists the rules with the linter's own names.
"""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.test_architecture.corpus import RULES_PAGE
from tests.test_architecture.source import BACKEND

FRONT_END = BACKEND.parent / "frontend"
VIOLATIONS = Path(__file__).parent / "violations_front_end"
LOOK_ALIKES = "look_alikes"
ROW = re.compile(r"^\| \*([a-z-]+)\* \| [^|]+ \| eslint ((?:`[^`]+`,? ?)+)\|", re.MULTILINE)


def documented() -> dict[str, list[str]]:
    """Return what the linter calls each rule of the front end."""
    page = RULES_PAGE.read_text(encoding="utf-8")
    return {rule: re.findall(r"`([^`]+)`", names) for rule, names in ROW.findall(page)}


def cases() -> list[Path]:
    return sorted(VIOLATIONS.glob("*/*.txt"))


def file_of(case: Path) -> str:
    """Return where a case stands in the copy of the front end."""
    return f"src/utils/{case.parent.name}_{case.name.removesuffix('.txt')}"


@pytest.fixture
def front_end(tmp_path: Path) -> Path:
    """A copy of the front end with all cases."""
    copy = tmp_path / "frontend"
    shutil.copytree(FRONT_END, copy, ignore=shutil.ignore_patterns("node_modules", "dist", "e2e", "public"))
    (copy / "node_modules").symlink_to(FRONT_END / "node_modules")
    for case in cases():
        (copy / file_of(case)).write_text(case.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


def linted(front_end: Path) -> dict[str, list[dict[str, Any]]]:
    """Return what the linter finds in each case."""
    lint = shlex.join(["eslint", "--format", "json", *map(file_of, cases())])
    npm = ["sh", str(BACKEND.parent / "scripts" / "bootstrap.sh"), "npm", "exec", "--silent", "-c"]
    command = [*npm, f"cd {shlex.quote(str(front_end))} && {lint}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    files = json.loads(run.stdout[run.stdout.index("[{") :])
    return {Path(file["filePath"]).relative_to(front_end).as_posix(): file["messages"] for file in files}


def misjudged(case: Path, messages: list[dict[str, Any]], rules: list[str]) -> list[str]:
    """Return what is wrong with how a case was found."""
    lines = case.read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if "<- here" in line}
    found = {(message["line"], message["ruleId"]) for message in messages}
    return [
        *(f"{case.name}: nothing finds it in line {line}" for line in marked - {line for line, _ in found}),
        *(f"{case.name}:{line}: also found: {rule}" for line, rule in found if line not in marked or rule not in rules),
    ]


@pytest.mark.process
@pytest.mark.timeout(180)
def test_each_violation_of_the_front_end_is_found_by_its_rule_and_by_no_other(front_end: Path) -> None:
    rules, found = documented(), linted(front_end)
    wrong = [
        line for case in cases() for line in misjudged(case, found[file_of(case)], rules.get(case.parent.name, []))
    ]
    assert wrong == [], "\n".join(wrong)


def test_every_rule_of_the_front_end_has_a_violation_and_every_violation_a_rule() -> None:
    violated = {case.parent.name for case in cases()} - {LOOK_ALIKES}
    assert violated == set(documented()), "add violations, or rows to docs/rules.md"
