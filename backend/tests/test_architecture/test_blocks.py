"""Every fenced block of every document is of a kind that is checked, and fits the code. No tool runs here.

`tests/test_processes/test_documents.py` runs what can be run, on a copy with all guides.
"""

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from dotenv import dotenv_values

from core.settings import REPOSITORY_ROOT, Settings, SettingsError, load_settings
from tests.support.documents import (
    Block,
    Document,
    DoesNotFit,
    Tree,
    chain,
    chain_for_agents,
    changed,
    documents,
    with_what_it_builds_on,
)
from tests.support.settings import PRODUCTION, without_environment

DOCUMENTS = documents()
CHAIN = chain(DOCUMENTS)
FOR_AGENTS = chain_for_agents(DOCUMENTS)
WORKED = list({document.path: document for document in (*CHAIN, *FOR_AGENTS)}.values())
BLOCKS = [block for document in DOCUMENTS for block in document.blocks]
# Each is run by hand only, so there are few. The command of `tests/support/documents.py` lists them.
MOST_NOT_RUN = 24
SETTINGS = "backend/core/settings.py"
FRONT_END_VARIABLES = REPOSITORY_ROOT / "frontend" / "src" / "shims.d.ts"
HTTP_START = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+( HTTP/[\d.]+)?|HTTP/[\d.]+ \d{3}( .*)?")
HTTP_HEADER = re.compile(r"[\w-]+: .+")


def read_ini(text: str) -> None:
    configparser.ConfigParser().read_string(text)


def read_http(text: str) -> None:
    """Raise ValueError unless the text is a request or an answer: its first line, headers, an empty line, a body."""
    head, _, body = text.partition("\n\n")
    start, *headers = head.strip().split("\n")
    wrong = (
        [start] if not HTTP_START.fullmatch(start) else [line for line in headers if not HTTP_HEADER.fullmatch(line)]
    )
    if wrong:
        raise ValueError(f"no line of HTTP: {wrong[0]}")
    if "application/json" in head and body.strip():
        json.loads(body)


def read_env(text: str) -> None:
    """Raise ValueError unless every line names a value."""
    if unread := [name for name, value in dotenv_values(stream=StringIO(text)).items() if value is None]:
        raise ValueError(f"no value for {unread}")


READERS: Mapping[str, Callable[[str], object]] = {
    "json": json.loads,
    "yaml": yaml.safe_load,
    "toml": tomllib.loads,
    "ini": read_ini,
    "env": read_env,
    "http": read_http,
}


def read(block: Block) -> None:
    """Parse data.

    Raises:
        DoesNotFit: it has a mistake.
    """
    try:
        READERS[block.language](block.text)
    except (ValueError, yaml.YAMLError, configparser.Error) as error:
        raise block.misfit(f"this is no {block.language}: {error}. Correct it, or make it a `text` block.") from error


def check_settings(block: Block, monkeypatch: pytest.MonkeyPatch, *, added: str = "") -> None:
    """Load the settings of a block of `env`.

    Args:
        block: what an operator writes.
        monkeypatch: changes the environment for this test.
        added: the settings as guides change them.

    Raises:
        DoesNotFit: a name is unknown, or a value is refused.
    """
    values = {name: value or "" for name, value in dotenv_values(stream=StringIO(block.text)).items()}
    known = set(Settings.model_fields) | {f"{name}_file" for name in Settings.model_fields}
    others = added + FRONT_END_VARIABLES.read_text(encoding="utf-8")
    if unknown := [name for name in values if name.lower() not in known and not _is_declared(name, others)]:
        raise block.misfit(f"there is no setting {unknown[0]}. `.env.example` names all of them.")
    base = PRODUCTION if values.get("ENVIRONMENT") == "production" else {}
    for name, value in (base | values).items():
        monkeypatch.setenv(name, value)
    try:
        load_settings()
    except SettingsError as error:
        raise block.misfit(f"the product would not start with these settings: {error}") from error


def _is_declared(name: str, text: str) -> bool:
    return re.search(rf"\b({name}|{name.lower()})\??: ", text) is not None


@cache
def settings_of_guides() -> str:
    """Return the settings as the guides change them, those left out that do not fit: their own test fails for them."""
    tree = Tree()
    for document in CHAIN:
        with suppress(DoesNotFit):
            tree.follow(document)
    return tree.written.get(SETTINGS, "")


