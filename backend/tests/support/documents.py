"""The fenced blocks of the documents: what each is, and the files that they write.

A document is Markdown. Each of its blocks has one kind, which its language and the lines above it decide:

    `path`            a block below it is that file, as a whole; a `diff` block changes it
    `path` (excerpt)  the lines of the block stand in that file; a line `…` leaves some out
    sh                runs in a copy of the product
    python, ts, vue   without a path: fits the code; Python runs
    json, yaml, …     can be read; `env` is read by the settings
    text              output, trees

Comments on the line above a block say more: `<!-- not run: REASON -->` above `sh`, and
`<!-- given: work: UnitOfWork -->` above Python that needs a fixture of the tests.

A document that writes or changes files is *worked*. Its first lines may name what it builds on:
`<!-- after: add-an-entity.md -->`. Every worked document applies to the plain product after what it builds on, and all
together apply to one copy, in the order of `chain()`. Skills and their tasks have a copy of their own, in the order of
`chain_for_agents()`. To let a new folder of documents take part, add its pattern to `PATTERNS`.

    python -m tests.support.documents    prints how many blocks there are of each kind
"""

import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.settings import REPOSITORY_ROOT

PATTERNS = (
    "*.md",
    "docs/**/*.md",
    "benchmarks/**/*.md",
    "scripts/**/*.md",
    ".claude/**/*.md",
    ".github/**/*.md",
    "backend/tests/test_skills/tasks/**/*.md",
)
# These build on guides, but two of them may change the same lines, in different ways.
FOR_AGENTS = (".claude/", "backend/tests/test_skills/")
DATA = ("json", "yaml", "toml", "ini", "env", "http")
CODE = ("python", "ts", "vue")
PATH = re.compile(r"^`([\w./@-]+)`( \(excerpt\))?$")
NOTE = re.compile(r"<!--\s*(after|given|not run):\s*(.*?)\s*-->", re.DOTALL)
LEFT_OUT = "…"
KINDS: Mapping[str, str] = {
    "file": "written into the copy",
    "change": "applied to the copy",
    "excerpt": "compared with its file",
    "shell": "run in the copy",
    "not run": "not run, for the reason above it",
    "snippet": "type-checked, and run if it is Python",
    "data": "parsed",
    "text": "shown",
}


class DoesNotFit(Exception):
    """A block does not fit the product. The message says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        document: the path of its document, from the root of the repository.
        line: where it begins.
        notes: what the comments directly above it say, by their first words.
    """

    document: str
    line: int
    language: str
    text: str
    path: str | None = None
    is_excerpt: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where a reader finds it."""
        return f"{self.document}:{self.line}"

    @property
    def kind(self) -> str:
        """One of `KINDS`, or empty."""
        if self.path is not None:
            return self._kind_of_a_path()
        if self.language == "sh":
            return "not run" if "not run" in self.notes else "shell"
        kinds = {"text": "text"} | dict.fromkeys(CODE, "snippet") | dict.fromkeys(DATA, "data")
        return kinds.get(self.language, "")

    def check_kind(self) -> None:
        """Refuse a block of no kind.

        Raises:
            DoesNotFit: its kind is none of `KINDS`.
        """
        if not self.kind:
            raise self.misfit(self._what_to_write())

    def misfit(self, problem: str) -> DoesNotFit:
        """Return the error that says what is wrong with this block."""
        return DoesNotFit(f"{self.place}: {problem}")

    def _kind_of_a_path(self) -> str:
        if self.is_excerpt:
            return "excerpt"
        return "change" if self.language == "diff" else "file"

    def _what_to_write(self) -> str:
        if self.language == "diff":
            return "a change of no file. Write the line `path` in backticks, and an empty line, above it."
        if self.language == "mermaid":
            return "a diagram drawn by hand. Let a script of scripts/docs draw it from the code."
        languages = ", ".join(("sh", *CODE, *DATA, "diff", "text"))
        return f"a block of no kind: its language is {self.language!r}. Write one of {languages}."


@dataclass(frozen=True)
class Document:
    """A document and its blocks."""

    path: str
    text: str

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Its blocks, in order."""
        tokens = MarkdownIt().parse(self.text)
        return tuple(self._block(tokens, index) for index, token in enumerate(tokens) if token.type == "fence")

    @property
    def is_worked(self) -> bool:
        """Whether it writes or changes files."""
        return any(block.path and not block.is_excerpt for block in self.blocks)

    @property
    def after(self) -> list[str]:
        """The paths of the documents that it builds on. A name is beside it, from the root, or a guide."""
        named = dict(NOTE.findall(self.text)).get("after", "").split()
        return [self._document_of(name.rstrip(",")) for name in named]

    def is_followed(self, root: Path = REPOSITORY_ROOT) -> bool:
        """Whether a reader has built in this very code what the document builds."""
        written = [block for block in self.blocks if block.kind == "file"]
        return bool(written) and all(_begins_alike(root / (block.path or ""), block) for block in written)

    def _document_of(self, name: str) -> str:
        beside = (Path(self.path).parent / name).as_posix()
        found = [path for path in (beside, name) if (REPOSITORY_ROOT / path).is_file()]
        return found[0] if found else f"docs/guides/{name}"

    def _block(self, tokens: Sequence[Token], index: int) -> Block:
        fence = tokens[index]
        assert fence.map is not None
        block = Block(self.path, fence.map[0] + 1, fence.info.strip(), fence.content)
        while index and tokens[index - 1].type == "html_block":
            index -= 1
            block = replace(block, notes={**block.notes, **dict(NOTE.findall(tokens[index].content))})
        named = PATH.match(tokens[index - 2].content) if index > 1 and tokens[index - 2].type == "inline" else None
        return replace(block, path=named[1], is_excerpt=bool(named[2])) if named else block


