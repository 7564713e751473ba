"""How the project writes: the subject of a sentence is a component or a role, not an indefinite pronoun."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.test_architecture.findings import Finding, assert_none
from tests.test_architecture.source import BACKEND, parse

ROOT = BACKEND.parent
INDEFINITE = re.compile(r"\b(?:who(?:m)?ever|(?:some|every|any)(?:body|one)|nobody)\b", re.IGNORECASE)
# Places per thousand lines of docstrings.
BUDGET = 2.0
# Folders of generated files and of tests.
NOT_READ = (".venv", "node_modules", "generated", "tests", "test", "migrations")


def files(directory: Path, *suffixes: str) -> Iterator[Path]:
    for file in sorted(directory.rglob("*")):
        is_test = ".test." in file.name or set(NOT_READ) & set(file.relative_to(ROOT).parts)
        if file.suffix in suffixes and not is_test:
            yield file


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) of every docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node, clean=False)
            if text is not None:
                yield node.body[0].lineno, text


def remarks(file: Path) -> Iterator[tuple[int, str]]:
    with file.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def numbered(texts: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for first, text in texts:
        yield from enumerate(text.splitlines(), first)


def python_prose(file: Path) -> Iterator[tuple[int, str]]:
    yield from numbered(docstrings(parse(file)))
    yield from remarks(file)


def prose() -> Iterator[tuple[Path, int, str]]:
    """Yield (file, line number, line) of all that people read about the code."""
    for file in files(BACKEND, ".py"):
        yield from ((file, *line) for line in python_prose(file))
    for file in [ROOT / "README.md", *files(ROOT / "docs", ".md"), *files(ROOT / "frontend" / "src", ".ts", ".vue")]:
        yield from ((file, *line) for line in enumerate(file.read_text().splitlines(), 1))


def indefinite_pronouns() -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file, number, line in prose()
        for _ in INDEFINITE.findall(line)
    ]


def docstring_lines() -> int:
    return sum(len(text.splitlines()) for file in files(BACKEND, ".py") for _, text in docstrings(parse(file)))


def test_sentences_name_their_subject() -> None:
    places = indefinite_pronouns()
    rate = 1000 * len(places) / docstring_lines()
    assert rate < BUDGET, "\n".join([f"{rate:.1f} indefinite pronouns per 1,000 docstring lines:", *places])


def documented_constructors(tree: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "__init__" and ast.get_docstring(node) is not None
    ]


def test_the_class_says_what_its_constructor_takes() -> None:
    modules = [file for file in sorted(BACKEND.rglob("*.py")) if ".venv" not in file.relative_to(BACKEND).parts]
    instead = "Say it in the docstring of the class."
    assert_none(
        Finding(
            file.relative_to(BACKEND).as_posix(), line, "no-docstring-on-init", "`__init__` has a docstring", instead
        )
        for file in modules
        for line in documented_constructors(parse(file))
    )


def test_a_documented_constructor_is_found() -> None:
    module = ast.parse('class A:\n    def __init__(self) -> None:\n        """Make it."""\n')
    assert documented_constructors(module) == [2]


def test_the_pronouns_are_found_in_docstrings_and_beside_code(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text('"""Whoever asks.\n\nSomebody else."""\nnobody = "anyone"  # for everyone\n')
    assert [number for number, line in python_prose(file) if INDEFINITE.search(line)] == [1, 3, 4]
