"""Every rule of docs/rules.md finds its violations, each at its place and no other check does; look-alikes pass."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.__main__ import rules
from tests.test_architecture.corpus import (
    LOOK_ALIKES,
    Case,
    Documented,
    Found,
    apply,
    cases,
    copy_code,
    documented_rules,
    findings_of_tests,
    findings_of_types,
    static_findings,
)
from tests.test_architecture.import_graph import PACKAGES
from tests.test_architecture.source import BACKEND

STATIC = ("rules", "ruff", "mypy")


def misjudged(case: Case, own: set[str], marked: set[tuple[str, int]], found: list[Found], rule: Documented | None) -> Iterator[str]:  # fmt: skip
    """Yield what is wrong with how a violation or a look-alike was found."""
    codes = set(rule.codes) if rule else set()
    at_marks = {place: {each.rule for each in found if (each.file, each.line) == place} for place in marked}
    for (file, line), rules_there in at_marks.items():
        if not rules_there & codes:
            yield f"{case.name}: nothing finds {case.rule} at {file}:{line}"
    for each in found:
        if each.rule not in codes and (each.file in own or (each.file, each.line) in marked):
            yield f"{case.name}: also found: {each}"


@pytest.mark.process
@pytest.mark.timeout(600)
def test_each_violation_is_found_by_its_check_and_by_no_other(tmp_path: Path) -> None:
    documented = documented_rules()
    read, tested = tmp_path / "read", tmp_path / "tested"
    copy_code(read, PACKAGES)
    by_test = [case for case in cases() if case.rule != LOOK_ALIKES and documented[case.rule].tool not in STATIC]
    wrong = judged([case for case in cases() if case not in by_test], read, documented)
    if by_test:
        copy_code(tested, PACKAGES)
        shutil.copytree(BACKEND / "tests", tested / "tests", ignore=shutil.ignore_patterns("__pycache__", "violations"))
        wrong += judged(by_test, tested, documented)
    assert wrong == [], "\n".join(wrong)


def judged(chosen: list[Case], tree: Path, documented: dict[str, Documented]) -> list[str]:
    """Apply violations and look-alikes to `tree`, run the checks, and return what is wrong with what they find."""
    applied = apply(chosen, tree)
    found = static_findings(tree)
    typed = [case for case in chosen if case.rule != LOOK_ALIKES and documented[case.rule].tool == "mypy"]
    if typed:
        found += findings_of_types(tree, set().union(*(applied[case][0] for case in typed)))
    tests = sorted({documented[case.rule].tool for case in chosen if case.rule != LOOK_ALIKES} - set(STATIC))
    if tests:
        found += findings_of_tests(tree, tests)
    return [
        message
        for case, (own, marked) in applied.items()
        for message in misjudged(case, own, marked, found, documented.get(case.rule))
    ]


def test_every_rule_has_a_violation_and_every_violation_a_rule() -> None:
    documented, violated = set(documented_rules()), {case.rule for case in cases()} - {LOOK_ALIKES}
    assert violated == documented, (
        f"add violations of {sorted(documented - violated)}; add rows to docs/rules.md for {sorted(violated - documented)}"
    )


def test_the_page_says_what_the_checks_print() -> None:
    documented = documented_rules()
    printed = {rule.name: rule.instead for rule in rules()}
    assert printed == {name: row.instead for name, row in documented.items() if row.tool == "rules"}


def test_every_violation_marks_a_line_and_no_look_alike_does() -> None:
    assert [case.name for case in cases() if ("# <- here" in case.path.read_text()) == (case.rule == LOOK_ALIKES)] == []