def of_kind(*kinds: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind in kinds]


@contextmanager
def fails_with_message() -> Iterator[None]:
    """Fail with the message of a mistake in a document, without a traceback: it says where the mistake is."""
    try:
        yield
    except DoesNotFit as misfit:
        raise pytest.fail.Exception(str(misfit), pytrace=False) from None


@fails_with_message()
def test_every_block_is_of_a_kind_that_is_checked() -> None:
    for block in BLOCKS:
        block.check_kind()


@pytest.mark.parametrize("document", WORKED, ids=lambda document: document.path)
@fails_with_message()
def test_a_guide_applies_after_what_it_builds_on(document: Document) -> None:
    tree = Tree()
    for each in with_what_it_builds_on(document, {each.path: each for each in WORKED}):
        tree.follow(each)


@pytest.mark.parametrize("documents_of_a_copy", [CHAIN, FOR_AGENTS], ids=["guides", "skills and tasks"])
@fails_with_message()
def test_all_guides_apply_to_one_copy(documents_of_a_copy: list[Document]) -> None:
    tree = Tree()
    for document in documents_of_a_copy:
        tree.follow(document)


@pytest.mark.parametrize("block", of_kind("excerpt"), ids=lambda block: block.place)
@fails_with_message()
def test_an_excerpt_stands_in_its_file(block: Block) -> None:
    worked = {document.path for document in DOCUMENTS if document.is_worked}
    if block.document not in worked:  # those of guides are compared as they are followed
        Tree().check_excerpt(block)


@pytest.mark.parametrize("block", of_kind("data"), ids=lambda block: block.place)
@fails_with_message()
def test_data_can_be_read(block: Block, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read(block)
    if block.language == "env":
        without_environment(monkeypatch, tmp_path)
        check_settings(block, monkeypatch, added=settings_of_guides())


def test_few_blocks_are_not_run_and_each_has_a_reason() -> None:
    unrun = of_kind("not run")
    assert [block.place for block in unrun if len(block.notes["not run"]) < 10] == []
    places = "\n".join(block.place for block in unrun)
    assert len(unrun) <= MOST_NOT_RUN, f"Run some of these, or move them into a guide that does:\n{places}"


def block_of(markdown: str) -> Block:
    [block] = Document("README.md", markdown).blocks
    return block


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        ("`a/b.py`\n\n```python\n1\n```", "file"),
        ("`a/b.py`\n\n```diff\n@@\n a\n```", "change"),
        ("`a/b.py` (excerpt)\n\n```python\n1\n```", "excerpt"),
        ("Do:\n\n```sh\nmake\n```", "shell"),
        ("<!-- not run: it needs Docker -->\n```sh\ndocker run x\n```", "not run"),
        ("- an item\n\n  ```ts\n  a\n  ```", "snippet"),
    ],
)
def test_the_kind_of_a_block(markdown: str, kind: str) -> None:
    assert block_of(markdown).kind == kind


@pytest.mark.parametrize(
    ("markdown", "problem"),
    [
        ("\n```\nx\n```", "README.md:2: a block of no kind: its language is ''. Write one of sh, python"),
        ("```bash\nx\n```", "README.md:1: a block of no kind: its language is 'bash'"),
        ("```diff\n@@\n+a\n```", "a change of no file. Write the line `path`"),
        ("```mermaid\na\n```", "a diagram drawn by hand. Let a script of scripts/docs draw it"),
    ],
)
def test_a_block_of_no_kind_is_found(markdown: str, problem: str) -> None:
    with pytest.raises(DoesNotFit, match=re.escape(problem)):
        block_of(markdown).check_kind()


@pytest.mark.parametrize(
    ("markdown", "problem"),
    [
        ("`Makefile`\n\n```diff\n@@ -1 +1,2 @@\n No such line.\n+a\n```", "stand 0 times in Makefile, not once"),
        ("`Makefile`\n\n```diff\n@@ -0,0 +1 @@\n+a\n```", "not once. Copy them from it"),
        (
            "`Makefile`\n\n```diff\n@@ -1 +1,3 @@\n a\n+b\n```",
            "does not fit its lines: 1 before the change, 2 after it",
        ),
        ("`Makefile`\n\n```diff\n@@\n a\n+b\n```", "does not fit its lines"),
        ("`Makefile`\n\n```diff\n+a\n```", "a diff without a line that begins with @@"),
        ("`none.py`\n\n```diff\n@@ -1 +1,2 @@\n a\n+a\n```", "there is no none.py"),
        ("`Makefile`\n\n```text\na\n```", "Makefile exists. Write a `diff` of it"),
        ("`Makefile` (excerpt)\n\n```text\nNo such line.\n```", "these lines are not in Makefile"),
        ("`none.py` (excerpt)\n\n```python\na\n```", "there is no none.py"),
    ],
)
def test_a_block_that_does_not_fit_its_file_is_found(markdown: str, problem: str) -> None:
    with pytest.raises(DoesNotFit, match=r"^README.md:3: ") as raised:
        Tree().follow(Document("README.md", markdown))
    assert problem in str(raised.value)


