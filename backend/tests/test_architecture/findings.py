"""The findings of checks in one form: the place, the rule, the fault and the correction.

    api/routes/notes.py:12: route-response: get_note returns `dict`. Write `-> Data[NoteResponse]`.

The rules are listed in docs/rules.md, and `backend/rules/` has those that need no running program.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from rules.findings import Finding
from tests.test_architecture.source import BACKEND

__all__ = ["Finding", "assert_none", "file_of", "found_at"]

Place: TypeAlias = type | Callable[..., Any] | ModuleType


def found_at(place: Place, rule: str, wrong: str, instead: str, *, name: str = "") -> Finding:
    """Return a finding about a class, a function or a module that was imported, or about `name` that it assigns."""
    return Finding(file_of(place), _line_of(place, name), rule, wrong, instead)


def file_of(place: Place) -> str:
    """Return the file of a class, a function or a module, below `backend` if it is there."""
    file = Path(inspect.getsourcefile(place) or "")
    return (file.relative_to(BACKEND) if file.is_relative_to(BACKEND) else file).as_posix()


def _line_of(place: Place, name: str) -> int:
    lines, first = inspect.getsourcelines(place)
    assigned = re.compile(rf"\s*{re.escape(name)}\s*[:=]")
    found = [number for number, line in enumerate(lines, max(first, 1)) if name and assigned.match(line)]
    return found[0] if found else max(first, 1)


def assert_none(findings: Iterable[Finding]) -> None:
    """Fail with a line for each finding, if there is one."""
    lines = [str(finding) for finding in sorted(set(findings))]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)
