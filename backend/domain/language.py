"""The languages that the product speaks: in error messages, emails and reports.

The front end has the same ones in `src/messages/`.
"""

from enum import StrEnum


class Language(StrEnum):
    """A language that every text exists in, by its tag (BCP 47)."""

    ENGLISH = "en"
    GERMAN = "de"


DEFAULT_LANGUAGE = Language.ENGLISH

_BY_TAG = {language.value: language for language in Language}


def supported_language(tag: str | None) -> Language | None:
    """Return the language with this tag, or None if the product does not speak it."""
    return _BY_TAG.get(tag) if tag else None
