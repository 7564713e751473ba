"""Chooses the language that a client reads best."""

from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.types import Scope

from domain.language import DEFAULT_LANGUAGE, Language, supported_language

HEADER = b"accept-language"
# Browsers send some 50 characters. The rest of a longer header is ignored, so that what is cached stays small.
HEADER_MAX_LENGTH = 300
ANY = "*"


def asked_language(scope: Scope) -> Language | None:
    """Return the language that the request prefers, or None if it names none that we speak.

    Takes half a microsecond.
    """
    return _read(b",".join([value for name, value in scope["headers"] if name == HEADER])[:HEADER_MAX_LENGTH])


def answer_language(scope: Scope) -> Language:
    """Return the language of the text in the response."""
    return asked_language(scope) or DEFAULT_LANGUAGE


def name_language(response: Response, language: Language) -> None:
    """Name the language of a response in its headers."""
    response.headers["Content-Language"] = language
    response.headers.add_vary_header("Accept-Language")


async def _language(request: Request, response: Response) -> Language:
    language = answer_language(request.scope)
    name_language(response, language)
    return language


# For routes whose success contains translated text.
language_dep = Annotated[Language, Depends(_language)]


@lru_cache(1024)
def _read(header: bytes) -> Language | None:
    return preferred_language(header.decode("latin-1"))


def preferred_language(header: str) -> Language | None:
    """Return the language of an `Accept-Language` with the highest weight; of several, the first.

    RFC 9110 section 12.5.4, with the lookup of RFC 4647 section 3.4: `de-AT` means `de` if there is nothing closer. A
    language of weight 0 is not wanted. `*` names no language, so the choice is ours. Parts that are malformed are
    skipped.
    """
    weights: dict[Language, float] = {}
    for part in header.split(","):
        tag, weight = _weighted(part)
        language = _closest(tag)
        if language is not None and weight is not None:
            weights[language] = max(weight, weights.get(language, 0.0))
    chosen = max(weights, key=weights.__getitem__, default=None)
    return chosen if chosen and weights[chosen] > 0 else None


def _weighted(part: str) -> tuple[str, float | None]:
    """Return the tag of one part, and its weight between 0 and 1; None if it is malformed."""
    tag, separator, parameter = part.partition(";")
    name, _, value = parameter.partition("=")
    if not separator:
        return tag.strip(), 1.0
    try:
        weight = float(value)
    except ValueError:
        return tag, None
    return tag.strip(), weight if name.strip().lower() == "q" and 0 <= weight <= 1 else None


def _closest(tag: str) -> Language | None:
    subtags = tag.lower().split("-")
    candidates = ("-".join(subtags[:length]) for length in range(len(subtags), 0, -1))
    return next((found for candidate in candidates if (found := supported_language(candidate))), None)
