"""The code keeps the rules of `backend/rules/`. The corpus of violations proves that each of them bites."""

from rules.__main__ import findings
from tests.test_architecture.findings import assert_none
from tests.test_architecture.source import BACKEND


def test_the_code_keeps_every_rule() -> None:
    assert_none(findings(BACKEND))