def is_over(document: Document) -> bool:
    """Whether a reader has followed the document, or one that it builds on."""
    named = [REPOSITORY_ROOT / path for path in document.after]
    before = [
        Document(path, file.read_text("utf-8"))
        for path, file in zip(document.after, named, strict=True)
        if file.is_file()
    ]
    return document.is_followed() or any(is_over(each) for each in before)


def _begins_alike(file: Path, block: Block) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8").partition("\n")[0] == block.text.partition("\n")[0]


def documents(root: Path = REPOSITORY_ROOT) -> list[Document]:
    """Return every document with a block."""
    found = {path for pattern in PATTERNS for path in root.glob(pattern) if "node_modules" not in path.parts}
    read = (Document(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(found))
    return [document for document in read if document.blocks]


def chain(among: Iterable[Document]) -> list[Document]:
    """Return the worked documents that people follow, each after those that it builds on."""
    return _ordered(among, wanted=lambda path: not path.startswith(FOR_AGENTS))


def chain_for_agents(among: Iterable[Document]) -> list[Document]:
    """Return the worked skills and tasks, each after those that it builds on, for a copy of their own.

    There are none once a guide was followed: they solve tasks in the plain product.
    """
    found = list(among)
    if any(document.is_followed() for document in found):
        return []
    return _ordered(found, wanted=lambda path: path.startswith(FOR_AGENTS))


def _ordered(among: Iterable[Document], *, wanted: Callable[[str], bool]) -> list[Document]:
    by_path = {document.path: document for document in among if document.is_worked and not is_over(document)}
    ordered: dict[str, Document] = {}
    for document in filter(lambda document: wanted(document.path), by_path.values()):
        ordered |= {each.path: each for each in with_what_it_builds_on(document, by_path)}
    return list(ordered.values())


def with_what_it_builds_on(document: Document, by_path: Mapping[str, Document]) -> list[Document]:
    """Return what a document builds on, directly or not, in order, and itself."""
    before: list[Document] = []
    for path in document.after:
        if path not in by_path:
            raise DoesNotFit(
                f"{document.path}:1: it is said to come after {path}, which adds nothing. Name a worked document."
            )
        before += [each for each in with_what_it_builds_on(by_path[path], by_path) if each not in before]
    return [*before, document]


class Tree:
    """The product's files with what blocks write into them, in memory."""

    def __init__(self, root: Path = REPOSITORY_ROOT) -> None:
        self.written: dict[str, str] = {}
        self._root = root

    def apply(self, block: Block) -> None:
        """Write the file of a block, or change it.

        Raises:
            DoesNotFit: the file exists already, or the change does not fit it.
        """
        assert block.path is not None
        if block.kind == "change":
            self.written[block.path] = changed(self._read(block), block)
        elif block.path in self.written or (self._root / block.path).exists():
            raise block.misfit(f"{block.path} exists. Write a `diff` of it, or `{block.path}` (excerpt) to quote it.")
        else:
            self.written[block.path] = block.text

    def check_excerpt(self, block: Block) -> None:
        """Compare an excerpt with its file.

        Raises:
            DoesNotFit: a line of it is not there.
        """
        if not is_excerpt_of(self._read(block), block.text):
            raise block.misfit(f"these lines are not in {block.path}. Copy them from it; a line {LEFT_OUT} skips some.")

    def follow(self, document: Document) -> None:
        """Apply a document's files and changes, in order, and compare its excerpts.

        Raises:
            DoesNotFit: one of them does not fit.
        """
        for block in document.blocks:
            if block.kind in {"file", "change"}:
                self.apply(block)
            elif block.kind == "excerpt":
                self.check_excerpt(block)

    def _read(self, block: Block) -> str:
        assert block.path is not None
        if block.path in self.written:
            return self.written[block.path]
        file = self._root / block.path
        if not file.is_file():
            raise block.misfit(
                f"there is no {block.path}. Name a file of the product, by its path from the root; if its feature is"
                " gone, show another one (docs/guides/remove-a-feature.md)."
            )
        return file.read_text(encoding="utf-8")


def changed(text: str, block: Block) -> str:
    """Return `text` with the hunks of a diff applied where their unchanged lines stand.

    Raises:
        DoesNotFit: they are not in the file, or there more than once.
    """
    _, *parts = re.split(r"^(@@.*)\n", block.text, flags=re.MULTILINE)
    if not parts:
        raise block.misfit("a diff without a line that begins with @@. Write one above each group of lines.")
    for head, hunk in zip(parts[::2], parts[1::2], strict=True):
        lines = [line or " " for line in hunk.splitlines()]
        old, new = (_side(lines, sign) for sign in "-+")
        if (counts := (old.count("\n"), new.count("\n"))) != _counts_of(head):
            raise block.misfit(f"{head} does not fit its lines: {counts[0]} before the change, {counts[1]} after it.")
        found = [start.start() for start in re.finditer(f"^(?={re.escape(old)})", text, re.MULTILINE)]
        if len(found) != 1 or not old:
            raise block.misfit(
                f"the unchanged lines of this hunk stand {len(found)} times in {block.path}, not once. "
                f"Copy them from it.\n{hunk}"
            )
        text = text[: found[0]] + new + text[found[0] + len(old) :]
    return text


def _counts_of(head: str) -> tuple[int, int] | None:
    """Return how many lines a hunk has before and after the change, as its first line says."""
    found = re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", head)
    return (int(found[1] or 1), int(found[2] or 1)) if found else None


def _side(lines: Iterable[str], sign: str) -> str:
    return "".join(f"{line[1:]}\n" for line in lines if line[0] in (" ", sign))


def is_excerpt_of(text: str, excerpt: str) -> bool:
    """Whether the lines of an excerpt stand in a file, in order, further to the right or not."""
    pieces = re.split(rf"^\s*{LEFT_OUT}\n", textwrap.dedent(excerpt), flags=re.MULTILINE)
    return any(_stand_in(text, [textwrap.indent(piece, " " * by) for piece in pieces]) for by in range(0, 24, 2))


def _stand_in(text: str, pieces: Iterable[str]) -> bool:
    place = 0
    for piece in filter(str.strip, pieces):
        found = f"\n{text}".find("\n" + piece.strip("\n") + "\n", place)
        if found < 0:
            return False
        place = found + len(piece.strip("\n"))
    return True


def count_kinds(among: Iterable[Document]) -> Counter[str]:
    """Return how many blocks there are of each kind."""
    return Counter(block.kind for document in among for block in document.blocks)


def _report() -> Iterator[str]:
    found = documents()
    counts = count_kinds(found)
    for kind, how in KINDS.items():
        yield f"{counts[kind]:5}  {kind:8}  {how}"
    yield f"{counts.total():5}  in {len(found)} documents, of which {sum(document.is_worked for document in found)} are worked"
    for block in (block for document in found for block in document.blocks if block.kind == "not run"):
        yield f"       {block.place} is not run: {block.notes['not run']}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in _report()))
