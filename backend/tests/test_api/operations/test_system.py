"""Probes and the API's documentation."""

import asyncio
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.settings import Settings
from repository.operations.revision import read_history
from tests.support.helpers import error_of, recorded_statements
from tests.support.resource import PUBLIC, Access

BACKEND = Path(__file__).parents[3]
HISTORY = read_history()
AN_OLDER_REVISION = min(HISTORY.revisions - {HISTORY.head})


ACCESS = {
    ("GET", "/api/"): Access(PUBLIC),
    ("GET", "/api/ping"): Access(PUBLIC),
    ("GET", "/api/health"): Access(PUBLIC),
    ("GET", "/api/ready"): Access(PUBLIC),
}


@pytest.mark.parametrize("path", ["/api/", "/api/ping", "/api/health"])
async def test_constant_probes_answer(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).json() == {"data": {"status": "ok"}}


async def test_ready_names_the_state_of_each_part(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/ready")
    parts = {"database": "ok", "migrations": "ok", "redis": "ok", "replica": None}
    assert response.json() == {"data": {"status": "ok", **parts}}


# A probe and all other requests wait while a module loads.
PROGRAM = """
import asyncio, sys
import httpx2
from api.app import create_app
from core.settings import load_settings

async def main():
    app = create_app(load_settings())
    async with app.router.lifespan_context(app), httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://localhost"
    ) as client:
        before = set(sys.modules)
        assert (await client.get("/api/ready")).status_code == 200
        print(*sorted(set(sys.modules) - before), file=sys.stderr)

asyncio.run(main())
"""


def test_readiness_loads_nothing(settings: Settings) -> None:
    urls = {"DATABASE_URL": settings.require_database_url(), "REDIS_URL": settings.require_redis_url()}
    environment = {"ENVIRONMENT": "test", **urls}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=BACKEND, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stderr.split() == [], "import these modules, or read their files, when the application starts"


@pytest.mark.parametrize(
    "change",
    [f"UPDATE alembic_version SET version_num = '{AN_OLDER_REVISION}'", "DELETE FROM alembic_version"],
)
async def test_missing_migrations_make_it_not_ready(
    client: httpx.AsyncClient, connection: AsyncConnection, change: str
) -> None:
    await connection.execute(text(change))
    response = await client.get("/api/ready")
    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert error_of(response)["code"] == "NOT_READY"
    assert error_of(response)["details"] == [{"field": "migrations", "message": "outdated"}]


async def test_a_database_that_a_newer_release_has_migrated_leaves_it_ready(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await connection.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    response = await client.get("/api/ready")
    assert response.status_code == 200
    assert response.json()["data"]["migrations"] == "ok"


async def test_many_probes_at_once_share_one_check(client: httpx.AsyncClient) -> None:
    await client.get("/api/ready")
    with recorded_statements() as recorded:
        answers = await asyncio.gather(*(client.get("/api/ready") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(recorded) <= 2


async def test_the_document_is_made_once_and_not_sent_again(app: FastAPI, client: httpx.AsyncClient) -> None:
    with patch.object(app, "openapi", wraps=app.openapi) as made:
        first, second = await asyncio.gather(client.get("/api/openapi.json"), client.get("/api/openapi.json"))
        again = await client.get("/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.json(), second.content, again.status_code) == (app.openapi(), first.content, 304)
    assert made.call_count == 1


async def test_every_operation_is_named_and_documents_the_one_error_shape(app: FastAPI) -> None:
    document = app.openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for operation in operations:
        assert operation["summary"]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorResponse"}
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "USER_ALREADY_EXISTS" in document["components"]["schemas"]["ErrorCode"]["enum"]
