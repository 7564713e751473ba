"""Download my data: everything about the user, nothing about others, no secret, and for its owner alone."""

import asyncio
import io
import json
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import LargeBinary, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import StorageUnavailable
from domain.files.file import ORPHAN_AGE
from domain.identity.data_export import KEPT, PREFIX, DataExportGivenUp
from domain.permissions import SYSTEM
from domain.tasks import CleanUp, CleanUpFiles
from repository.base_model import BaseTableModel
from repository.identity import personal_data_repository
from repository.identity.personal_data_repository import personal_data_of, subjects
from repository.personal_data import NotExported
from service.factory import Factory
from service.files.zip_archive import temporary_zip
from tests.conftest import browser, run_due_jobs
from tests.support.api_tokens import create_token, program
from tests.support.data_exports import PATH, exported
from tests.support.helpers import error_of, prove_address, refusal_of, sign_up, sign_up_proved
from tests.support.resource import SIGNED_IN, Access

DOWNLOAD = f"{PATH}/download"

ACCESS = {
    ("POST", PATH): Access(SIGNED_IN),
    ("GET", PATH): Access(SIGNED_IN),
    ("GET", f"{PATH}/access"): Access(SIGNED_IN, finds=404),
    ("GET", DOWNLOAD): Access(SIGNED_IN, finds=404),
}
FORGOT_WHO_IT_IS = "UPDATE sessions SET authenticated_at = authenticated_at - interval '11 minutes'"


pytestmark = pytest.mark.usefixtures("empty_store")


async def state_of(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(PATH)).json()["data"]
    return found


async def request_and_make(client: httpx.AsyncClient, factory: Factory) -> None:
    response = await client.post(PATH)
    assert response.status_code == 202, response.text
    await run_due_jobs(factory)


async def test_a_copy_is_made_in_the_background_and_downloaded(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client, name="Ada")
    assert (await state_of(client))["state"] is None
    assert refusal_of(await client.get(f"{PATH}/access")) == (404, "DATA_EXPORT_NOT_FOUND")
    asked = (await client.post(PATH)).json()["data"]
    assert asked["state"] == "pending"
    assert refusal_of(await client.get(DOWNLOAD)) == (404, "DATA_EXPORT_NOT_FOUND")
    await run_due_jobs(factory)
    ready = await state_of(client)
    assert ready["state"] == "ready"
    assert ready["expires_at"] > ready["created_at"]
    assert (await client.get(f"{PATH}/access")).status_code == 204
    response = await client.get(DOWNLOAD)
    day = ready["created_at"][:10]
    assert response.headers["Content-Disposition"] == f'attachment; filename="my-data-{day}.zip"'
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert len(response.content) == ready["size_bytes"] == int(response.headers["Content-Length"])


