"""`api/exceptions.py`: everything that a client may see, each thing once."""

import ast
import inspect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import pytest

import api.exceptions
from api.exceptions import ApiException, BadRequestException
from domain.errors import AppError
from domain.jobs.job import ClaimLost, JobOverdue, PermanentError, TooCostly, UnknownPayload
from domain.session import AccountGone, ExpectedUserGone
from domain.user import AddressNotProved, InvalidAddress
from repository.connection import ReadOnlyViolation
from repository.operations.migrate import UnknownRevision
from repository.operations.revision import MigrationError
from tests.test_architecture.source import LAYERS, import_modules

Kind = TypeVar("Kind", bound=Exception)

# Errors that are not on the page, each with the reason why no client ever sees it.
NOT_FOR_CLIENTS: dict[type[AppError], str] = {
    InvalidAddress: "is answered as a field that is not valid",
    AddressNotProved: "is for the operator who runs the command",
    AccountGone: "is answered as the wrong password that it is a kind of",
    ExpectedUserGone: "is answered as the missing sign-in that it is a kind of",
    ClaimLost: "ends one run of a job in the worker",
    JobOverdue: "is kept with the job that took too long",
    PermanentError: "is kept with the job that can never succeed",
    TooCostly: "is kept with the job, or answered as what was too costly",
    UnknownPayload: "is a mistake of ours, found by the first call",
    ReadOnlyViolation: "is a mistake of ours, found by the first call",
    MigrationError: "is for whoever runs the command",
    UnknownRevision: "is for whoever runs the command",
}

# The ranges that clients rely on: by status, the first number and the one after the last.
NUMBERS = {
    400: (40000, 40100),
    401: (40100, 40200),
    403: (40200, 40300),
    404: (40400, 40500),
    405: (40500, 40600),
    406: (40600, 40700),
    409: (40900, 41000),
    412: (41200, 41300),
    408: (40800, 40900),
    413: (41300, 41400),
    415: (41500, 41600),
    431: (43100, 43200),
    421: (42100, 42200),
    422: (42200, 42300),
    429: (42900, 43000),
    500: (50000, 60000),
    503: (50000, 60000),
}


def descendants(kind: type[Kind]) -> set[type[Kind]]:
    """Return the product's classes below `kind`."""
    import_modules(*LAYERS)
    found = {child for direct in kind.__subclasses__() for child in {direct, *descendants(direct)}}
    return {child for child in found if child.__module__.split(".")[0] in LAYERS}


def duplicates(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def class_arguments(name: str, source: str) -> list[str]:
    """Return the values of a keyword in class statements; registering an error twice would overwrite the first."""
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return [ast.unparse(word.value) for node in classes for word in node.keywords if word.arg == name]


def violations(kinds: Sequence[type[ApiException]]) -> Iterator[str]:
    """Yield what is wrong with the codes and numbers of `kinds`."""
    for code in duplicates(kind.code for kind in kinds):
        yield f"{code} stands twice"
    for number in duplicates(kind.internal_code for kind in kinds):
        yield f"{number} stands twice"
    for kind in kinds:
        first, end = NUMBERS[kind.status_code]
        if kind.internal_code not in kind.numbers:
            yield f"{kind.internal_code} is not one of its class"
        if not first <= kind.numbers.start < kind.numbers.stop <= end:
            yield f"{kind.numbers} is not for status {kind.status_code}"


def without_number(kinds: Iterable[type[ApiException]]) -> set[type[ApiException]]:
    """Return classes that answer nothing, because their number was forgotten."""
    return {kind for kind in kinds if not kind.__subclasses__()} - set(ApiException.all)


def unmapped(errors: set[type[AppError]]) -> set[type[AppError]]:
    return errors - ApiException.by_domain_error.keys() - NOT_FOR_CLIENTS.keys()


def test_every_domain_error_is_on_the_page_or_not_for_clients() -> None:
    assert unmapped(descendants(AppError)) == set()


def test_an_error_that_is_not_on_the_page_is_found() -> None:
    class Forgotten(AppError):
        """Nobody mapped it."""

    assert unmapped({Forgotten}) == {Forgotten}


def test_no_error_is_both_on_the_page_and_not_for_clients() -> None:
    assert ApiException.by_domain_error.keys() & NOT_FOR_CLIENTS.keys() == set()


def test_every_domain_error_is_mapped_once() -> None:
    mapped = class_arguments("of", inspect.getsource(api.exceptions))
    assert duplicates(mapped) == []
    assert len(mapped) == len(ApiException.by_domain_error)


def test_an_error_that_is_mapped_twice_is_found() -> None:
    source = "class A(B, of=EmailTaken): ...\nclass C(B, of=EmailTaken, answers_status=True): ..."
    assert duplicates(class_arguments("of", source)) == ["EmailTaken"]


def test_every_status_is_answered_by_one_class() -> None:
    answers = class_arguments("answers_status", inspect.getsource(api.exceptions))
    assert len(answers) == len(ApiException.by_status)


def test_codes_and_numbers_are_unique_and_in_their_ranges() -> None:
    assert list(violations(ApiException.all)) == []


def test_every_class_without_children_has_a_number() -> None:
    assert without_number(descendants(ApiException)) == set()


def test_mistakes_on_the_page_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ApiException, "all", [])

    class EmailTakenException(BadRequestException):
        internal_code = 40001

    class EMailTakenException(BadRequestException):
        internal_code = 40001

    class StrangerException(BadRequestException):
        status_code = 404
        internal_code = 40400

    class NumberlessException(BadRequestException):
        pass

    EMailTakenException.code = EmailTakenException.code
    assert list(violations(ApiException.all)) == [
        "EMAIL_TAKEN stands twice",
        "40001 stands twice",
        "40400 is not one of its class",
        "range(40000, 40100) is not for status 404",
    ]
    assert without_number([EmailTakenException, StrangerException, NumberlessException]) == {NumberlessException}


def test_every_error_says_what_it_means() -> None:
    kinds: set[type[Exception]] = {*descendants(AppError), *descendants(ApiException)}
    assert [kind for kind in kinds if not vars(kind).get("__doc__")] == []


def test_every_message_is_a_sentence() -> None:
    messages = [kind.message for kind in descendants(AppError)] + [kind.message for kind in ApiException.all]
    assert [message for message in messages if not (message[0].isupper() and message.endswith("."))] == []
