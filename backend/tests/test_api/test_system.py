"""Probes, metrics and the API's documentation."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.helpers import error_of, sign_up


@pytest.mark.parametrize("path", ["/api/", "/api/ping", "/api/health"])
async def test_constant_probes_answer(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).json() == {"data": {"status": "ok"}}


async def test_ready_names_the_state_of_each_part(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/ready")
    parts = {"database": "ok", "migrations": "ok", "redis": "ok", "replica": None}
    assert response.json() == {"data": {"status": "ok", **parts}}


@pytest.mark.parametrize(
    "change",
    ["UPDATE alembic_version SET version_num = '856fa908a643'", "DELETE FROM alembic_version"],
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


async def test_metrics_count_requests_by_route_template_and_jobs_by_state(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await client.get("/nowhere/1")
    await client.request("INVENTED", "/api/ping")
    metrics = (await client.get("/metrics")).text
    assert 'http_request_duration_seconds_count{method="POST",route="/api/auth/signup",status="201"} 1.0' in metrics
    assert "/nowhere/1" not in metrics
    assert "INVENTED" not in metrics
    assert 'jobs{queue="default",state="pending"} 1.0' in metrics
    assert 'oldest_pending_job_age_seconds{queue="default"}' in metrics
    assert 'database_connections{state="checked_out"}' in metrics


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
