"""`scripts/audit.py` says what is known, and never that nothing is known when a service has not answered."""

import json
from types import ModuleType
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.modules import load_module

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
UNSOUND = {"name": "unsound", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
LEFT_OUT = {"name": "foreign", "skip_reason": "Dependency not found"}
PACKAGE = {"range": "<2", "severity": "high", "fixAvailable": True}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load_module(REPOSITORY_ROOT / "scripts" / "audit.py", monkeypatch)


def answering(script: Any, monkeypatch: pytest.MonkeyPatch, python: Any, npm: Any) -> Any:
    """Let programs print what is given, as JSON or, if it is text, as it is."""

    class Done:
        def __init__(self, command: Any) -> None:
            given = npm if "npm" in command else python
            self.stdout = "" if isinstance(given, str) else json.dumps(given)
            self.stderr = given if isinstance(given, str) else ""

    monkeypatch.setattr(script.subprocess, "run", lambda command, **_: Done(command))
    return script.main()


@pytest.mark.parametrize(
    ("python", "npm", "status", "says"),
    [
        ({"dependencies": [SOUND]}, {"vulnerabilities": {}}, 0, "Python packages: 0 known vulnerabilities"),
        ({"dependencies": [SOUND, UNSOUND]}, {"vulnerabilities": {}}, 1, "unsound 1.0: PYSEC-1, fixed in 1.1"),
        ({"dependencies": [SOUND]}, {"vulnerabilities": {"tar": PACKAGE}}, 1, "tar <2: high, `npm audit fix` corrects"),
        (
            {"dependencies": [SOUND, LEFT_OUT]},
            {"vulnerabilities": {}},
            2,
            "1 of 2 packages were left out. Dependency not",
        ),
        ({"dependencies": []}, {"vulnerabilities": {}}, 2, "0 of 0 packages were left out"),
        ("a traceback\nConnectionError: no route", {"vulnerabilities": {}}, 2, "refused: ConnectionError: no route"),
        ({"dependencies": [SOUND]}, {"message": "405 Method Not Allowed"}, 2, "refused: 405 Method Not Allowed"),
    ],
)
def test_the_outcome_is_the_worst_of_both(
    script: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    python: Any,
    npm: Any,
    status: int,
    says: str,
) -> None:
    assert answering(script, monkeypatch, python, npm) == status
    printed = capsys.readouterr()
    assert says in printed.out + printed.err
