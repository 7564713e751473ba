"""Reports: requested, watched, downloaded, and private to their owner."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.settings import Settings
from domain.errors import StorageUnavailable
from domain.files.file import ORPHAN_AGE
from domain.permissions import SYSTEM, Permission
from domain.report import FAILED_STEP, WEEKS, ActivityReport, ReportStep, report_key
from service.factory import Factory
from tests.conftest import browser, run_due_jobs
from tests.support.data_exports import exported
from tests.support.helpers import error_of, factory_of, sign_up
from tests.support.posts import write_post
from tests.support.resource import PRIVATE, SIGNED_IN, Access, Resource

KIND = {"kind": "activity"}


pytestmark = pytest.mark.usefixtures("empty_store")


@pytest.fixture
async def other(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Another user."""
    async with browser(app) as client:
        await sign_up(client)
        yield client


async def ask(client: httpx.AsyncClient, **headers: str) -> dict[str, Any]:
    response = await client.post("/api/reports", json=KIND, headers=headers)
    assert response.status_code == 202, response.text
    report: dict[str, Any] = response.json()["data"]
    assert response.headers["Location"] == f"/api/reports/{report['id']}"
    return report


async def look(client: httpx.AsyncClient, report: dict[str, Any]) -> dict[str, Any]:
    response = await client.get(f"/api/reports/{report['id']}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()["data"]
    return found


async def _report(client: httpx.AsyncClient) -> str:
    """Request a report that is finished, so that another one can be requested."""
    report = await ask(client)
    async with factory_of(client).unit_of_work(SYSTEM) as work:
        await work.report_builder.give_up(UUID(report["id"]))
    return str(report["id"])


RESOURCE = Resource(
    "/api/reports",
    key="report_id",
    visibility=PRIVATE,
    permission=Permission.WRITE_REPORTS,
    actions=("list", "create", "read"),
    create=KIND,
    make=_report,
    created=202,
    versioned=False,
    lists_own=True,
)

ACCESS = {
    ("GET", "/api/reports/{report_id}/download"): Access(SIGNED_IN, finds=409),
}


async def test_a_report_is_made_in_the_background_and_downloaded(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client, name="Ada")
    await write_post(client)
    report = await ask(client)
    assert report == await look(client, report)
    assert (report["state"], report["progress"], report["download_url"]) == ("pending", 0, None)
    await run_due_jobs(factory)
    done = await look(client, report)
    assert (done["state"], done["progress"], done["step"]) == ("done", 100, None)
    assert done["finished_at"] >= done["created_at"]
    response = await client.get(done["download_url"])
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-")
    assert response.content.rstrip().endswith(b"%%EOF")
    assert len(response.content) == done["size_bytes"] == int(response.headers["Content-Length"])


async def test_a_user_gets_their_reports_with_their_data(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    report = await ask(client)
    await run_due_jobs(factory)
    found = await exported(client, factory)
    assert [row["id"] for row in found["reports.json"]] == [report["id"]]
    assert found[f"files/reports/{report['id']}.pdf"].startswith(b"%PDF-")


async def test_a_document_is_saved_and_never_shown_as_a_page(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    report = await ask(client)
    await run_due_jobs(factory)
    headers = (await client.get(f"/api/reports/{report['id']}/download")).headers
    day = report["created_at"][:10]
    assert headers["Content-Disposition"] == f'attachment; filename="activity-report-{day}.pdf"'
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "sandbox" in headers["Content-Security-Policy"]


async def test_a_report_that_is_not_ready_is_a_conflict(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    report = await ask(client)
    response = await client.get(f"/api/reports/{report['id']}/download")
    assert (response.status_code, error_of(response)["code"]) == (409, "REPORT_NOT_READY")


async def test_asking_twice_gives_the_report_that_is_under_way(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    first = await ask(client)
    assert (await ask(client))["id"] == first["id"]
    await run_due_jobs(factory)
    assert (await ask(client))["id"] != first["id"]


@pytest.mark.race
async def test_asking_many_times_at_once_makes_one_report(committing_app: FastAPI, committing_factory: Factory) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(ask(client)) for _ in range(12)]
        assert len({task.result()["id"] for task in asked}) == 1
        await run_due_jobs(committing_factory)
        assert (await look(client, asked[0].result()))["state"] == "done"


async def test_the_same_request_sent_again_gets_the_first_answer(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    first = await ask(client, **{"Idempotency-Key": "a-key"})
    await run_due_jobs(factory)
    assert await ask(client, **{"Idempotency-Key": "a-key"}) == first


@pytest.mark.parametrize("body", [{}, {"kind": "other"}, {"kind": "activity", "user_id": str(uuid4())}, {"kind": None}])
async def test_only_kinds_that_there_are_can_be_asked_for(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    await sign_up(client)
    response = await client.post("/api/reports", json=body)
    assert (response.status_code, error_of(response)["code"]) == (422, "VALIDATION_FAILED")
    assert (await client.get("/api/reports")).json()["data"] == []


async def test_the_newest_report_comes_first(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    made = []
    for _ in range(3):
        made.append((await ask(client))["id"])
        await run_due_jobs(factory)
    found = (await client.get("/api/reports")).json()["data"]
    assert [report["id"] for report in found] == made[::-1]


async def test_a_document_is_for_its_user_only(
    client: httpx.AsyncClient, other: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    await sign_up(client)
    path = f"/api/reports/{(await ask(client))['id']}/download"
    await run_due_jobs(factory)
    refused = await other.get(path)
    assert (refused.status_code, error_of(refused)["code"]) == (404, "REPORT_NOT_FOUND")
    async with browser(app) as guest:
        assert (await guest.get(path)).status_code == 401


async def test_progress_is_told_while_the_job_runs(
    client: httpx.AsyncClient, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    report = await ask(client)
    seen = []

    async def print_slowly(activity: ActivityReport) -> bytes:
        seen.append(await look(client, report))
        return b"%PDF-"

    monkeypatch.setattr(factory.resources.pdf_renderer, "render", print_slowly)
    await run_due_jobs(factory)
    assert [(seen[0][name]) for name in ("state", "step", "progress")] == ["running", "Laying out pages", 50]


async def test_progress_grows_from_step_to_step() -> None:
    told = [step.progress for step in ReportStep]
    assert told == sorted(set(told))
    assert told[0] > 0
    assert told[-1] < 100


async def test_a_second_attempt_takes_nothing_back(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    report = await ask(client)
    seen = []

    async def fail(*_: object) -> None:
        seen.append((await look(client, report))["progress"])
        raise StorageUnavailable

    monkeypatch.setattr(factory.resources.files, "write", fail)
    job_id = (await connection.execute(text("SELECT id FROM jobs WHERE task = 'make_report'"))).scalar_one()
    for _ in range(2):
        await run_due_jobs(factory)
        seen.append((await look(client, report))["progress"])
        assert (await look(client, report))["state"] == "running"
        await connection.execute(text("UPDATE jobs SET available_at = now()"))
        factory.resources.transport.job_ids.append(job_id)  # type: ignore[attr-defined]
    assert seen == [90] * 4
    monkeypatch.undo()
    await run_due_jobs(factory)
    assert (await look(client, report))["state"] == "done"


async def test_a_report_that_cannot_be_made_says_so_and_another_may_be_asked_for(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    report = await ask(client)

    async def fail(*_: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(factory.resources.files, "write", fail)
    await connection.execute(text("UPDATE jobs SET attempt = max_attempts - 1 WHERE task = 'make_report'"))
    await run_due_jobs(factory)
    await run_due_jobs(factory)
    failed = await look(client, report)
    assert (failed["state"], failed["step"], failed["download_url"]) == ("failed", FAILED_STEP, None)
    assert failed["finished_at"] is not None
    assert (await client.get(f"/api/reports/{report['id']}/download")).status_code == 409
    assert (await ask(client))["id"] != report["id"]


async def test_a_report_whose_worker_died_in_the_last_attempt_fails(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    await sign_up(client)
    report = await ask(client)
    await connection.execute(
        text(
            "UPDATE jobs SET state = 'running', attempt = max_attempts, lease_until = now() - interval '1 s' "
            "WHERE task = 'make_report'"
        )
    )
    async with factory.unit_of_work(SYSTEM) as work:
        sent, dead = await work.jobs.take_unclaimed({})
        assert (sent, [job.task for job in dead]) == ({}, ["make_report"])
    await run_due_jobs(factory)
    await run_due_jobs(factory)
    assert (await look(client, report))["state"] == "failed"


async def test_a_report_whose_job_an_operator_cancels_fails(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    await sign_up(client)
    report = await ask(client)
    job_id = (await connection.execute(text("SELECT id FROM jobs WHERE task = 'make_report'"))).scalar_one()
    async with factory.unit_of_work(SYSTEM) as work:
        await work.jobs.cancel(job_id)
    await run_due_jobs(factory)
    await run_due_jobs(factory)
    assert (await look(client, report))["state"] == "failed"


async def test_a_job_that_runs_again_after_the_report_is_done_does_nothing(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    await sign_up(client)
    report = await ask(client)
    await run_due_jobs(factory)
    done = await look(client, report)
    async with factory.unit_of_work(SYSTEM) as work:
        await work.report_builder.make(UUID(report["id"]))
        await work.report_builder.give_up(UUID(report["id"]))
    assert await look(client, report) == done


async def test_a_report_whose_user_is_gone_is_not_made(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    user = await sign_up(client)
    report = await ask(client)
    await connection.execute(text(f"DELETE FROM users WHERE id = '{user['id']}'"))
    await run_due_jobs(factory)
    assert await factory.resources.files.read(report_key(UUID(report["id"]))) is None


async def test_old_reports_and_files_of_deleted_accounts_are_cleaned_away(
    client: httpx.AsyncClient,
    factory: Factory,
    settings: Settings,
    connection: AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.files.file_store.ORPHAN_AGE", -ORPHAN_AGE)
    await sign_up(client)
    old = await ask(client)
    await run_due_jobs(factory)
    kept = await ask(client)
    await run_due_jobs(factory)
    age = f"interval '{settings.report_keep_days} days 1 minute'"
    await connection.execute(text(f"UPDATE reports SET created_at = now() - {age} WHERE id = '{old['id']}'"))
    async with factory.unit_of_work(SYSTEM) as work:
        await work.reports.delete_older()
    assert (await client.get(f"/api/reports/{old['id']}")).status_code == 404
    async with factory.unit_of_work(SYSTEM) as work:
        await work.reports.delete_orphans()
    assert await factory.resources.files.read(report_key(UUID(old["id"]))) is None
    assert (await client.get(f"/api/reports/{kept['id']}/download")).status_code == 200
    await connection.execute(text("DELETE FROM users"))
    async with factory.unit_of_work(SYSTEM) as work:
        await work.reports.delete_orphans()
    assert await factory.resources.files.read(report_key(UUID(kept["id"]))) is None


async def test_a_report_holds_what_its_user_wrote(
    client: httpx.AsyncClient,
    other: httpx.AsyncClient,
    factory: Factory,
    connection: AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_up(client, name="Ada")
    await write_post(client, title="Read me")
    await write_post(client, title="A draft", published=False)
    await connection.execute(text("UPDATE posts SET created_at = created_at - interval '8 days' WHERE published"))
    await write_post(other, title="Theirs")
    await ask(client)
    printed: list[ActivityReport] = []

    async def remember(activity: ActivityReport) -> bytes:
        printed.append(activity)
        return b"%PDF-"

    monkeypatch.setattr(factory.resources.pdf_renderer, "render", remember)
    await run_due_jobs(factory)
    (activity,) = printed
    assert activity.author == "Ada"
    assert [(post.title, post.published) for post in activity.posts] == [("A draft", False), ("Read me", True)]
    counts = {count.name: count for count in activity.counts}
    assert (counts["posts"].total, counts["published_posts"].total) == (2, 1)
    assert sum(counts["posts"].per_week) == 2
    assert counts["posts"].per_week[-1] == 1
    assert len(counts["posts"].per_week) == len(activity.mondays) == WEEKS
    # The numbers of dashboards, whichever features there are.
    dashboard = (await client.get("/api/dashboard")).json()["data"]
    shown = {count["name"]: count["total"] for count in dashboard["activity"]["counts"]}
    assert {count.name: count.total for count in activity.counts} == shown
