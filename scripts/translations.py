"""Keeps the translations of the backend in step with its sources, with Babel.

    translations.py          write `backend/translations/`: add new texts, drop those that nothing uses, compile
    translations.py --check  say what is missing or out of date, with file and line

Texts to translate are the arguments of `mark`, the `message` and `detail` of errors, the names of `Counter`, and the
arguments of `_` in email templates. What to do with a new one: write it in English, run `make format`, and write the
other languages into the `msgstr` that it added.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract as extract_template

BACKEND = Path(__file__).resolve().parents[1] / "backend"
TRANSLATIONS = BACKEND / "translations"
FILE = Path("LC_MESSAGES", "messages.po")
ERROR_TEXTS = re.compile(r"message|detail|\w+_message")
# Errors of other layers never meet a user of the product: they explain a mistake to its developer or operator.
SOURCES = [
    ("api/**.py", "python"),
    ("domain/**.py", "python"),
    ("service/**.py", "python"),
    ("repository/*_repository.py", "counters"),
    ("service/mail/email_templates/**.j2", "template"),
]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# The same at every run, so that the file only changes with its texts.
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = """\
msgid ""
msgstr ""
"Language: {}\\n"
"Plural-Forms: {}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
TEMPLATE_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}

# A message for Babel: line, function, text or its forms, comments. Babel's annotations name only the result.
Found = tuple[int, str | None, Any, list[str]]


def extract_code(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Found]:  # noqa: ANN401
    """Yield what is marked, and the texts of error classes, as Babel wants them."""
    source = file.read()
    yield from cast("Iterator[Found]", extract_python(io.BytesIO(source), keywords, tags, options))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            yield from _texts_of(node)


def extract_counters(file: IO[bytes], _: Any, tags: Any, options: Any) -> Iterator[Found]:  # noqa: ANN401
    """Yield the names of counters, which reports show."""
    found = cast("Iterator[Found]", extract_python(file, {"Counter": None}, tags, options))
    for line, _, text, comments in found:
        yield line, "mark", text[0] if isinstance(text, tuple) else text, comments


def _texts_of(node: ast.ClassDef) -> Iterator[Found]:
    for statement in node.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
            continue
        if isinstance(target, ast.Name) and ERROR_TEXTS.fullmatch(target.id):
            yield value.lineno, "mark", value.value, []


def sources() -> Catalog:
    """Return all texts, each with the files and lines that have it."""
    methods: dict[str, Any] = {"python": extract_code, "counters": extract_counters, "template": extract_template}
    catalogue = Catalog()
    found = extract_from_dir(
        BACKEND,
        [(pattern, methods[name]) for pattern, name in SOURCES],
        dict.fromkeys((pattern for pattern, name in SOURCES if name == "template"), TEMPLATE_OPTIONS),
        keywords={"mark": None, "_": None},
    )
    for name, line, text, _, _ in found:
        catalogue.add(text, locations=[(name, line)])
    return catalogue


def updated(file: Path, source: Catalog) -> Catalog:
    """Return the translations in `file`, with exactly the texts of the sources."""
    catalogue = _read(file)
    catalogue.update(source, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = SOME_DAY
    return catalogue


def problems(file: Path, source: Catalog) -> Iterator[str]:
    """Yield what is wrong with the translations in `file`."""
    language, written = file.parent.parent.name, _read(file)
    for message in _texts(updated(file, source)):
        place = ":".join(map(str, message.locations[0]))
        if not message.string or (isinstance(message.string, tuple) and not all(message.string)):
            yield f"backend/{place}: no text in the language {language!r} for {message.id!r}"
        elif _placeholders(message.id) != _placeholders(message.string):
            yield f"backend/{place}: other placeholders in the language {language!r} of {message.id!r}"
    for message in _texts(written):
        if source.get(message.id) is None:
            yield f"{file.relative_to(BACKEND.parent)}: nothing uses {message.id!r}; make format removes it"
    if file.with_suffix(".mo").read_bytes() != compiled(written):
        yield f"{file.relative_to(BACKEND.parent)}: not compiled; make format does"


def written(catalogue: Catalog) -> bytes:
    """Return the file of the translations. Line numbers would change with every edit of a source."""
    file = io.BytesIO()
    write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False, omit_header=True)
    return HEADER.format(catalogue.locale, catalogue.plural_forms).encode() + file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return what programs read."""
    catalogue.creation_date = catalogue.revision_date = SOME_DAY
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def _read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parent.parent.name)


def _texts(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _placeholders(text: str | Sequence[str]) -> set[str]:
    """Return the placeholders of a text; of a plural, those of all its forms."""
    forms = (text,) if isinstance(text, str) else text
    return {name for form in forms for name in PLACEHOLDER.findall(form)}


def main() -> None:
    """Write the files, or check them."""
    source, files = sources(), sorted(TRANSLATIONS.glob(f"*/{FILE}"))
    if "--check" in sys.argv:
        found = [problem for file in files for problem in problems(file, source)]
        print("\n".join(found), end="\n" if found else "")
        sys.exit(1 if found else 0)
    for file in files:
        catalogue = updated(file, source)
        file.write_bytes(written(catalogue))
        file.with_suffix(".mo").write_bytes(compiled(catalogue))


if __name__ == "__main__":
    main()
