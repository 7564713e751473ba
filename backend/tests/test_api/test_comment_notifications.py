"""Authors are told of comments on their posts."""

import httpx2 as httpx
from fastapi import FastAPI

from service.factory import Factory
from tests.conftest import browser, run_due_jobs
from tests.support.comments import write_comment
from tests.support.helpers import sign_up
from tests.support.posts import write_post


async def _unread(client: httpx.AsyncClient) -> int:
    return int((await client.get("/api/notifications")).json()["meta"]["unread"])


async def test_a_comment_on_ones_post_is_told_with_a_link_to_the_post(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    await sign_up(client)
    post = await write_post(client, title="Notes")
    async with browser(app) as bob:
        await sign_up(bob, name="Bob")
        await write_comment(bob, post)
        await run_due_jobs(factory)
        assert (await bob.get("/api/notifications")).json()["data"] == []
    listing = (await client.get("/api/notifications")).json()
    (notification,) = listing["data"]
    assert notification["kind"] == "comment"
    assert notification["message"] == "Bob commented on “Notes”."
    assert notification["link"] == f"/posts/{post['id']}"
    assert notification["read_at"] is None
    assert listing["meta"] == {"limit": 20, "next_cursor": None, "unread": 1}
    german = (await client.get("/api/notifications", headers={"Accept-Language": "de"})).json()["data"]
    assert [told["message"] for told in german] == ["Bob hat „Notes“ kommentiert."]


async def test_authors_are_not_notified_of_their_own_comments(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    await write_comment(client, await write_post(client))
    await run_due_jobs(factory)
    assert await _unread(client) == 0


async def test_a_comment_that_is_gone_is_not_told(client: httpx.AsyncClient, app: FastAPI, factory: Factory) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as bob:
        await sign_up(bob)
        comment = await write_comment(bob, post)
        await bob.delete(f"/api/comments/{comment['id']}")
    await run_due_jobs(factory)
    assert await _unread(client) == 0
