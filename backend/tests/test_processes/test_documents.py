"""The documents are right: on one clone, all guides and tasks are followed, and all blocks and snippets run.

`tests/test_architecture/test_blocks.py` has what needs no program, and `tests/support/documents.py` says what a block
is.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from embedded.services import Urls
from tests.support import snippets
from tests.support.clone import Clone, CommandFailed
from tests.support.commands import Plan
from tests.support.documents import Block, Document, DoesNotFit, Tree, chain, documents
from tests.support.ports import free_port
from tests.test_architecture.source import BACKEND

pytestmark = [pytest.mark.process, pytest.mark.timeout(900)]

START_SECONDS = 240


class Reading:
    """Follows documents in a clone, and collects what does not work."""

    def __init__(self, clone: Clone) -> None:
        self.problems: list[str] = []
        self.times: list[tuple[float, str]] = []
        self._clone = clone
        self._plan = Plan()
        self._snippets: list[Block] = []

    def follow(self, document: Document) -> None:
        """Write a document's files, and run its commands that cannot wait, in its order."""
        for block in document.blocks:
            if block.kind in {"file", "change"}:
                self._timed(block.place, [block], partial(self._write, block))
            elif block.kind == "shell" and (script := self._plan.take(block)):
                self._try(script, [block])
            elif block.kind == "snippet":
                self._snippets.append(block)

    def tidy(self) -> None:
        """Forget what commands wrote into the clone and beside it, for the next document."""
        self._clone.run("git stash --quiet --include-untracked")
        for beside in self._clone.root.parent.iterdir():
            if beside != self._clone.root:
                shutil.rmtree(beside)

    def finish(self, port: int) -> None:
        """Run what documents have in common, once, and with all that they add."""
        for block in self._snippets:
            self._timed(block.place, [block], partial(self._write_snippet, block))
        for command in ("make format", "make check"):
            if blocks := self._plan.once.get(command):
                self._try(command, blocks)
        self._run_with(self._plan.pytest, "cd backend && ../.venv/bin/python -m pytest -q -n 2 {}")
        self._run_with(self._plan.vitest, "sh scripts/bootstrap.sh npm run test -- {}")
        for command, blocks in self._plan.servers.items():
            self._timed(command, blocks, partial(self._ask, command, port))

    def _write(self, block: Block) -> None:
        tree = Tree(self._clone.root)
        tree.apply(block)
        [(path, text)] = tree.written.items()
        try:
            if block.kind == "change":
                self._apply_as_a_reader(block, path, text)
        finally:
            self._clone.write(path, text)

    def _apply_as_a_reader(self, block: Block, path: str, wanted: str) -> None:
        """Paste a change into `git apply`, as guides say."""
        self._clone.run(f"git apply --unidiff-zero <<'END'\n{block.text}END")
        if (self._clone.root / path).read_text(encoding="utf-8") != wanted:
            raise block.misfit(
                "git applies this elsewhere than where its unchanged lines stand. Correct its line numbers."
            )

    def _write_snippet(self, block: Block) -> None:
        path, text = snippets.file_of(block, self._clone.root / "backend")
        self._clone.write(path, text)
        if block.language == "python":
            folder = snippets.FOLDERS["python"]
            self._clone.write(f"{folder}/conftest.py", snippets.CONFTEST)
            self._clone.write(f"{folder}/ruff.toml", snippets.RUFF)
            self._plan.pytest[folder.removeprefix("backend/")].append(block)

    def _run_with(self, files: Mapping[str, list[Block]], command: str) -> None:
        if files:
            self._try(command.format(" ".join(files)), [block for blocks in files.values() for block in blocks])

    def _ask(self, command: str, port: int) -> None:
        with self._clone.running(command, port=port) as log:
            wait_for(f"http://127.0.0.1:{port}/api/ping", log)
            for ask, block in self._plan.asks:
                self._try(ask.replace(":8000", f":{port}"), [block])

    def _try(self, script: str, blocks: Iterable[Block]) -> None:
        self._timed(script, blocks, partial(self._clone.run, script))

    def _timed(self, name: str, blocks: Iterable[Block], action: Callable[[], object]) -> None:
        started = time.monotonic()
        try:
            action()
        except (CommandFailed, DoesNotFit) as failure:
            places = ", ".join(dict.fromkeys(block.place for block in blocks))
            self.problems.append(f"{places}: {failure}" if isinstance(failure, CommandFailed) else str(failure))
            print(self.problems[-1])
        self.times.append((time.monotonic() - started, name))


def wait_for(url: str, log: Path) -> None:
    """Wait until a program answers.

    Raises:
        CommandFailed: it does not.
    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CommandFailed(f"{url} did not answer\n{log.read_text()}")


def test_every_document_works(services: Urls, tmp_path: Path) -> None:
    reading = Reading(Clone(tmp_path / "clone"))
    found = documents()
    for document in (document for document in found if not document.is_worked):
        reading.follow(document)
        reading.tidy()
    for document in chain(found):
        reading.follow(document)
    reading.finish(free_port())
    print(*(f"{seconds:6.1f} s  {name}" for seconds, name in reading.times if seconds > 1), sep="\n")
    assert not reading.problems, "\n\n".join(reading.problems)


def reading_in(folder: Path) -> Reading:
    """Return a reading in a folder that is no clone."""
    clone = object.__new__(Clone)
    clone.root = folder
    return Reading(clone)


def test_a_shell_block_that_fails_is_found(tmp_path: Path) -> None:
    reading = reading_in(tmp_path)
    reading.follow(Document("README.md", "```sh\necho before\nfalse\necho after\n```"))
    [problem] = reading.problems
    assert problem.startswith("README.md:1: ")
    assert "ended with status 1\nbefore\n" in problem
    assert "after\n" not in problem.partition("status 1")[2]


def test_what_documents_share_fails_for_each_of_them(tmp_path: Path) -> None:
    reading = reading_in(tmp_path)  # there is no Makefile
    for name in ("a.md", "b.md"):
        reading.follow(Document(name, "```sh\nmake check\n```"))
    reading.finish(free_port())
    [problem] = reading.problems
    assert problem.startswith("a.md:1, b.md:1: `make check` ended with status 2")


def test_a_snippet_of_wrong_types_is_found(tmp_path: Path) -> None:
    text = "<!-- given: work: Work -->\n```python\nnumber: int = work.outbox\n```"
    [block] = Document("README.md", text).blocks
    _, written = snippets.file_of(block, BACKEND)
    (tmp_path / "snippet.py").write_text(written, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--follow-imports=silent", str(tmp_path / "snippet.py")]
    done = subprocess.run(mypy, cwd=BACKEND, capture_output=True, text=True, check=False)
    assert "snippet.py:7: error: Incompatible types" in done.stdout
