"""Snippets of documents as files that a type checker reads: Python also as tests, which run them."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.documents import Block

# Fixtures that `<!-- given: … -->` may name; a snippet that needs anything else is only type-checked.
FIXTURES = ("app", "client", "factory", "mailbox", "settings", "work")
FOLDERS = {"python": "backend/tests/test_snippets", "ts": "frontend/src/snippets", "vue": "frontend/src/snippets"}
SUFFIXES = {"python": "py", "ts": "ts", "vue": "vue"}
ELSEWHERE = {
    "httpx": "import httpx2 as httpx",
    "UUID": "from uuid import UUID",
    "datetime": "from datetime import datetime",
    "AsyncSession": "from sqlalchemy.ext.asyncio import AsyncSession",
    "FastAPI": "from fastapi import FastAPI",
}
BUILT_IN = {"str", "int", "bool", "float", "bytes", "list", "dict", "tuple", "set", "None", "object", "AsyncClient"}
# Beside the snippets: their names, imports and docstrings are of no interest.
RUFF = '[lint]\nselect = ["E9"]\n'
CONFTEST = '''"""What snippets are given."""

from collections.abc import AsyncIterator

import pytest

from domain.permissions import SYSTEM
from service.factory import Factory, Work


@pytest.fixture
async def work(factory: Factory) -> AsyncIterator[Work]:
    """A unit of work of the system, on a database that is rolled back."""
    async with factory.unit_of_work(SYSTEM) as work:
        yield work
'''


def file_of(block: Block, backend: Path) -> tuple[str, str]:
    """Return the path and the text of the file that checks a snippet, among the modules of `backend`."""
    name = re.sub(r"\W+", "_", block.document.removesuffix(".md")).strip("_").lower()
    name = f"{FOLDERS[block.language]}/{name}_{block.line}.{SUFFIXES[block.language]}"
    if block.language == "python":
        folder, _, file = name.rpartition("/")
        return f"{folder}/test_{file}", _python(block, backend)
    return name, _front_end(block)


def given_to(block: Block) -> list[tuple[str, str]]:
    """Return the names that a snippet needs, each with its type.

    Raises:
        DoesNotFit: one has no type.
    """
    names = [name for name in re.split(r",\s*(?![^\[]*\])", block.notes.get("given", "")) if name]
    pairs = [name.partition(": ") for name in names]
    if untyped := [name for name, _, kind in pairs if not kind]:
        raise block.misfit(f"{untyped[0]} is given without a type. Write <!-- given: {untyped[0]}: ItsType -->.")
    return [(name.strip(), kind.strip()) for name, _, kind in pairs]


def runs(block: Block) -> bool:
    """Whether a snippet of Python runs, because the tests have what it is given."""
    return all(name in FIXTURES for name, _ in given_to(block))


def _python(block: Block, backend: Path) -> str:
    head = f"# fmt: off\n# {block.place}\n"
    given = given_to(block)
    if not given:
        return f'{head}{block.text}\n\ndef test_snippet() -> None:\n    """It has run when it was imported."""\n'
    imports = "\n".join(sorted({line for _, kind in given for line in _imports(kind, block, backend)}))
    parameters = ", ".join(f"{name}: {kind}" for name, kind in given)
    body = "".join(f"    {line}\n" if line else "\n" for line in block.text.splitlines())
    return f"{head}{imports}\n\n\nasync def {'test_' if runs(block) else ''}snippet({parameters}) -> None:\n{body}"


def _imports(kind: str, block: Block, backend: Path) -> Iterator[str]:
    for name in set(re.findall(r"[A-Za-z_]\w*", kind)) - BUILT_IN:
        yield ELSEWHERE.get(name) or f"from {_module_of(name, block, backend)} import {name}"


def _module_of(name: str, block: Block, backend: Path) -> str:
    defines = re.compile(rf"^(class {name}\b|{name}(: [^=]+)? = |async def {name}\(|def {name}\()", re.MULTILINE)
    layers = ("service", "domain", "repository", "api", "core", "worker")
    for file in (file for layer in layers for file in sorted((backend / layer).rglob("*.py"))):
        if defines.search(file.read_text(encoding="utf-8")):
            return ".".join(file.relative_to(backend).with_suffix("").parts)
    raise block.misfit(f"no module defines {name}, which the snippet is given. Name a class of the product.")


def _front_end(block: Block) -> str:
    if block.language == "ts":
        return f"// {block.place}\n{block.text}"
    return block.text
