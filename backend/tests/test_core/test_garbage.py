"""The collector: it leaves alone what was there, and finds what comes and goes."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from core.runtime.garbage import YOUNG_OBJECTS, freeze_and_resume_collection, pause_collection


class Node:
    """Refers to itself, so that only a collection can end it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_was_there_is_exempt() -> None:
    freeze_and_resume_collection()
    assert gc.get_freeze_count() > 0
    assert len(gc.get_objects()) < gc.get_freeze_count()


def test_what_refers_to_itself_is_still_found_without_asking_for_it() -> None:
    freeze_and_resume_collection()
    gone = weakref.ref(Node())
    kept: list[list[object]] = [[] for _ in range(3 * YOUNG_OBJECTS)]
    assert gone() is None
    assert kept


def test_a_start_is_not_interrupted_and_collecting_goes_on_afterwards() -> None:
    pause_collection()
    assert not gc.isenabled()
    freeze_and_resume_collection()
    assert gc.isenabled()
