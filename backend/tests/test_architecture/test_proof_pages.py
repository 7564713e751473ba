"""The proofs that docs/security.md and docs/robustness.md name exist."""

import re

import pytest

from core.settings import REPOSITORY_ROOT
from tests.test_architecture.findings import Finding, assert_none
from tests.test_architecture.source import BACKEND, OF_THE_TEMPLATE
from tests.test_architecture.test_documents import line_of


def missing_proofs(page: str) -> set[str]:
    """Return the tests and scripts that the page names and that do not exist."""
    defined = {
        name
        for file in (BACKEND / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    tests = set(re.findall(r"`(test_\w+)`", page))
    scripts = set(re.findall(r"`(benchmarks/[\w/.]+)`", page))
    return (tests - defined) | {script for script in scripts if not (REPOSITORY_ROOT / script).is_file()}


def unproved(page: str) -> list[str]:
    """Return the items of the tables whose column `proof` names neither a test nor a script."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (.*) \|$", page, re.MULTILINE)
    return [item for item, proof in rows if item != "item" and not re.match(r"`(?:test_|benchmarks/)", proof)]


@pytest.mark.parametrize("name", ["security.md", "robustness.md"])
def test_every_item_has_a_proof_and_every_proof_exists(name: str) -> None:
    page = OF_THE_TEMPLATE.sub("", (REPOSITORY_ROOT / "docs" / name).read_text(encoding="utf-8"))
    assert_none(
        Finding(
            f"docs/{name}",
            line_of(page, proof),
            "proofs-exist",
            f"`{proof}` does not exist",
            "Write its new name, or the test.",
        )
        for proof in missing_proofs(page)
    )
    assert unproved(page) == []


def test_a_proof_that_does_not_exist_is_found() -> None:
    page = "`test_that_nobody_wrote`, `benchmarks/nothing.py`, `test_a_proof_that_does_not_exist_is_found`"
    assert missing_proofs(page) == {"test_that_nobody_wrote", "benchmarks/nothing.py"}


def test_an_item_without_a_proof_is_found() -> None:
    page = (
        "| item | how | proof |\n|---|---|---|\n| one | so | `test_one` |\n| two | so |  |\n| three | so | not yet |\n"
    )
    assert unproved(page) == ["two", "three"]
