"""The example content of development."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import httpx2 as httpx
import pytest

from domain.user import User
from service.factory import Factory
from service.operations.demo.demo_comments import COMMENTS
from service.operations.demo.demo_content import all_examples
from service.operations.demo.demo_people import PEOPLE
from service.operations.demo.demo_posts import posts
from service.operations.demo.world import World
from tests.support.helpers import sign_up

WORLD = World(datetime(2026, 11, 21, 9, 30, tzinfo=UTC), uuid4())


async def _write(factory: Factory, email: str) -> None:
    async with factory.unit_of_work() as work:
        user = await work.identity.user_repository.get_by_email(email)
        assert isinstance(user, User)
        await work.operations.demo_content.write(user)


async def test_the_content_is_written_once(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    for _ in range(2):
        await _write(factory, user["email"])
    listed = (await client.get("/api/posts?limit=100&count=true")).json()
    visible = [post for post in posts().values() if post.published or post.author == "demo"]
    assert {post["title"] for post in listed["data"]} == {post.title for post in visible}
    assert listed["meta"]["total"] == len(visible) >= 30
    notes = (await client.get("/api/notifications?limit=100")).json()["data"]
    assert {note["read_at"] is None for note in notes} == {True, False}
    assert len((await client.get("/api/auth/sessions")).json()["data"]) == 3


async def test_what_is_deleted_does_not_come_back(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    await _write(factory, user["email"])
    own = (await client.get(f"/api/posts?author={user['id']}")).json()["data"]
    assert (await client.delete(f"/api/posts/{own[0]['id']}")).status_code == 204
    await _write(factory, user["email"])
    assert (await client.get(f"/api/posts/{own[0]['id']}")).status_code == 404


def test_everything_lies_in_the_past() -> None:
    rows = [row for example in all_examples(WORLD) for table in example.rows.values() for row in table]
    assert len(rows) > 150
    assert all(row["created_at"] <= WORLD.now for row in rows)
    assert min(row["created_at"] for row in rows) > WORLD.now - timedelta(days=60)


def test_people_write_after_they_joined_and_answer_after_what_they_answer() -> None:
    joined = {person.name: person.days for person in PEOPLE} | {"demo": 46}
    assert all(post.days < joined[post.author] for post in posts().values())
    written = {name: rows for example in all_examples(WORLD) for name, rows in example.rows.items()}
    begun = {row["id"]: row["created_at"] for row in written["posts"]}
    for before, after in pairwise(written["comments"]):
        if before["post_id"] == after["post_id"]:
            assert before["created_at"] < after["created_at"]
    assert all(row["created_at"] > begun[row["post_id"]] for row in written["comments"])


@pytest.mark.parametrize("slug", sorted(COMMENTS))
def test_comments_are_on_published_posts_by_people_who_exist(slug: str) -> None:
    assert posts()[slug].published
    assert {name for name, _, _ in COMMENTS[slug]} <= {person.name for person in PEOPLE} | {"demo"}
