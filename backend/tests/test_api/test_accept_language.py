"""The language that a request asks for."""

import pytest

from api.languages import preferred_language
from domain.language import Language

GERMAN, ENGLISH = Language.GERMAN, Language.ENGLISH


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", GERMAN),
        ("DE-at", GERMAN),
        ("de-Latn-CH-1996", GERMAN),
        ("en-GB,de;q=0.9", ENGLISH),
        ("en;q=0.5, de;q=0.8", GERMAN),
        ("de;q=0.8, en;q=0.8", GERMAN),
        ("fr-FR, fr;q=0.9, de;q=0.2, *;q=0.1", GERMAN),
        ("en;q=0.2, de-AT;q=0.1, de;q=0.9", GERMAN),
        ("de;q=0, en;q=0.1", ENGLISH),
        ("de ; q=0.3 ,en; Q=0.2", GERMAN),
        ("de;q=high, en;q=0.1", ENGLISH),
        ("de;q=1.5, en;q=0.1", ENGLISH),
        ("de;q=nan, en;q=0.1", ENGLISH),
        (";;,,=,en", ENGLISH),
    ],
)
def test_the_closest_language_of_the_highest_weight_is_chosen(header: str, language: Language) -> None:
    assert preferred_language(header) is language


@pytest.mark.parametrize("header", ["", "*", "fr", "tlh-DE", "d", "de;q=0", "\x00", "de_AT", "deutsch"])
def test_a_request_without_a_language_of_ours_names_none(header: str) -> None:
    assert preferred_language(header) is None
