"""Downloading all data of a user."""

import io
import json
import zipfile
from typing import Any

import httpx2 as httpx

from service.factory import Factory
from tests.conftest import run_due_jobs

PATH = "/api/users/me/data-export"


async def exported(client: httpx.AsyncClient, factory: Factory) -> dict[str, Any]:
    """Request the data of the signed-in user. Return its files by name: the rows of JSON files, the bytes of others."""
    response = await client.post(PATH)
    assert response.status_code == 202, response.text
    await run_due_jobs(factory)
    response = await client.get(f"{PATH}/download")
    assert response.status_code == 200, response.text
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return {name: json.loads(content) if name.endswith(".json") else content for name, content in files.items()}
