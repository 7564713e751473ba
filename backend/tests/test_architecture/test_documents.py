"""Every file and every heading that the documents name exists."""

import re
from functools import cache
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.documents import documents
from tests.test_architecture.findings import Finding, assert_none
from tests.test_architecture.source import OF_THE_TEMPLATE

# A path in backticks starts at one of these; `…`, `*`, `<` and `{` make it a pattern, which names no single file.
ROOTS = (
    REPOSITORY_ROOT,
    REPOSITORY_ROOT / "backend",
    REPOSITORY_ROOT / "frontend",
    REPOSITORY_ROOT / "frontend" / "src",
)
SUFFIXES = "py|vue|ts|js|css|html|md|toml|yml|yaml|json|sh|svg|png|sql|typ|j2|lock|bin|mako"
PATH = re.compile(rf"`((?:[\w.-]+/)+[\w.-]+\.(?:{SUFFIXES})|(?:[\w.-]+/)+)`")
MODULE = re.compile(r"(?<![\w-])[\w-]+\.py\b")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# Files that a build or a run makes, and those that the guides tell a reader to write.
MADE_LATER = re.compile(
    r"^(var|frontend/dist|frontend/screenshots|benchmarks/http/results)(/|$)|(^|[/_])(note|invoice|refund|payment)",
    re.IGNORECASE,
)

DOCUMENTS = sorted(
    path
    for pattern in ("*.md", ".claude/**/*.md", "docs/**/*.md", "benchmarks/**/*.md", "deploy/**/*.md")
    for path in REPOSITORY_ROOT.glob(pattern)
    if "node_modules" not in path.parts
)


def missing_paths(text: str) -> set[str]:
    """Return the paths in backticks at which there is nothing."""
    named = {path for path in PATH.findall(text) if not MADE_LATER.search(path)} - _written_by_guides()
    return {path for path in named if not any((root / path).exists() for root in ROOTS)}


@cache
def _written_by_guides() -> set[str | None]:
    return {block.path for document in documents() for block in document.blocks if block.kind == "file"}


def missing_modules(text: str) -> set[str]:
    """Return the names of Python files, as in a tree of folders, that no file has."""
    named = set(MODULE.findall(text))
    return {name for name in named - _module_names() if not MADE_LATER.search(name)}


@cache
def _module_names() -> set[str]:
    folders = (REPOSITORY_ROOT / name for name in ("backend", "benchmarks", "scripts"))
    return {file.name for folder in folders for file in folder.rglob("*.py")}


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    plain = (re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", heading) for heading in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def broken_links(text: str, document: Path) -> set[str]:
    """Return the links of a document that lead to no file, or to no heading of it."""
    broken = set()
    for path, anchor in LINK.findall(text):
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.add(f"{path}#{anchor}" if anchor else path)
    return broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY_ROOT)))
def test_every_path_and_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = OF_THE_TEMPLATE.sub("", document.read_text(encoding="utf-8"))
    for rule, named in (
        ("paths-of-documents", missing_paths(text)),
        ("paths-of-documents", missing_modules(text)),
        ("links-of-documents", broken_links(text, document)),
    ):
        assert_none(
            Finding(
                document.relative_to(REPOSITORY_ROOT).as_posix(),
                line_of(text, name),
                rule,
                f"`{name}` leads nowhere",
                "Write where it is now, or create it.",
            )
            for name in named
        )


def line_of(text: str, name: str) -> int:
    """Return the first line that names it."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if name in line), 1)


def test_paths_and_links_that_lead_nowhere_are_found() -> None:
    readme = REPOSITORY_ROOT / "README.md"
    assert missing_paths("`service/unwritten.py`, `service/security.py`, `backend/unmade/`, `main.py`") == {
        "service/unwritten.py",
        "backend/unmade/",
    }
    assert missing_modules("service/\n  unwritten.py security.py") == {"unwritten.py"}
    text = "[a](docs/unwritten.md) [b](docs/ARCHITECTURE.md#no-such-heading) [c](docs/ARCHITECTURE.md#tests)"
    assert broken_links(text, readme) == {"docs/unwritten.md", "docs/ARCHITECTURE.md#no-such-heading"}
