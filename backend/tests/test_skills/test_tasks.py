"""A coding agent's day: three tasks for each skill, solved as the skill says, all in one clone.

A task is a document in `tasks/<skill>/`: what a user asks for, and the solution as blocks, its tests included. The
tests of each fail without the solution; with all solutions, the checks and these tests pass. A product that has left
the example of the notes behind deletes this folder.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.clone import Clone, CommandFailed
from tests.support.commands import Plan
from tests.support.documents import FOR_AGENTS, Block, Document, Tree, chain_for_agents, documents

CHAIN = chain_for_agents(documents())
# The rest is what the tasks build on.
SOLUTIONS = [document for document in CHAIN if document.path.startswith(FOR_AGENTS)]
TASKS = Path(__file__).with_name("tasks")
SKILLS = sorted(skill.parent.name for skill in (REPOSITORY_ROOT / ".claude" / "skills").glob("*/SKILL.md"))
PYTEST = "cd backend && ../.venv/bin/python -m pytest -q -n 2 --tb=short {}"
VITEST = "sh scripts/bootstrap.sh npm run test -- {}"
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/[\w/]+\.py)|FAIL .*?(src/[\w/]+\.test\.ts)", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def test_every_skill_has_three_tasks() -> None:
    assert {folder.name: len(list(folder.glob("*.md"))) for folder in TASKS.iterdir()} == dict.fromkeys(SKILLS, 3)


@pytest.mark.parametrize("task", sorted(TASKS.glob("*/*.md")), ids=lambda task: f"{task.parent.name}/{task.stem}")
def test_every_task_begins_with_what_a_user_asks_for_and_has_a_test(task: Path) -> None:
    text = task.read_text(encoding="utf-8")
    assert re.search(r"^# .+\n\n> .+", text, re.MULTILINE), "Write what a user asks for below the title."
    assert written_tests([Document(str(task), text)]), "Write a test."


def written_tests(among: Iterable[Document]) -> list[Block]:
    """Return the new files of tests."""
    blocks = [block for document in among for block in document.blocks if block.kind == "file"]
    return [block for block in blocks if re.search(r"/test_\w+\.py$|\.test\.ts$", block.path or "")]


def follow(clone: Clone, document: Document) -> None:
    """Write a document's files and run its commands, except for checks and tests: these run once, at the end."""
    for block in document.blocks:
        if block.kind in {"file", "change"}:
            tree = Tree(clone.root)
            tree.apply(block)
            for path, text in tree.written.items():
                clone.write(path, text)
        elif block.kind == "shell":
            clone.run(Plan().take(block) or ":")


def run_tests(clone: Clone, tests: Iterable[Block]) -> str:
    """Run the tests, and return what the runs that failed print."""
    paths = [block.path or "" for block in tests]
    printed = []
    for command, folder in ((PYTEST, "backend/"), (VITEST, "frontend/")):
        files = [path.removeprefix(folder) for path in paths if path.startswith(folder)]
        try:
            clone.run(command.format(" ".join(files)))
        except CommandFailed as failure:
            printed.append(COLOUR.sub("", str(failure)))
    return "\n".join(printed)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone with what the tasks build on."""
    clone = Clone(tmp_path / "clone")
    for document in CHAIN:
        if document not in SOLUTIONS:
            follow(clone, document)
    return clone


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_the_tasks_are_solved_as_the_skills_say(clone: Clone) -> None:
    for document in SOLUTIONS:
        follow(clone, document)
    clone.run("make format && make check")
    assert run_tests(clone, written_tests(SOLUTIONS)) == ""


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_each_test_of_a_task_fails_without_the_solution(clone: Clone) -> None:
    clone.run("make format")
    tests = written_tests(SOLUTIONS)
    for test in tests:
        clone.write(test.path or "", test.text)
    failed = {name for found in FAILED.findall(run_tests(clone, tests)) for name in found}
    assert [test.place for test in tests if (test.path or "").partition("/")[2] not in failed] == []
