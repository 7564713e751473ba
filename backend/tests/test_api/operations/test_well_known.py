"""Addresses that browsers and password managers know of every site."""

import re
from pathlib import Path

import httpx2 as httpx

from api.routes.operations.well_known import PASSWORD_PAGE
from tests.support.resource import PUBLIC, Access

ACCESS = {
    ("GET", "/.well-known/change-password"): Access(PUBLIC, finds=303),
}

PAGES = Path(__file__).parents[4] / "frontend" / "src" / "pages"


async def test_password_managers_find_the_page_that_changes_the_password(client: httpx.AsyncClient) -> None:
    response = await client.get("/.well-known/change-password")
    assert (response.status_code, response.headers["location"]) == (303, PASSWORD_PAGE)
    paths = {path for page in PAGES.glob("*.ts") for path in re.findall(r"path: '([^']*)'", page.read_text())}
    assert PASSWORD_PAGE.removeprefix("/") in paths


async def test_no_other_well_known_address_exists(client: httpx.AsyncClient) -> None:
    """Password managers ask for one that no site has, and trust no redirect of a site that has it."""
    probe = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
    assert (await client.get(probe)).status_code == 404