async def test_its_files_are_dated_when_it_was_made(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    before = datetime.now(UTC) - timedelta(seconds=2)  # a ZIP counts in steps of two seconds
    await request_and_make(client, factory)
    with zipfile.ZipFile(io.BytesIO((await client.get(DOWNLOAD)).content)) as archive:
        for entry in archive.infolist():
            assert before <= datetime(*entry.date_time, tzinfo=UTC) <= datetime.now(UTC), entry


async def test_a_worker_that_is_killed_leaves_no_data_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with temporary_zip() as archive:
        await archive.add_json("profile.json", rows_in_batches())
        assert await asyncio.to_thread(os.listdir, tmp_path) == []  # its file has no name that outlives the process
        file, size = await archive.finish()
        assert len(await asyncio.to_thread(file.read)) == size > 0


async def rows_in_batches() -> AsyncIterator[list[dict[str, Any]]]:
    yield [{"email": "ada@example.com"}]


async def test_the_user_is_told_and_the_audit_log_has_the_request(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    await request_and_make(client, factory)
    told = (await client.get("/api/notifications")).json()["data"]
    assert [(each["kind"], each["link"]) for each in told] == [("data_export_ready", "/account/data")]
    kinds = [event["kind"] for event in (await client.get("/api/users/me/security-events")).json()["data"]]
    assert kinds[0] == "data_export_requested"


async def test_it_has_one_file_for_each_subject_and_no_secret(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client, name="Ada")
    token = await create_token(client)
    async with browser(app) as other:
        stranger = await sign_up(other, name="Grace")
    found = await exported(client, factory)
    assert set(found) == {f"{subject.name}.json" for subject in subjects()}
    assert [row["email"] for row in found["profile.json"]] == [user["email"]]
    assert [row["name"] for row in found["api_tokens.json"]] == [token["details"]["name"]]
    assert "signed_up" in [row["kind"] for row in found["security_events.json"]]
    assert len(found["sessions.json"]) >= 1
    everything = json.dumps(found)
    hashed = (await connection.execute(text("SELECT password_hash FROM users LIMIT 1"))).scalar_one()
    for secret in (token["token"], hashed, "password_hash", "token_hash", "$argon2"):
        assert secret not in everything
    for of_another in (stranger["id"], stranger["email"], "Grace"):
        assert of_another not in everything


async def test_what_an_admin_did_is_told_without_the_admin(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    user = await sign_up(client)
    await connection.execute(
        text(
            "INSERT INTO security_events (kind, user_id, actor_id, ip_address, user_agent, details) "
            "VALUES ('account_changed', :user, uuidv7(), '192.0.2.77', 'Admin browser', '{\"by\": \"them\"}')"
        ),
        {"user": user["id"]},
    )
    events = (await exported(client, factory))["security_events.json"]
    (event,) = [row for row in events if row["kind"] == "account_changed"]
    assert (event["ip_address"], event["user_agent"], event["details"]) == (None, None, None)
    assert "actor_id" not in event


async def test_long_tables_are_read_in_batches(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data_repository, "EXPORT_BATCH", 3)
    user = await sign_up(client)
    await connection.execute(
        text(
            "INSERT INTO notifications (user_id, kind, message, link) "
            "SELECT :user, 'k', 'm' || n, '/' FROM generate_series(1, 10) n"
        ),
        {"user": user["id"]},
    )
    rows = (await exported(client, factory))["notifications.json"]
    assert sorted(row["message"] for row in rows) == sorted(f"m{number}" for number in range(1, 11))


async def test_only_the_owner_gets_it(client: httpx.AsyncClient, app: FastAPI, factory: Factory) -> None:
    user = await sign_up(client)
    await request_and_make(client, factory)
    async with browser(app) as other:
        for path in (DOWNLOAD, f"{PATH}/access"):
            assert (await other.get(path)).status_code == 401
        assert (await other.post(PATH)).status_code == 401
        await sign_up(other)
        assert (await state_of(other))["state"] is None
        assert refusal_of(await other.get(DOWNLOAD)) == (404, "DATA_EXPORT_NOT_FOUND")
        foreign = await other.get(f"/api/users/{user['id']}/data-export/download")
        assert foreign.status_code == 404


async def test_an_api_token_gets_nothing(client: httpx.AsyncClient, app: FastAPI, factory: Factory) -> None:
    await sign_up_proved(client)
    token = (await create_token(client, "write", "read"))["token"]
    await request_and_make(client, factory)
    async with program(app, token) as other:
        for method, path in (("POST", PATH), ("GET", DOWNLOAD), ("GET", f"{PATH}/access")):
            assert refusal_of(await other.request(method, path)) == (403, "SESSION_REQUIRED")


async def test_a_stolen_session_gets_nothing(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    await sign_up(client)
    await request_and_make(client, factory)
    await connection.execute(text(FORGOT_WHO_IT_IS))
    for method, path in (("POST", PATH), ("GET", DOWNLOAD), ("GET", f"{PATH}/access")):
        refused = await client.request(method, path)
        assert error_of(refused)["code"] == "REAUTHENTICATION_REQUIRED"
    assert (await state_of(client))["state"] == "ready"


async def test_asking_again_gives_the_one_in_work_then_replaces_it(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    first = (await client.post(PATH)).json()["data"]
    assert (await client.post(PATH)).json()["data"] == first
    await run_due_jobs(factory)
    assert (await client.post(PATH)).json()["data"]["state"] == "pending"
    assert refusal_of(await client.get(DOWNLOAD)) == (404, "DATA_EXPORT_NOT_FOUND")
    await run_due_jobs(factory)
    assert (await client.get(DOWNLOAD)).status_code == 200


@pytest.mark.race
async def test_asking_many_times_at_once_makes_one(committing_app: FastAPI, committing_factory: Factory) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(client.post(PATH)) for _ in range(8)]
        assert {task.result().status_code for task in asked} == {202}
        await run_due_jobs(committing_factory)
        kinds = [event["kind"] for event in (await client.get("/api/users/me/security-events")).json()["data"]]
        assert kinds.count("data_export_requested") == 1
        assert (await state_of(client))["state"] == "ready"


async def test_an_expired_copy_is_refused_and_then_deleted(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    await request_and_make(client, factory)
    await connection.execute(
        text("UPDATE data_exports SET finished_at = finished_at - CAST(:kept AS interval)"),
        {"kept": KEPT + timedelta(minutes=1)},
    )
    assert (await state_of(client))["state"] is None
    assert refusal_of(await client.get(DOWNLOAD)) == (404, "DATA_EXPORT_NOT_FOUND")
    monkeypatch.setattr("service.files.file_store.ORPHAN_AGE", -ORPHAN_AGE)
    await clean_up(factory)
    assert (await connection.execute(text("SELECT count(*) FROM data_exports"))).scalar_one() == 0
    assert await stored(factory) == []


async def test_it_goes_with_the_account(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    await prove_address(client)
    await request_and_make(client, factory)
    assert len(await stored(factory)) == 1
    assert (await client.delete("/api/users/me")).status_code == 204
    assert (await connection.execute(text("SELECT count(*) FROM data_exports"))).scalar_one() == 0
    monkeypatch.setattr("service.files.file_store.ORPHAN_AGE", -ORPHAN_AGE)
    await clean_up(factory)
    assert await stored(factory) == []


async def test_a_copy_that_cannot_be_written_is_tried_again_then_given_up(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise StorageUnavailable

    await sign_up(client)
    with monkeypatch.context() as outage:
        outage.setattr(factory.resources.files, "upload", refuse)
        await request_and_make(client, factory)
    assert (await state_of(client))["state"] == "pending"
    export_id = (await connection.execute(text("SELECT id FROM data_exports"))).scalar_one()
    async with factory.unit_of_work(SYSTEM) as work:
        work.outbox.publish(DataExportGivenUp(export_id))
    await run_due_jobs(factory)
    assert (await state_of(client))["state"] == "failed"
    await request_and_make(client, factory)
    assert (await state_of(client))["state"] == "ready"


# The tables


def _mapped() -> list[type[BaseTableModel]]:
    return [mapper.class_ for mapper in BaseTableModel.registry.mappers]


def _refers_to_a_user(table: type[BaseTableModel], seen: tuple[object, ...] = ()) -> bool:
    core = table.__table__
    names = {"user_id", "author_id", "owner_id", "actor_id", "email", "ip_address"}
    parents = {key.column.table for column in core.columns for key in column.foreign_keys} - {core, *seen}
    above = [each for each in _mapped() if each.__table__ in parents]
    return bool(names & set(core.columns.keys())) or any(_refers_to_a_user(each, (*seen, core)) for each in above)


def undeclared() -> list[str]:
    """Return the tables with data of users that say nothing about exports."""
    declared = {table.__table__.name for table in _mapped() if personal_data_of(table) is not None}  # type: ignore[attr-defined]
    return sorted({table.__table__.name for table in _mapped() if _refers_to_a_user(table)} - declared)  # type: ignore[attr-defined]


def test_every_table_with_data_of_users_is_exported_or_says_why_not() -> None:
    assert undeclared() == [], (
        "Declare `owner` in a repository of the table, or write `personal_data: ClassVar = PersonalData(…)`, "
        "or `NotExported(…)` with the reason, in its model."
    )


def test_a_table_that_says_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = next(table for table in _mapped() if getattr(table, "__tablename__", "") == "sessions")
    monkeypatch.setattr(sessions, "personal_data", None)
    assert undeclared() == ["sessions"]


def test_every_reason_is_a_sentence() -> None:
    excluded = [data for table in _mapped() if isinstance(data := personal_data_of(table), NotExported)]
    assert excluded
    assert all(len(data.reason) > 20 for data in excluded)


SECRET_WORDS = ("hash", "secret", "sealed", "seed", "password", "challenge", "private")


def test_no_exported_column_looks_like_a_secret() -> None:
    exported = [(subject, name) for subject in subjects() for name in subject.columns]
    assert [(each.name, name) for each, name in exported if any(word in name for word in SECRET_WORDS)] == []
    binary = [name for each, name in exported if isinstance(inspect(each.table).columns[name].type, LargeBinary)]
    assert binary == []


def test_what_a_table_leaves_out_exists() -> None:
    for subject in subjects():
        names = set(inspect(subject.table).columns.keys())
        assert {subject.data.of, *subject.data.without, *subject.data.of_actor} <= names


async def clean_up(factory: Factory) -> None:
    for payload in (CleanUp(), CleanUpFiles()):  # a file goes after its row
        async with factory.unit_of_work(SYSTEM) as work:
            work.outbox.enqueue(payload)
        await run_due_jobs(factory)


async def stored(factory: Factory) -> list[str]:
    found = factory.resources.files.list_older(PREFIX, than=-ORPHAN_AGE)
    return [key async for keys in found for key in keys]
