"""Error messages in the language that the request asks for."""

from collections.abc import Iterator
from typing import get_args

import httpx2 as httpx
import pytest
from pydantic_core.core_schema import ErrorType

from api.exceptions import APIException, ErrorDetail
from api.validation import SENTENCES, detail_of
from core.translation import catalogue, translated
from domain.errors import AppError, TooManyAttempts
from domain.language import Language
from tests.support.helpers import error_of, sign_up

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
# Types of problems that need Python values in place of JSON, and the two whose sentence the validator states.
NOT_FROM_CLIENTS = {
    "arguments_type",
    "assertion_error",
    "bytes_invalid_encoding",
    "bytes_too_long",
    "bytes_too_short",
    "bytes_type",
    "callable_type",
    "complex_str_parsing",
    "complex_type",
    "counter_type",
    "dataclass_exact_type",
    "default_factory_not_called",
    "deque_type",
    "ellipsis_error",
    "fraction_parsing",
    "fraction_type",
    "frozen_dict_type",
    "frozen_field",
    "frozen_instance",
    "get_attribute_error",
    "is_instance_of",
    "is_subclass_of",
    "iterable_type",
    "iteration_error",
    "missing_argument",
    "missing_keyword_only_argument",
    "missing_positional_only_argument",
    "missing_sentinel_error",
    "multiple_argument_values",
    "named_tuple_type",
    "needs_python_object",
    "no_such_attribute",
    "ordered_dict_type",
    "set_item_not_hashable",
    "unexpected_keyword_argument",
    "unexpected_positional_argument",
    "value_error",
}


def untranslated() -> Iterator[str]:
    german = catalogue(Language.GERMAN)
    for kind in APIException.all:
        if german.gettext(kind.detail) == kind.detail:
            yield kind.detail


def test_every_error_has_a_german_message() -> None:
    assert list(untranslated()) == [], "Run make format, and write them into backend/translations/de"


def test_every_problem_that_a_client_can_cause_has_a_sentence() -> None:
    assert set(get_args(ErrorType)) - NOT_FROM_CLIENTS - SENTENCES.keys() == set(), "Add them to api/validation.py"


async def test_the_message_is_in_the_language_of_the_request(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/users/me", headers=GERMAN)
    assert error_of(response)["message"] == "Bitte melde dich an."
    assert error_of(response)["code"] == "NOT_AUTHENTICATED"
    assert response.headers["Content-Language"] == "de"
    assert "Accept-Language" in response.headers["Vary"]


async def test_a_success_with_text_names_its_language(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/auth/forgot-password", json={"email": "ada@example.com"}, headers=GERMAN)
    assert response.status_code == 202
    assert response.headers["Content-Language"] == "de"
    assert "Accept-Language" in response.headers["Vary"]


async def test_a_success_without_text_names_no_language(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/ping", headers=GERMAN)
    assert "Content-Language" not in response.headers


@pytest.mark.parametrize("asked", ["fr", "en-GB,de;q=0.9", "*", "de;q=0"])
async def test_other_languages_get_english(client: httpx.AsyncClient, asked: str) -> None:
    response = await client.get("/api/nowhere", headers={"Accept-Language": asked})
    assert error_of(response)["message"] == "Not found."
    assert response.headers["Content-Language"] == "en"


async def test_the_fields_are_explained_in_the_language_with_the_values_of_their_limits(
    client: httpx.AsyncClient,
) -> None:
    body = {"email": "nobody", "password": "short", "name": "a\u200bb", "extra": 1}
    response = await client.post("/api/auth/signup", json=body, headers=GERMAN)
    assert error_of(response)["message"] == "Einige Felder fehlen oder sind ungültig."
    assert {detail["field"]: detail["message"] for detail in error_of(response)["details"]} == {
        "email": "Eine E-Mail-Adresse braucht ein @-Zeichen.",
        "password": "Verwende mindestens 8 Zeichen.",
        "name": "Muss eine Zeile ohne unsichtbare Zeichen sein (U+200B).",
        "extra": "Dieses Feld ist unbekannt.",
    }


async def test_a_choice_names_what_may_be_chosen(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    response = await client.patch("/api/users/me", json={"language": "fr"}, headers=GERMAN)
    assert [detail["message"] for detail in error_of(response)["details"]] == ["Wähle eines von: 'en', 'de'."]


async def test_what_is_sent_by_email_is_said_in_the_language(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/auth/forgot-password", json={"email": "a@example.com"}, headers=GERMAN)
    message = response.json()["data"]["message"]
    assert message == "Falls zu dieser Adresse ein Konto gehört, haben wir eine E-Mail an sie gesendet."


@pytest.mark.parametrize(
    ("wait", "english", "german"),
    [
        (0.2, "Too many attempts. Try again in a moment.", "Zu viele Versuche. Versuche es gleich noch einmal."),
        (
            30,
            "Too many attempts. Try again in 30 seconds.",
            "Zu viele Versuche. Versuche es in 30 Sekunden noch einmal.",
        ),
        (301, "Too many attempts. Try again in 6 minutes.", "Zu viele Versuche. Versuche es in 6 Minuten noch einmal."),
    ],
)
def test_a_wait_is_told_with_its_length(wait: float, english: str, german: str) -> None:
    error = TooManyAttempts(wait)
    assert str(error) == english
    assert translated(error.sentence, Language.GERMAN, **error.values) == german


def test_braces_in_a_message_without_values_are_kept() -> None:
    assert str(AppError("The server said {no}.")) == "The server said {no}."


def test_a_problem_without_a_sentence_is_not_told_in_pydantics_english() -> None:
    problem = {"type": "value_error", "loc": ("body", "file"), "msg": "Value error, Expected UploadFile"}
    assert detail_of(problem) == ErrorDetail("file", "This value is not valid.", {"choices": ""})
