"""Translates the product's texts, with gettext.

English is the key: it stands in the code and in the templates. The other languages stand in `translations/`, whose
files `make format` keeps in step with the sources. A text without a translation stays English.
"""

from collections.abc import Iterable
from functools import cache
from gettext import GNUTranslations, NullTranslations, find
from pathlib import Path

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"
DOMAIN = "messages"


def mark(text: str) -> str:
    """Return the text as it is. The call marks it for translation, where `translated` gets it from a variable."""
    return text


def translated(text: str, language: str, **values: object) -> str:
    """Return the text in this language, with its placeholders filled."""
    found = catalogue(language).gettext(text)
    return found.format(**values) if values else found


def load_catalogues(languages: Iterable[str]) -> None:
    """Read the texts of these languages, about a millisecond for each, so that `translated` reads no file."""
    for language in languages:
        catalogue(language)


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the texts of a language, which are read at the first call; empty for English."""
    file = find(DOMAIN, str(TRANSLATIONS), [language])
    if file is None:
        return NullTranslations()
    with Path(file).open("rb") as compiled:
        return GNUTranslations(compiled)
