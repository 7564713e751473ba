"""The answers that a product is derived from: asked for, checked, and refused in one sentence."""

import re
import sys
import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeVar

from derivation import Names, Release, Tree

LICENSES = {"mit": "MIT", "proprietary": "LicenseRef-Proprietary"}
LONGEST_NAME = 60
LONGEST_DESCRIPTION = 160
SLUG_LENGTHS = range(3, 31)
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# PostgreSQL has these users and databases itself; its own names begin with `pg_`.
TAKEN_BY_POSTGRESQL = re.compile(r"postgres|template[01]|public|none|(current|session)-user|current-role|pg-.*")
TAKEN_BY_THE_SHELL = re.compile(r"python[\d.]*|pip\d*|node|npm|npx|activate|deactivate")
# Letters that Unicode does not take apart, and those that are written with two in ASCII.
TRANSLITERATED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa", "ł": "l", "đ": "d"}
    | {"ð": "d", "þ": "th", "ı": "i", "'": "", "’": "", "&": " "}
)

_T = TypeVar("_T")


class Refused(Exception):
    """The product cannot be started. The message is one sentence that says what would be right."""


def checked_name(text: str, template: Names) -> str:
    """Return the name of a product, in one line and in composed letters.

    Raises:
        Refused: it does not fit everywhere.
    """
    name = _one_line("name", text, longest=LONGEST_NAME)
    if ":" in name or "=?" in name:
        raise Refused(
            "The name may not have : or =?, which authenticator apps and email programs read as something else."
        )
    if name.casefold() == template.name.casefold():
        raise Refused(f"{template.name} is the name of the template; give your product another one.")
    return name


def checked_description(text: str) -> str:
    """Return the sentence about a product."""
    return _one_line("description", text, longest=LONGEST_DESCRIPTION)


def _one_line(what: str, text: str, *, longest: int) -> str:
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    if not line:
        raise Refused(f'The {what} is empty; write make new NAME="Acme Billing", for example.')
    if len(line) > longest:
        raise Refused(f"The {what} has {len(line)} characters, and at most {longest} fit.")
    if not line.isprintable():
        raise Refused(f"The {what} has characters that cannot be printed, such as joiners of emoji; leave them out.")
    return line


def slug_of(name: str) -> str:
    """Return the slug for a name, or one that `checked_slug` refuses."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).lower().translate(TRANSLITERATED))
    ascii_letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_letters).strip("-")
    longest = SLUG_LENGTHS[-1]
    return slug if len(slug) <= longest else slug[: longest + 1].rpartition("-")[0] or slug[:longest]


def checked_slug(slug: str, tree: Tree, template: Names) -> str:
    """Return the short name for cookies, keys, the database and the command.

    Raises:
        Refused: it has other characters, is too long or too short, or is taken.
    """
    shape = f"lower-case letters, digits and hyphens, {SLUG_LENGTHS[0]} to {SLUG_LENGTHS[-1]} of them, a letter first"
    if not SLUG.fullmatch(slug) or len(slug) not in SLUG_LENGTHS:
        raise Refused(f'"{slug}" cannot be the short name; add SLUG=acme-billing, for example: {shape}.')
    owners = {
        "PostgreSQL": TAKEN_BY_POSTGRESQL.fullmatch(slug),
        "the shell": TAKEN_BY_THE_SHELL.fullmatch(slug),
        "a package": re.search(rf"^{slug}==", tree["backend/requirements-dev.lock"].content.decode(), re.MULTILINE),
        "the template": slug == template.slug,
    }
    for owner in (owner for owner, takes in owners.items() if takes):
        raise Refused(f'The short name "{slug}" belongs to {owner}; add another one, for example SLUG=my-{slug}.')
    return slug


def checked_license(text: str) -> str:
    """Return the licence as an SPDX expression."""
    if text.casefold() not in LICENSES:
        raise Refused(f'"{text}" is none of the licences that can be written: LICENSE=MIT or LICENSE=proprietary.')
    return LICENSES[text.casefold()]


def read_answers(release: Release, given: Mapping[str, str], ask: Callable[[str, str], str] | None) -> Names:
    """Return the answers, asking for what is not given.

    Args:
        release: what the product starts from.
        given: answers of the environment, by name; an empty one is missing.
        ask: takes a question and the answer to suggest. None when there is no terminal.
    """
    template = release.names

    def answer(key: str, question: str, suggestion: str, check: Callable[[str], _T]) -> _T:
        if given.get(key) or ask is None:
            return check(given.get(key) or suggestion)
        while True:
            try:
                return check(ask(question, suggestion))
            except Refused as error:
                print(error, file=sys.stderr)

    name = answer("NAME", "Name of the product", "", lambda text: checked_name(text, template))
    slug = answer("SLUG", "Short name", slug_of(name), lambda text: checked_slug(text, release.tree, template))
    about = answer("DESCRIPTION", "What it is, in a sentence", f"{name}, a web application.", checked_description)
    license_ = answer("LICENSE", "Licence, MIT or proprietary", "proprietary", checked_license)
    return Names(name=name, slug=slug, description=about, license=license_)


def ask_on_terminal(question: str, suggestion: str) -> str:
    """Return what the user types, or the suggestion."""
    return input(f"{question}{f' [{suggestion}]' if suggestion else ''}: ").strip() or suggestion
