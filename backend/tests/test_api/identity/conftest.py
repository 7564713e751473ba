"""Fixtures of the tests of identity."""

import shutil
from collections.abc import Iterator

import pytest

from core.email import Mailbox
from core.settings import Settings
from service.factory import Factory
from tests.support.emails import Emails


@pytest.fixture
def emails(factory: Factory, mailbox: Mailbox) -> Emails:
    return Emails(factory, mailbox)


@pytest.fixture
def empty_store(settings: Settings) -> Iterator[None]:
    """Nothing is stored when a test begins, and what it stores is removed when it ends."""
    shutil.rmtree(settings.files_directory, ignore_errors=True)
    yield
    shutil.rmtree(settings.files_directory, ignore_errors=True)
