"""The release before the newest migration reads and writes posts on the schema that the migration leaves."""

import httpx2 as httpx
import pytest

from tests.support.helpers import PASSWORD
from tests.support.release_before import send

pytestmark = pytest.mark.process


def test_the_release_before_the_newest_migration_takes_posts(browser_of_release_before: httpx.Client) -> None:
    browser = browser_of_release_before
    send(browser, "POST", "/api/auth/signup", {"email": "reader@example.com", "password": PASSWORD})
    post = send(browser, "POST", "/api/posts", {"title": "A title", "content": "Some content.", "published": True})
    send(browser, "PATCH", f"/api/posts/{post['id']}", {"title": "Another title"})
    send(browser, "GET", "/api/posts?q=content")
    send(browser, "DELETE", f"/api/posts/{post['id']}")
