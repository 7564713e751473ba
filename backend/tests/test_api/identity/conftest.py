"""Fixtures of the tests of identity."""

import pytest

from core.email import Mailbox
from service.factory import Factory
from tests.support.emails import Emails


@pytest.fixture
def emails(factory: Factory, mailbox: Mailbox) -> Emails:
    return Emails(factory, mailbox)
