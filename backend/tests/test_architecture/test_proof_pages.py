"""What docs/security.md and docs/robustness.md name as a proof exists."""

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


SECURITY = {str(number) for number in range(1, 45)}
ROBUSTNESS = {
    "T1",
    *(f"H{number}" for number in range(1, 19)),
    *(f"D{number}" for number in range(1, 13)),
}


@pytest.mark.parametrize(("name", "items"), [("security.md", SECURITY), ("robustness.md", ROBUSTNESS)])
def test_every_item_has_its_line_and_every_proof_exists(name: str, items: set[str]) -> None:
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
    assert set(re.findall(r"^\| ([HDT]?\d+) [^|]+\| [^|]+\| `", page, re.MULTILINE)) >= items


def test_a_proof_that_does_not_exist_is_found() -> None:
    page = "`test_that_nobody_wrote`, `benchmarks/nothing.py`, `test_a_proof_that_does_not_exist_is_found`"
    assert missing_proofs(page) == {"test_that_nobody_wrote", "benchmarks/nothing.py"}
