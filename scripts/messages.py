"""Check the texts of the front end in `frontend/src/messages`, and write the types of their keys.

    python scripts/messages.py           fails when a language lacks a text, a text is not used, or placeholders differ
    python scripts/messages.py --write   writes `schema.ts`, which has the types of all keys

English decides which keys there are. The compiler finds keys in the code that no file has.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path("frontend/src")
DIRECTORY = SOURCE / "messages"
ENGLISH = "en"
# A key in quotes; in a template string a part of it may be an expression.
KEY = re.compile(r"""['"`]([a-z]\w*(?:\.(?:\w|\$\{[^}]*\})+)+)['"`]""", re.ASCII)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# The compiler of messages reads @ and | as syntax, except between {' and '}.
LINK = re.compile(r"@(?!'\})")

SCHEMA = """\
// Written by `make format` from the files in `en`.
{imports}

interface Messages {{
{members}
}}

type Keys<Tree> = {{
  [Name in keyof Tree & string]: Tree[Name] extends string ? Name : `${{Name}}.${{Keys<Tree[Name]>}}`
}}[keyof Tree & string]

/** The key of a message. */
export type MessageKey = Keys<Messages>

/** A language of the interface. */
export type Locale = {locales}
"""


def main(arguments: list[str]) -> int:
    """Check the messages, or write the types of their keys."""
    schema = ROOT / DIRECTORY / "schema.ts"
    if arguments == ["--write"]:
        schema.write_text(schema_of(ROOT))
        return 0
    complaints = [*complaints_of(ROOT)]
    if schema.read_text() != schema_of(ROOT):
        complaints.append(f"{DIRECTORY / 'schema.ts'} is out of date: make format")
    print("\n".join(complaints), file=sys.stderr)
    return int(bool(complaints))


def complaints_of(root: Path) -> Iterator[str]:
    """Return what is wrong with the messages, and what to write where."""
    english = messages_of(root, ENGLISH)
    for locale in locales_of(root):
        texts = messages_of(root, locale)
        yield from (f"{file_of(locale, key)}: write `{key}`: {english[key]!r}" for key in english if key not in texts)
        yield from (
            f"{file_of(locale, key)}: remove `{key}`, which English does not have"
            for key in texts
            if key not in english
        )
        yield from (
            f"{file_of(locale, key)}: `{key}` needs the placeholders {placeholders(english[key])}, as in English"
            for key in texts
            if key in english and placeholders(texts[key]) != placeholders(english[key])
        )
        yield from (
            f"{file_of(locale, key)}: write {{'@'}} for the @ in `{key}`"
            for key, text in texts.items()
            if LINK.search(text)
        )
    yield from (
        f"{file_of(ENGLISH, key)}: remove `{key}`, which nothing uses, in all languages"
        for key in unused(root, english)
    )


def unused(root: Path, keys: Iterable[str]) -> Iterator[str]:
    """Return the keys that stand in no file of the front end."""
    files = [
        file
        for file in sorted((root / SOURCE).rglob("*"))
        if file.suffix in {".ts", ".vue"} and not file.name.endswith((".test.ts", "schema.ts"))
    ]
    used = {key for file in files for key in KEY.findall(file.read_text())}
    patterns = re.compile("|".join(pattern_of(key) for key in used if "$" in key) or r"(?!)")
    return (key for key in keys if key not in used and not patterns.fullmatch(key))


def pattern_of(key: str) -> str:
    """Return a regular expression for a key with expressions, such as `users.roles.${role}`."""
    return "".join(r"[\w.]+" if part.startswith("$") else re.escape(part) for part in re.split(r"(\$\{[^}]*\})", key))


def placeholders(text: str) -> list[str]:
    """Return the names of the placeholders of a text."""
    return sorted(set(PLACEHOLDER.findall(text)))


def locales_of(root: Path) -> list[str]:
    """Return the languages of the interface."""
    return sorted(path.name for path in (root / DIRECTORY).iterdir() if path.is_dir())


def messages_of(root: Path, locale: str) -> dict[str, str]:
    """Return the texts of a language by their keys."""
    return {
        key: text
        for file in sorted((root / DIRECTORY / locale).glob("*.json"))
        for key, text in flat(json.loads(file.read_text()), camel(file.stem))
    }


def flat(tree: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    """Return the texts of a file by their keys."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}", str(value)


def file_of(locale: str, key: str) -> Path:
    """Return the file that a key belongs to."""
    name = re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", key.split(".", maxsplit=1)[0])
    return DIRECTORY / locale / f"{name}.json"


def schema_of(root: Path) -> str:
    """Return the module with the types of all keys."""
    files = sorted(file.stem for file in (root / DIRECTORY / ENGLISH).glob("*.json"))
    return SCHEMA.format(
        imports="\n".join(f"import type {camel(name)} from './{ENGLISH}/{name}.json'" for name in files),
        members="\n".join(f"  {camel(name)}: typeof {camel(name)}" for name in files),
        locales=" | ".join(f"'{locale}'" for locale in locales_of(root)),
    )


def camel(name: str) -> str:
    """Return the namespace of a file, such as `apiTokens` of `api-tokens`."""
    first, *others = name.split("-")
    return first + "".join(other.capitalize() for other in others)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
