"""The release before the newest migration makes reports on the schema that the migration leaves."""

import httpx2 as httpx
import pytest

from tests.support.helpers import PASSWORD
from tests.support.release_before import send
from tests.test_processes.conftest import eventually

pytestmark = pytest.mark.process


def test_the_release_before_the_newest_migration_makes_reports(browser_of_release_before: httpx.Client) -> None:
    browser = browser_of_release_before
    send(browser, "POST", "/api/auth/signup", {"email": "reader@example.com", "password": PASSWORD})
    report = send(browser, "POST", "/api/reports", {"kind": "activity"})
    eventually(lambda: send(browser, "GET", f"/api/reports/{report['id']}")["state"] == "done", within=30)
