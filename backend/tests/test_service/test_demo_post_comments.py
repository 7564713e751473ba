"""Posts and comments of the example content."""

from itertools import pairwise

import httpx2 as httpx
import pytest

from service.factory import Factory
from service.operations.demo.demo_comments import COMMENTS
from service.operations.demo.demo_content import all_examples
from service.operations.demo.demo_people import ACCOUNT_DAYS, PEOPLE
from service.operations.demo.demo_posts import posts
from service.operations.demo.world import DEMO
from tests.support.helpers import sign_up
from tests.test_service.test_demo_content import WORLD, write_demo_content

JOINED = {person.name: person.days for person in PEOPLE} | {DEMO: ACCOUNT_DAYS}


async def test_posts_are_there_with_drafts_and_what_is_unread(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    await write_demo_content(factory, user["email"])
    listed = (await client.get("/api/posts?limit=100&count=true")).json()
    visible = [post for post in posts().values() if post.published or post.author == DEMO]
    assert {post["title"] for post in listed["data"]} == {post.title for post in visible}
    assert listed["meta"]["total"] == len(visible) >= 30
    notes = (await client.get("/api/notifications?limit=100")).json()["data"]
    assert {note["read_at"] is None for note in notes} == {True, False}


async def test_what_is_deleted_does_not_come_back(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    await write_demo_content(factory, user["email"])
    own = (await client.get(f"/api/posts?author={user['id']}")).json()["data"]
    assert (await client.delete(f"/api/posts/{own[0]['id']}")).status_code == 204
    await write_demo_content(factory, user["email"])
    assert (await client.get(f"/api/posts/{own[0]['id']}")).status_code == 404


def test_people_write_after_they_joined_and_answer_after_what_they_answer() -> None:
    assert all(post.days < JOINED[post.author] for post in posts().values())
    written = {name: rows for example in all_examples(WORLD) for name, rows in example.rows.items()}
    begun = {row["id"]: row["created_at"] for row in written["posts"]}
    for before, after in pairwise(written["comments"]):
        if before["post_id"] == after["post_id"]:
            assert before["created_at"] < after["created_at"]
    assert all(row["created_at"] > begun[row["post_id"]] for row in written["comments"])


@pytest.mark.parametrize("slug", sorted(COMMENTS))
def test_comments_are_on_published_posts_by_people_who_exist(slug: str) -> None:
    assert posts()[slug].published
    assert {name for name, _, _ in COMMENTS[slug]} <= JOINED.keys()
