"""`api/exceptions.py`: everything that a client may see, each thing once."""

import ast
import inspect
from collections import Counter
from typing import TypeVar

import api.exceptions
from api.exceptions import ApiException
from domain.errors import AppError
from domain.job import ClaimLost, JobOverdue, PermanentError, UnknownPayload
from repository.connection import ReadOnlyViolation
from repository.migrate import MigrationError
from tests.test_architecture.source import LAYERS, import_modules

Kind = TypeVar("Kind", bound=Exception)

# Errors that are not on the page, each with the reason why no client ever sees it.
NOT_FOR_CLIENTS: dict[type[AppError], str] = {
    ClaimLost: "ends one run of a job in the worker",
    JobOverdue: "is kept with the job that took too long",
    PermanentError: "is kept with the job that can never succeed",
    UnknownPayload: "is a mistake of ours, found by the first call",
    ReadOnlyViolation: "is a mistake of ours, found by the first call",
    MigrationError: "is for whoever runs the command",
}

# The ranges that clients rely on: by status, the first number and the one after the last.
NUMBERS = {
    400: (40000, 40100),
    401: (40100, 40200),
    403: (40200, 40300),
    404: (40400, 40500),
    405: (40500, 40600),
    409: (40900, 41000),
    412: (41200, 41300),
    413: (41300, 41400),
    415: (41500, 41600),
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


def duplicates(values: list[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def class_arguments(name: str) -> list[str]:
    """Return the values of a keyword in the class statements of the page; registering twice would overwrite."""
    tree = ast.parse(inspect.getsource(api.exceptions))
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [ast.unparse(word.value) for node in classes for word in node.keywords if word.arg == name]


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
    assert duplicates(list(class_arguments("of"))) == []
    assert len(class_arguments("of")) == len(ApiException.by_domain_error)


def test_every_status_is_answered_by_one_class() -> None:
    by_status = [kind.status_code for kind in ApiException.all if kind in ApiException.by_status.values()]
    assert len(class_arguments("answers_status")) == len(ApiException.by_status) == len(by_status)


def test_codes_and_numbers_are_unique() -> None:
    assert duplicates([kind.code for kind in ApiException.all]) == []
    assert duplicates([kind.internal_code for kind in ApiException.all]) == []


def test_every_class_without_children_has_a_number() -> None:
    leaves = {kind for kind in descendants(ApiException) if not descendants(kind)}
    assert leaves <= set(ApiException.all)


def test_every_number_lies_in_the_range_of_its_status() -> None:
    for kind in ApiException.all:
        first, end = NUMBERS[kind.status_code]
        assert kind.internal_code in kind.numbers, kind
        assert first <= kind.numbers.start < kind.numbers.stop <= end, kind


def test_every_error_says_what_it_means() -> None:
    kinds: set[type[Exception]] = {*descendants(AppError), *descendants(ApiException)}
    assert [kind for kind in kinds if not vars(kind).get("__doc__")] == []


def test_every_message_is_a_sentence() -> None:
    messages = [kind.message for kind in descendants(AppError)] + [kind.message for kind in ApiException.all]
    assert [message for message in messages if not (message[0].isupper() and message.endswith("."))] == []
