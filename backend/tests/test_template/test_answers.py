"""A name that would be wrong anywhere is refused in one sentence, and a terminal is asked for what is missing."""

from typing import Any

import pytest

from core import product


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, 'The name is empty; write make new NAME="Acme Billing", for example.'),
        ({"NAME": " \t"}, "The name is empty"),
        ({"NAME": "n" * 61}, "The name has 61 characters, and at most 60 fit."),
        ({"NAME": "zero\u200bwidth"}, "The name has characters that cannot be printed"),
        ({"NAME": "\udcff"}, "The name has characters that cannot be printed"),
        ({"NAME": "Acme: Billing"}, "The name may not have :"),
        ({"NAME": product.NAME.swapcase()}, "is the name of the template; give your product another one."),
        ({"NAME": "東京"}, '"" cannot be the short name; add SLUG=acme-billing'),
        ({"NAME": "3M"}, '"3m" cannot be the short name'),
        ({"NAME": "Go"}, '"go" cannot be the short name'),
        ({"NAME": "Acme", "SLUG": "acme_billing"}, '"acme_billing" cannot be the short name'),
        ({"NAME": "Acme", "SLUG": "a" * 31}, "cannot be the short name"),
        (
            {"NAME": "Postgres"},
            'The short name "postgres" belongs to PostgreSQL; add another one, for example SLUG=my-',
        ),
        ({"NAME": "Template1"}, "belongs to PostgreSQL"),
        ({"NAME": "PG Tools"}, "belongs to PostgreSQL"),
        ({"NAME": "Python"}, "belongs to the shell"),
        ({"NAME": "Ruff"}, "belongs to a package"),
        ({"NAME": "Acme", "LICENSE": "GPL"}, '"GPL" is none of the licences that can be written'),
        ({"NAME": "Acme", "DESCRIPTION": "d" * 161}, "The description has 161 characters, and at most 160 fit."),
    ],
)
def test_what_would_be_wrong_is_refused_in_one_sentence(
    answering: Any, release: Any, given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(answering.Refused) as refused:
        answering.read_answers(release, given, None)
    message = str(refused.value)
    assert sentence in message
    assert message.endswith(".")
    assert "\n" not in message


def test_without_a_terminal_only_the_name_has_to_be_given(answering: Any, release: Any) -> None:
    answers = answering.read_answers(release, {"NAME": "  Acme \n Billing "}, None)
    assert (answers.name, answers.slug) == ("Acme Billing", "acme-billing")
    assert answers.description == "Acme Billing, a web application."
    assert answers.license == "LicenseRef-Proprietary"


def test_a_terminal_is_asked_for_what_is_missing_until_it_is_right(
    answering: Any, release: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["", "Acme", "mit"])
    asked = []

    def ask(question: str, suggestion: str) -> str:
        asked.append((question, suggestion))
        return next(typed)

    given = {"SLUG": "billing", "DESCRIPTION": "Sends invoices."}
    answers = answering.read_answers(release, given, ask)
    assert (answers.name, answers.slug, answers.license) == ("Acme", "billing", "MIT")
    assert asked == [*[("Name of the product", "")] * 2, ("Licence, MIT or proprietary", "proprietary")]
    assert capsys.readouterr().err.startswith("The name is empty")


@pytest.mark.parametrize("name", ["Acme Billing", "Größe", "Ångström", "İstanbul", "Crème brûlée", "A1 2b"])
def test_a_slug_is_made_of_the_letters_of_the_name(answering: Any, release: Any, name: str) -> None:
    slug = answering.slug_of(name)
    assert answering.checked_slug(slug, release.tree, release.names) == slug
