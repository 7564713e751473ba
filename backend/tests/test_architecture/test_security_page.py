"""What docs/security.md names as a proof exists."""

import re

from core.settings import REPOSITORY_ROOT
from tests.test_architecture.source import BACKEND


def missing_proofs(page: str) -> set[str]:
    """Return the tests and scripts that the page names and nobody wrote."""
    defined = {
        name
        for file in (BACKEND / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    tests = set(re.findall(r"`(test_\w+)`", page))
    scripts = set(re.findall(r"`(benchmarks/[\w/.]+)`", page))
    return (tests - defined) | {script for script in scripts if not (REPOSITORY_ROOT / script).is_file()}


def test_every_proof_that_the_page_names_exists() -> None:
    page = (REPOSITORY_ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert missing_proofs(page) == set()
    items = {int(number) for number in re.findall(r"^\| (\d+) ", page, re.MULTILINE)}
    assert items == set(range(1, 45))


def test_a_proof_that_nobody_wrote_is_found() -> None:
    page = "`test_that_nobody_wrote`, `benchmarks/nothing.py`, `test_a_proof_that_nobody_wrote_is_found`"
    assert missing_proofs(page) == {"test_that_nobody_wrote", "benchmarks/nothing.py"}
