"""The example content of development."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2 as httpx

from domain.user import User
from service.factory import Factory
from service.operations.demo.demo_content import all_examples
from service.operations.demo.world import World
from tests.support.helpers import sign_up

WORLD = World(datetime(2026, 11, 21, 9, 30, tzinfo=UTC), uuid4())


async def write_demo_content(factory: Factory, email: str) -> None:
    async with factory.unit_of_work() as work:
        user = await work.identity.user_repository.get_by_email(email)
        assert isinstance(user, User)
        await work.operations.demo_content.write(user)


async def test_the_content_is_written_once(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    for _ in range(2):
        await write_demo_content(factory, user["email"])
    assert len((await client.get("/api/auth/sessions")).json()["data"]) == 3


def test_everything_lies_in_the_past() -> None:
    rows = [row for example in all_examples(WORLD) for table in example.rows.values() for row in table]
    assert rows
    assert all(row["created_at"] <= WORLD.now for row in rows)
    assert min(row["created_at"] for row in rows) > WORLD.now - timedelta(days=60)
