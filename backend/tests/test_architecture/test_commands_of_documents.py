"""Shell blocks are planned, and snippets are written, so that what they say runs once and as a reader runs it."""

import ast

import pytest

from tests.support import snippets
from tests.support.commands import Plan, commands
from tests.support.documents import Block, DoesNotFit
from tests.test_architecture.source import BACKEND


def shell(text: str) -> Block:
    return Block("README.md", 7, "sh", text)


def snippet(text: str, **notes: str) -> Block:
    return Block("docs/guides/a-guide.md", 7, "python", text, notes=notes)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("make up  # starts everything\n\n# alone\nmake check\n", ["make up", "make check"]),
        ("cat > a <<'END'\nx\nEND\nrm a\n", ["cat > a <<'END'\nx\nEND\nrm a\n"]),
        ("make \\\n  check\n", ["make \\\n  check\n"]),
    ],
)
def test_the_commands_of_a_script(script: str, expected: list[str]) -> None:
    assert list(commands(script)) == expected


def test_what_documents_have_in_common_is_planned_and_all_else_runs_where_it_stands() -> None:
    plan = Plan()
    block = shell(
        'make migration MESSAGE="add notes"\nmake format\nmake test\n'
        "(cd backend && ../.venv/bin/python -m pytest -q tests/test_api/test_a.py tests/test_api/test_b.py)\n"
        "(cd backend && ../.venv/bin/python -m pytest tests/test_api/test_users.py -k draft)\n"
        "sh scripts/bootstrap.sh npm run test -- src/a.test.ts\n"
        '.venv/bin/python scripts/check.py layers "Python types"\n'
        "make up\ncurl http://127.0.0.1:8000/api/ping\n"
    )
    assert plan.take(block).splitlines() == [
        'make migration MESSAGE="add notes"',
        "(cd backend && ../.venv/bin/python -m pytest tests/test_api/test_users.py -k draft)",
    ]
    assert (set(plan.once), set(plan.servers)) == ({"make format", "make check"}, {"make up"})
    assert set(plan.pytest) == {"tests/test_api/test_a.py", "tests/test_api/test_b.py"}
    assert set(plan.vitest) == {"src/a.test.ts"}
    assert [ask for ask, _ in plan.asks] == ["curl http://127.0.0.1:8000/api/ping"]


def test_an_unknown_check_is_not_taken_for_a_part_of_all() -> None:
    script = ".venv/bin/python scripts/check.py no-such-check"
    assert Plan().take(shell(script)) == script


def test_a_snippet_that_is_given_nothing_runs_when_it_is_imported() -> None:
    path, text = snippets.file_of(snippet("answer = 42\n"), BACKEND)
    assert path == "backend/tests/test_snippets/test_docs_guides_a_guide_7.py"
    assert ast.get_docstring(ast.parse(text).body[1]) == "It has run when it was imported."  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "head"),
    [
        (
            "work: Work, client: httpx.AsyncClient",
            "async def test_snippet(work: Work, client: httpx.AsyncClient) -> None:",
        ),
        ("work: Work, user_id: UUID", "async def snippet(work: Work, user_id: UUID) -> None:"),
    ],
)
def test_a_snippet_runs_if_the_tests_have_what_it_is_given(given: str, head: str) -> None:
    _, text = snippets.file_of(snippet("await work.users.find()\n", given=given), BACKEND)
    ast.parse(text)
    assert head in text
    assert "from service.factory import Work\n" in text


def test_a_snippet_whose_types_are_unknown_is_found() -> None:
    for given in ("work", "work: NoSuchClassAnywhere"):
        with pytest.raises(DoesNotFit, match=r"^docs/guides/a-guide.md:7: "):
            snippets.file_of(snippet("await work.users.find()\n", given=given), BACKEND)
