"""`scripts/docs/reference.py` writes the reference pages from the code, and finds those that are out of date."""

from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.modules import load_module

SCRIPTS = REPOSITORY_ROOT / "scripts" / "docs"


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module: Any = load_module(SCRIPTS / "reference.py", monkeypatch)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "reference")
    return module


def test_a_page_that_differs_from_the_code_is_found(reference: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.main() == 0
    assert reference.main("--check") == 0
    page = reference.FOLDER / "permissions.md"
    page.write_text(page.read_text().replace("`read:users`", "`read:everything`"))
    assert reference.main("--check") == 1
    assert capsys.readouterr().out == "docs/reference/permissions.md is out of date.\n"


def test_the_pages_say_what_the_code_says(reference: Any) -> None:
    reference.main()
    pages = {path.stem: path.read_text() for path in reference.FOLDER.iterdir()}
    assert "## JWT_SECRET_KEY\n\nSecret that signs access tokens." in pages["settings"]
    assert (
        "text · default published, for development · **secret**, or `JWT_SECRET_KEY_FILE` · read by `"
        in pages["settings"]
    )
    assert "integer ≥ 1, ≤ 65535 · default `8000` · read by `api/app.py`" in pages["settings"]
    assert "| `make up` | Start everything" in pages["commands"]
    assert "### create-admin" in pages["commands"]
    assert "| 40002 | `WRONG_PASSWORD` | Wrong password. | `POST /api/auth/change-password`," in pages["errors"]
    assert (
        "| `read:audit` | The audit log of all accounts. | `admin` | `GET /api/security-events`, `GET /api/security-events.csv` |"
        in pages["permissions"]
    )
    assert "`domain/events.py` · published by `service/user_service.py` · handled by `say_farewell`" in pages["events"]
    assert (
        "takes `CleanUp` · queue `default` · priority 0 · 10 attempts · 5 min at most · at `17 3 * * *`"
        in pages["jobs"]
    )
    assert "| `GET` | `/api/security-events` |" in pages["routes"]
    assert "| `read:audit` | `NOT_AUTHENTICATED`, `PERMISSION_DENIED`," in pages["routes"]


@pytest.mark.process
def test_a_diagram_that_differs_from_the_code_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    diagrams: Any = load_module(SCRIPTS / "diagrams.py", monkeypatch)
    monkeypatch.setattr(diagrams, "FOLDER", tmp_path)
    assert diagrams.main() == 0
    assert "<title>The five layers." in (tmp_path / "layers.svg").read_text()
    assert diagrams.main("--check") == 0
    monkeypatch.setattr(diagrams, "may_import", lambda above, below: above != below)
    assert diagrams.main("--check") == 1
    assert capsys.readouterr().out == "docs/images/layers.svg is out of date.\n"
