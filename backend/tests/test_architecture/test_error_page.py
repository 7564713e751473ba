"""`api/exceptions.py`: everything that a client may see, each thing once."""

import ast
import inspect
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

import api.exceptions
from api.exceptions import APIException, BadRequestException
from domain.errors import AppError, InvalidField, NotFound
from domain.jobs.job import ClaimLost, JobOverdue, PermanentError, TooCostly, TryLater, UnknownPayload
from domain.session import AccountGone, ExpectedUserGone
from domain.user import AddressNotProved, InvalidAddress
from repository.base_model import IndexSortsOtherwise
from repository.connection import ReadOnlyViolation
from repository.entity_repository import DeclarationDiffers
from repository.operations.migrate import TableLocked, UnknownRevision
from repository.operations.postgres_programs import BackupError, PostgresProgramError
from repository.operations.revision import MigrationError
from repository.ownership import DeclaredTwice
from repository.session import CommitRefused, SessionOver, UnscopedStatement
from tests.test_architecture.findings import Finding, assert_none, found_at
from tests.test_architecture.source import descendants

# Errors that are not on the page, each with the reason why no client ever sees it.
NOT_FOR_CLIENTS: dict[type[AppError], str] = {
    InvalidField: "is answered as a field that is not valid",
    InvalidAddress: "is answered as a field that is not valid",
    AddressNotProved: "is for the operator who runs the command",
    AccountGone: "is answered as the wrong password that it is a kind of",
    ExpectedUserGone: "is answered as the missing sign-in that it is a kind of",
    NotFound: "is answered as the kind of it that the entity has",
    ClaimLost: "ends one run of a job in the worker",
    JobOverdue: "is kept with the job that took too long",
    PermanentError: "is kept with the job that can never succeed",
    TryLater: "is kept with the job that is tried again",
    TooCostly: "is kept with the job, or answered as what was too costly",
    UnknownPayload: "is a mistake of ours, found by the first call",
    CommitRefused: "is a mistake of ours, found by the first call",
    DeclarationDiffers: "is a mistake of ours, found by the first start",
    IndexSortsOtherwise: "is a mistake of ours, found by the first start",
    DeclaredTwice: "is a mistake of ours, found by the first start",
    SessionOver: "is a mistake of ours, found by the first call",
    UnscopedStatement: "is a mistake of ours, found by the first call",
    ReadOnlyViolation: "is a mistake of ours, found by the first call",
    BackupError: "is for the operator who runs the command",
    PostgresProgramError: "is for the operator who runs the command",
    MigrationError: "is for the operator who runs the command",
    UnknownRevision: "is for the operator who runs the command",
    TableLocked: "is for the operator who runs the command",
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

# The numbers that releases took, by code. They never change. Below 70 an error of a release is added here; an error of
# a project is not: it takes a number from 70 to 99.
PUBLISHED: dict[str, int] = json.loads((Path(__file__).parent / "published_errors.json").read_text())
FIRST_OF_THE_PROJECT = 70
FAMILIES: dict[object, int] = {
    kind: kind.status_code for kind in APIException.__subclasses__() if "internal_code" not in vars(kind)
}


def duplicates(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def class_arguments(name: str, source: str) -> list[str]:
    """Return the values of a keyword in class statements; registering an error twice would overwrite the first."""
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return [ast.unparse(word.value) for node in classes for word in node.keywords if word.arg == name]


def violations(kinds: Sequence[type[APIException]]) -> Iterator[Finding]:
    """Yield what is wrong with the codes and numbers of `kinds`."""
    for kind in kinds:
        is_later = [other for other in kinds if other.code == kind.code].index(kind) > 0
        if is_later:
            yield on_the_page(kind, "code", f"{kind.code} stands twice", "Rename the class: its name is the code.")
        if [other for other in kinds if other.internal_code == kind.internal_code].index(kind) > 0:
            yield on_the_page(kind, "number", f"{kind.internal_code} stands twice", take_a_free_number(kind))
        first, end = NUMBERS[kind.status_code]
        if not first <= kind.internal_code < end:
            wrong = f"{kind.internal_code} is not for status {kind.status_code}"
            yield on_the_page(kind, "number", wrong, take_a_free_number(kind))
        if kind.__base__ in FAMILIES and kind.status_code != FAMILIES[kind.__base__]:
            wrong = f"{kind.__name__} has another status than its family"
            yield on_the_page(kind, "number", wrong, "Derive it from the family of its status.")
    for before, after in pairwise(kinds):
        if before.internal_code > after.internal_code:
            wrong = f"{after.internal_code} stands below {before.internal_code}"
            yield on_the_page(after, "order", wrong, "Sort the classes by their numbers.")


def on_the_page(kind: type[APIException], about: str, wrong: str, instead: str) -> Finding:
    return found_at(kind, f"error-{about}", wrong, instead)


def take_a_free_number(kind: type[APIException]) -> str:
    return f"Write `internal_code = {free_number(kind.status_code)}`."


def free_number(status: int) -> int:
    """Return the first number of a status that a project may take."""
    taken = {kind.internal_code for kind in APIException.all}
    start = status * 100 + FIRST_OF_THE_PROJECT
    return next(number for number in range(start, start + 30) if number not in taken)


def renumbered(kinds: Iterable[type[APIException]]) -> Iterator[Finding]:
    """Yield the classes whose number is not the published one, or is not the project's to take."""
    for kind in kinds:
        is_free = kind.internal_code % 100 >= FIRST_OF_THE_PROJECT and kind.internal_code not in PUBLISHED.values()
        if kind.internal_code != PUBLISHED.get(kind.code) and not (kind.code not in PUBLISHED and is_free):
            wrong = f"{kind.code} has {kind.internal_code}; a project takes numbers that end in 70 to 99"
            number = PUBLISHED.get(kind.code) or free_number(kind.status_code)
            yield on_the_page(kind, "number", wrong, f"Write `internal_code = {number}`.")


def without_number(kinds: Iterable[type[APIException]]) -> Iterator[Finding]:
    """Yield classes that answer nothing, because their number was forgotten."""
    for kind in {kind for kind in kinds if not kind.__subclasses__()} - set(APIException.all):
        yield on_the_page(kind, "number", f"{kind.__name__} has no number", take_a_free_number(kind))


def unmapped(errors: set[type[AppError]]) -> set[type[AppError]]:
    """Return domain errors that no class stands for."""
    return errors - APIException.by_domain_error.keys() - NOT_FOR_CLIENTS.keys()


def _add(error: type[AppError]) -> str:
    """Return what to write for a domain error, in the family that its name suggests."""
    family, status = ("NotFoundException", 404) if error.__name__.endswith("NotFound") else ("ConflictException", 409)
    return (
        "Add to api/exceptions.py, in order of number:\n\n"
        f"from {error.__module__} import {error.__name__}\n"
        f"class {error.__name__}Exception({family}, of={error.__name__}):\n"
        f"    internal_code = {free_number(status)}\n"
    )


def test_every_domain_error_is_on_the_page_or_not_for_clients() -> None:
    assert_none(
        found_at(error, "error-on-the-page", f"no number stands for {error.__name__}", _add(error))
        for error in unmapped(descendants(AppError))
    )


def test_an_error_that_is_not_on_the_page_is_found() -> None:
    class Forgotten(AppError):
        """No exception stands for it."""

    assert unmapped({Forgotten}) == {Forgotten}
    assert _add(Forgotten).endswith(
        f"from {__name__} import Forgotten\nclass ForgottenException(ConflictException, of=Forgotten):\n"
        f"    internal_code = {free_number(409)}\n"
    )


def test_a_class_for_an_error_takes_the_first_free_number(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoteNotFound(AppError):
        """No such note."""

    taken = type("Taken", (), {"internal_code": 40470})
    monkeypatch.setattr(APIException, "all", [taken])
    assert _add(NoteNotFound).endswith("(NotFoundException, of=NoteNotFound):\n    internal_code = 40471\n")


def test_no_error_is_both_on_the_page_and_not_for_clients() -> None:
    assert APIException.by_domain_error.keys() & NOT_FOR_CLIENTS.keys() == set()


def test_every_domain_error_is_mapped_once() -> None:
    mapped = class_arguments("of", inspect.getsource(api.exceptions))
    page = inspect.getsource(api.exceptions).splitlines()
    assert_none(
        Finding(
            "api/exceptions.py",
            max(number for number, line in enumerate(page, 1) if re.search(rf"\bof={name}\b", line)),
            "error-on-the-page",
            f"{name} is mapped twice",
            "Remove one of the classes.",
        )
        for name in duplicates(mapped)
    )
    assert len(mapped) == len(APIException.by_domain_error)


def test_an_error_that_is_mapped_twice_is_found() -> None:
    source = "class A(B, of=EmailTaken): ...\nclass C(B, of=EmailTaken, answers_status=True): ..."
    assert duplicates(class_arguments("of", source)) == ["EmailTaken"]


def test_every_status_is_answered_by_one_class() -> None:
    answers = class_arguments("answers_status", inspect.getsource(api.exceptions))
    assert len(answers) == len(APIException.by_status)


def test_the_page_is_sorted_and_codes_and_numbers_are_unique_and_in_their_ranges() -> None:
    assert_none(violations(APIException.all))


def test_published_numbers_stay_and_a_project_takes_its_own() -> None:
    assert_none(renumbered(APIException.all))


def test_releases_leave_the_numbers_of_projects_alone() -> None:
    taken = {number for number in PUBLISHED.values() if number % 100 >= FIRST_OF_THE_PROJECT}
    assert taken == set()


def test_the_tree_at_the_top_shows_every_family() -> None:
    tree = api.exceptions.__doc__ or ""
    lines = [line.split()[1:3] for line in tree.splitlines() if line.strip().startswith(("├", "└"))]
    assert lines == [[str(kind.status_code), kind.__name__] for kind in APIException.__subclasses__()]


def test_every_class_without_children_has_a_number() -> None:
    assert_none(without_number(descendants(APIException)))


def test_mistakes_on_the_page_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(APIException, "all", [])

    class EmailTakenException(BadRequestException):
        internal_code = 40001

    class EMailTakenException(BadRequestException):
        internal_code = 40001

    class StrangerException(BadRequestException):
        internal_code = 40400

    class TurncoatException(BadRequestException):
        status_code = 404
        internal_code = 40470

    class NumberlessException(BadRequestException):
        pass

    EMailTakenException.code = EmailTakenException.code
    assert [found.wrong for found in violations(APIException.all)] == [
        "EMAIL_TAKEN stands twice",
        "40001 stands twice",
        "40400 is not for status 400",
        "TurncoatException has another status than its family",
    ]
    assert list(violations([StrangerException, EmailTakenException]))[-1].wrong == "40001 stands below 40400"
    wrong = "{} has {}; a project takes numbers that end in 70 to 99"
    assert [(found.wrong, found.instead) for found in renumbered(APIException.all)] == [
        (wrong.format(code, number), "Write `internal_code = 40070`.")
        for code, number in [("EMAIL_TAKEN", 40001), ("EMAIL_TAKEN", 40001), ("STRANGER", 40400)]
    ]
    [numberless] = without_number([EmailTakenException, StrangerException, NumberlessException])
    assert numberless.instead == "Write `internal_code = 40070`."


def test_every_domain_error_says_what_it_means() -> None:
    assert_none(
        found_at(kind, "error-is-described", f"{kind.__name__} has no docstring", "Say when it is raised.")
        for kind in descendants(AppError)
        if not vars(kind).get("__doc__")
    )


def test_every_class_has_the_sentence_of_a_domain_error_or_its_own() -> None:
    instead = "Write the error that it stands for (`of=…`), or a `detail`."
    assert_none(
        on_the_page(kind, "sentence", f"{kind.__name__} says nothing", instead)
        for kind in APIException.all
        if "detail" not in vars(kind)
    )


SENTENCE = re.compile(r"[A-Z].*\.")


def test_every_message_is_a_sentence() -> None:
    instead = "Begin it with a capital letter, and end it with a full stop."
    messages = [(kind, kind.message, "message") for kind in descendants(AppError)]
    details = [(kind, kind.detail, "detail") for kind in APIException.all if "detail" in vars(kind)]
    assert_none(
        found_at(kind, "error-sentence", f"{message!r} is no sentence", instead, name=name)
        for kind, message, name in (*messages, *details)
        if not SENTENCE.fullmatch(message)
    )
