"""The demo account's posts."""

import httpx2 as httpx

from domain.permissions import Actor
from service.factory import Factory
from service.operations.demo_posts import POSTS
from tests.support.helpers import sign_up


async def _ensure(factory: Factory, user_id: str) -> None:
    async with factory.unit_of_work(Actor(user_id)) as work:  # type: ignore[arg-type]
        await work.posts.ensure(POSTS)


async def test_demo_posts_are_written_once_and_drafts_are_among_them(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    user = await sign_up(client)
    for _ in range(2):
        await _ensure(factory, user["id"])
    posts = (await client.get("/api/posts")).json()["data"]
    assert {post["title"] for post in posts} == {fields.title for fields in POSTS}
    assert len(posts) == len(POSTS)
    assert {post["published"] for post in posts} == {True, False}
