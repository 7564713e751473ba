"""Exported lists, as tests read them."""

import csv
from io import StringIO

import httpx2 as httpx


def rows_of(response: httpx.Response) -> list[dict[str, str]]:
    """Return the rows of a download."""
    assert response.status_code == 200, response.text
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))
