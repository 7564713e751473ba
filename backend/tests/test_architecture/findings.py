"""What a check found, said in one way: where it is, which rule it breaks, what is wrong and what to write instead.

    api/routes/notes.py:12: route-response: get_note returns `dict`. Write `-> Data[NoteResponse]`.

The rules are listed in docs/rules.md.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.test_architecture.source import BACKEND


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A place that breaks a rule.

    Attributes:
        file: its path below `backend`, or below the repository for other files.
        rule: the rule's name in docs/rules.md.
        wrong: what is wrong, without a full stop.
        instead: what to write instead, as a sentence.
    """

    file: str
    line: int
    rule: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.wrong}. {self.instead}"


def found_at(place: type | Callable[..., Any] | ModuleType, rule: str, wrong: str, instead: str) -> Finding:
    """Return a finding about a class, a function or a module that was imported."""
    file = Path(inspect.getsourcefile(place) or "")
    shown = file.relative_to(BACKEND) if file.is_relative_to(BACKEND) else file
    line = 1 if isinstance(place, ModuleType) else inspect.getsourcelines(place)[1]
    return Finding(shown.as_posix(), line, rule, wrong, instead)


def report(findings: Iterable[Finding]) -> None:
    """Fail with a line for each finding, if there is one."""
    lines = [str(finding) for finding in sorted(set(findings))]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)
