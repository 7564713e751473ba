"""Requests that need a temporary file when there can be none, as in a directory without space."""

import tempfile
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.formparsers import MultiPartParser
from structlog.testing import capture_logs

from domain.permissions import Role
from service.factory import Factory
from tests.support.avatars import upload
from tests.support.helpers import grant, refusal_of, sign_up

FORM_IN_MEMORY = MultiPartParser.spool_max_size


@pytest.fixture
def missing_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))


@pytest.mark.usefixtures("missing_directory")
async def test_an_upload_is_refused_as_an_outage_and_blames_nobody(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    with capture_logs() as lines:
        response = await upload(client, bytes(FORM_IN_MEMORY + 1))
    assert refusal_of(response) == (503, "STORAGE_UNAVAILABLE")
    assert {
        "event": "upload could not be received",
        "reason": "No such file or directory",
        "log_level": "warning",
    } in lines


@pytest.mark.usefixtures("missing_directory")
async def test_a_list_is_refused_as_an_outage(client: httpx.AsyncClient, factory: Factory) -> None:
    await grant(factory, await sign_up(client), Role.ADMIN)
    assert refusal_of(await client.get("/api/users.csv")) == (503, "STORAGE_UNAVAILABLE")
