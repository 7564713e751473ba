"""The release before the newest migration works on the schema that the migration leaves, so it may serve meanwhile."""

import httpx2 as httpx
import pytest

from tests.support.helpers import PASSWORD
from tests.support.release_before import send
from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process


def test_the_release_before_the_newest_migration_works_on_its_schema(
    stack: Stack, browser_of_release_before: httpx.Client
) -> None:
    browser = browser_of_release_before
    account = {"email": "reader@example.com", "password": PASSWORD}
    send(browser, "POST", "/api/auth/signup", account)
    send(browser, "POST", "/api/auth/signout")
    send(browser, "POST", "/api/auth/signin", account)
    send(browser, "PATCH", "/api/users/me", {"name": "Ada"})
    for path in ("/api/users/me", "/api/dashboard", "/api/auth/sessions", "/api/notifications"):
        send(browser, "GET", path)
    eventually(lambda: stack.mails_to(account["email"]), within=15)
