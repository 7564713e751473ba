"""Pictures of users: how they are shown, replaced, removed and kept."""

import asyncio
from io import BytesIO
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.files.avatar import AvatarSize, avatar_keys
from domain.files.file import ORPHAN_AGE
from service.factory import Factory
from tests.conftest import browser, run_due_jobs
from tests.support.avatars import files_of, shown, upload
from tests.support.data_exports import exported
from tests.support.helpers import commits_refused, error_of, sign_up
from tests.support.pictures import (
    picture,
)
from tests.support.resource import PUBLIC, SIGNED_IN, Access

pytestmark = pytest.mark.usefixtures("empty_store")


ACCESS = {
    ("PUT", "/api/users/me/avatar"): Access(SIGNED_IN, {"file": ("a.png", b"no picture", "image/png")}, is_form=True),
    ("DELETE", "/api/users/me/avatar"): Access(SIGNED_IN),
    ("GET", "/api/users/{user_id}/avatar"): Access(PUBLIC, finds=404),
}


async def test_a_picture_is_shown_from_then_on(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up(client)
    assert user["avatar_url"] is None
    response = await upload(client, picture())
    assert response.status_code == 200, response.text
    address = response.json()["data"]["avatar_url"]
    assert address.startswith(f"/api/users/{user['id']}/avatar?v=")
    assert (await client.get("/api/users/me")).json()["data"]["avatar_url"] == address
    async with browser(app) as anonymous:
        assert (await anonymous.get(address)).status_code == 200


async def test_each_size_is_a_square_of_its_own_once_the_job_has_run(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    user = await sign_up(client)
    await upload(client, picture(size=(900, 300)))
    before = await shown(client, user, size=64)
    assert Image.open(BytesIO(before.content)).size == (512, 512)
    await run_due_jobs(factory)
    for size in AvatarSize:
        image = Image.open(BytesIO((await shown(client, user, size=size.value)).content))
        assert (image.format, image.size) == ("WEBP", (size, size))


async def test_a_user_gets_their_picture_with_their_data(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    await upload(client, picture())
    content = (await exported(client, factory))["files/picture.webp"]
    assert Image.open(BytesIO(content)).size == (512, 512)


async def test_only_who_is_signed_in_has_a_picture(client: httpx.AsyncClient, factory: Factory) -> None:
    assert (await upload(client, picture())).status_code == 401
    assert (await client.delete("/api/users/me/avatar")).status_code == 401
    assert await files_of(factory) == []


async def test_a_removed_picture_is_gone_with_its_files(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    await upload(client, picture())
    await run_due_jobs(factory)
    assert len(await files_of(factory)) == 3
    for _ in range(2):
        assert (await client.delete("/api/users/me/avatar")).status_code == 204
    response = await shown(client, user)
    assert (response.status_code, error_of(response)["code"]) == (404, "AVATAR_NOT_FOUND")
    await run_due_jobs(factory)
    assert await files_of(factory) == []


async def test_a_replaced_pictures_files_go_after_the_commit(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    await upload(client, picture())
    await run_due_jobs(factory)
    await upload(client, picture())
    assert len(await files_of(factory)) == 4
    await run_due_jobs(factory)
    picture_id = (await client.get("/api/users/me")).json()["data"]["avatar_url"].rpartition("=")[2]
    assert await files_of(factory) == sorted(f"avatars/{picture_id}/{size}.webp" for size in (64, 256, 512))


async def test_a_picture_that_is_gone_before_its_job_runs_gets_no_thumbnails(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    await sign_up(client)
    changed = (await upload(client, picture())).json()["data"]
    await factory.resources.files.delete(avatar_keys(changed["avatar_url"].rpartition("=")[2]))
    await run_due_jobs(factory)
    assert await files_of(factory) == []


async def test_files_that_no_row_names_are_deleted_but_not_while_they_are_young(
    client: httpx.AsyncClient, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    await upload(client, picture())
    kept = await files_of(factory)
    for key in (f"avatars/{uuid4()}/512.webp", f"avatars/{uuid4()}/64.webp", "avatars/not-ours/512.webp"):
        await factory.resources.files.write(key, b"x")
    async with factory.unit_of_work() as work:
        await work.avatars.delete_orphans()
    assert len(await files_of(factory)) == 4
    monkeypatch.setattr("service.files.file_store.ORPHAN_AGE", -ORPHAN_AGE)
    async with factory.unit_of_work() as work:
        await work.avatars.delete_orphans()
    assert await files_of(factory) == sorted([*kept, "avatars/not-ours/512.webp"])


@pytest.mark.race
async def test_a_failed_commit_leaves_the_old_picture_in_place(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        before = (await upload(client, picture())).json()["data"]["avatar_url"]
        async with commits_refused(engine, "users"):
            assert (await upload(client, picture("JPEG"))).status_code == 500
            assert (await client.delete("/api/users/me/avatar")).status_code == 500
        assert (await client.get("/api/users/me")).json()["data"]["avatar_url"] == before
        await run_due_jobs(committing_factory)
        assert (await shown(client, user, size=64)).status_code == 200


@pytest.mark.race
async def test_of_many_uploads_at_once_one_is_shown_and_the_others_are_cleaned_away(
    committing_app: FastAPI, committing_factory: Factory
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        async with asyncio.TaskGroup() as group:
            uploads = [group.create_task(upload(client, picture())) for _ in range(6)]
        assert {task.result().status_code for task in uploads} == {200}
        await run_due_jobs(committing_factory)
        assert (await shown(client, user)).status_code == 200
        assert len(await files_of(committing_factory)) <= 3 + 5 * 2  # thumbnails of a replaced one may come late


async def test_an_address_with_its_version_is_kept_for_ever_and_any_other_is_asked_again(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    user = await sign_up(client)
    address = (await upload(client, picture())).json()["data"]["avatar_url"]
    assert (await client.get(address)).headers["Cache-Control"] == "public, no-cache"  # stands in for its thumbnail
    await run_due_jobs(factory)
    final = await client.get(address)
    assert final.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await shown(client, user)).headers["Cache-Control"] == "public, no-cache"
    assert (await shown(client, user, v=str(uuid4()))).headers["Cache-Control"] == "public, no-cache"
    again = await client.get(address, headers={"If-None-Match": final.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await shown(client, user, size=64)).headers["ETag"] != final.headers["ETag"]


async def test_a_picture_can_do_nothing_in_a_browser(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    await upload(client, picture())
    headers = (await shown(client, user)).headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("size", ["0", "63", "100000", "x", "-64"])
async def test_sizes_that_are_not_made_are_refused(client: httpx.AsyncClient, size: str) -> None:
    user = await sign_up(client)
    assert (await shown(client, user, size=size)).status_code == 422


async def test_a_user_without_a_picture_and_an_unknown_user_look_the_same(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    answers = [await shown(client, {"id": key}) for key in (user["id"], uuid4())]
    assert [(answer.status_code, error_of(answer)["code"]) for answer in answers] == [(404, "AVATAR_NOT_FOUND")] * 2
