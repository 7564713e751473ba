"""`scripts/docs/website.py` builds the documentation, and refuses what would be dead on the site."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.modules import load_module

INDEX = """\
# Documentation

## Start

- [Overview](../README.md): two commands

### Look up

- [Rules](rules/README.md): all of them
"""
FILES = {
    "README.md": "# Overview\n\nRead [the rules](docs/rules/README.md#rules) and [the code](backend/core/product.py).\n",
    "backend/core/product.py": "NAME = 'Acme \"Quick\" Billing'\n",
    "frontend/public/favicon.svg": "<svg/>\n",
    "docs/index.md": INDEX,
    "docs/rules/README.md": "# Rules\n\n| page |\n|---|\n| [one](first.md), [its anchor on GitHub](first.md#first--foremost) |\n",
    "docs/rules/first.md": "# First & foremost\n\nSteps:\n- one\n\n   ```sh\n   make up\n   ```\n",
}


@pytest.fixture
def website(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, with a small documentation of its own."""
    module = load_module(REPOSITORY_ROOT / "scripts" / "docs" / "website.py", monkeypatch)
    for name, place in {"ROOT": "", "DOCS": "docs", "SITE": "site", "PAGES": "site/pages"}.items():
        monkeypatch.setattr(module, name, tmp_path / place)
    for path, text in FILES.items():
        put(tmp_path, path, text)
    return module


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_the_index_is_the_navigation(website: Any) -> None:
    website.stage()
    settings = (website.SITE / "zensical.toml").read_text()
    start = '{ "Start" = [{ "Overview" = "source/README.md" }, { "Look up" = [{ "Rules" = ["rules/README.md", "rules/first.md"] }] }] }'
    assert f'nav = [{{ "Home" = "index.md" }}, {start}]\n' in settings


def test_a_page_that_no_navigation_leads_to_is_refused(website: Any, capsys: pytest.CaptureFixture[str]) -> None:
    put(website.ROOT, "docs/guides/forgotten.md", "# Forgotten\n")
    assert website.main() == 1
    assert "Add a line to a list in docs/index.md for each:\n  docs/guides/forgotten.md\n" in capsys.readouterr().out


def test_links_out_of_the_documentation_lead_to_copies(website: Any) -> None:
    website.stage()
    assert "[the rules](../rules/README.md#rules) and [the code](backend/core/product.py.md)" in (
        (website.PAGES / "source" / "README.md").read_text()
    )
    assert "NAME = 'Acme" in (website.PAGES / "source" / "backend" / "core" / "product.py.md").read_text()


def test_lists_are_read_as_on_github(website: Any) -> None:
    website.stage()
    assert (website.PAGES / "rules" / "first.md").read_text() == (
        "# First & foremost\n\nSteps:\n\n- one\n\n    ```sh\n    make up\n    ```\n"
    )


def test_a_page_that_is_gone_leaves_the_site(website: Any) -> None:
    website.stage()
    (website.DOCS / "rules" / "first.md").unlink()
    (website.DOCS / "rules" / "README.md").write_text("# Rules\n")
    website.stage()
    assert not (website.PAGES / "rules" / "first.md").exists()


@pytest.mark.process
def test_it_builds(website: Any) -> None:
    assert website.main() == 0
    built = (website.SITE / "html" / "index.html").read_text()
    assert 'Acme "Quick" Billing</title>' in built
    assert "source/index.html" in built
    assert 'src="http' not in built  # nothing comes from elsewhere


@pytest.mark.process
@pytest.mark.parametrize(
    ("link", "said"),
    [("rules/missing.md", "page does not exist"), ("rules/first.md#missing", "anchor does not exist")],
)
def test_a_dead_link_fails(website: Any, capsys: pytest.CaptureFixture[str], link: str, said: str) -> None:
    put(website.ROOT, "docs/index.md", f"{INDEX}\n[Gone]({link})\n")
    assert website.main() == 1
    assert said in capsys.readouterr().out