def test_a_mistake_in_a_document_is_told_without_a_traceback() -> None:
    with (
        pytest.raises(pytest.fail.Exception, match=r"^README.md:3: there is no none.py") as failed,
        fails_with_message(),
    ):
        Tree().follow(Document("README.md", "`none.py` (excerpt)\n\n```python\na\n```"))
    assert not failed.value.pytrace


def test_a_document_after_one_that_adds_nothing_is_found() -> None:
    lost = Document("docs/guides/b.md", "<!-- after: unwritten.md -->\n\n`b.py`\n\n```python\n1\n```")
    with pytest.raises(DoesNotFit, match=r"after docs/guides/unwritten.md, which adds nothing"):
        chain([lost])


def test_documents_follow_what_they_build_on() -> None:
    last = Document("docs/guides/a.md", "<!-- after: b.md -->\n\n`a.py`\n\n```python\n1\n```")
    first = Document("docs/guides/b.md", "`b.py`\n\n```python\n1\n```")
    assert chain([last, first]) == [first, last]


def test_a_change_keeps_what_it_does_not_name() -> None:
    block = block_of("`a.py`\n\n```diff\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n```")
    assert changed("z\na\nb\nd\n", block) == "z\na\nc\nd\n"
    with pytest.raises(DoesNotFit, match="stand 2 times"):
        changed("a\nb\na\nb\n", block)
    with pytest.raises(DoesNotFit, match="stand 0 times"):
        changed("za\nb\n", block)


@pytest.mark.parametrize(
    ("excerpt", "is_there"),
    [
        ("a\n  b\n", True),
        ("a\n…\nc\n", True),
        ("  b\n  …\n  x\n", True),
        ("c\n…\na\n", False),
        ("a\nc\n", False),
        ("def\n", False),
    ],
)
def test_an_excerpt_has_the_lines_of_its_file_in_order(excerpt: str, *, is_there: bool) -> None:
    file = Tree()
    file.written["a.py"] = "  a\n    b\n    x\n  c\n  define\n"
    block = Block("README.md", 1, "python", excerpt, path="a.py", is_excerpt=True)
    if is_there:
        file.check_excerpt(block)
        return
    with pytest.raises(DoesNotFit, match=r"not in a\.py"):
        file.check_excerpt(block)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("json", "{a: 1}"),
        ("yaml", "a: [1"),
        ("toml", "a = "),
        ("ini", "no section"),
        ("env", "NAME"),
        ("http", "FETCH /api"),
        ("http", "GET /api HTTP/1.1\nno header"),
        ("http", "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{a"),
    ],
)
def test_data_that_cannot_be_read_is_found(language: str, text: str) -> None:
    with pytest.raises(DoesNotFit, match=f"^README.md:1: this is no {language}"):
        read(block_of(f"```{language}\n{text}\n```"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("NO_SUCH_NAME=1", "there is no setting NO_SUCH_NAME"),
        ("PORT=many", "the product would not start with these settings"),
        ("ENVIRONMENT=production\nJWT_SECRET_KEY=short", "the product would not start with these settings"),
    ],
)
def test_settings_that_are_refused_are_found(
    text: str, problem: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_environment(monkeypatch, tmp_path)
    with pytest.raises(DoesNotFit, match=problem):
        check_settings(block_of(f"```env\n{text}\n```"), monkeypatch)


def test_settings_of_guides_and_of_the_front_end_are_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_environment(monkeypatch, tmp_path)
    env = block_of("```env\nNOTES_AT_ONCE=3\nVITE_API_URL=https://api.example.com\n```")
    check_settings(env, monkeypatch, added="    notes_at_once: int = 1\n")
