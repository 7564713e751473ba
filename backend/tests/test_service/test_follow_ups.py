"""Work after a commit cannot change the response of the request that made it."""

from collections.abc import Callable
from typing import Any, NoReturn
from uuid import uuid4

import httpx2 as httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from service.factory import Factory
from tests.support.helpers import PASSWORD, sign_up


class Broken(Exception):
    """An unforeseen error of a step."""


def _broken(*_: object, **__: object) -> NoReturn:
    raise Broken


async def _broken_later(*_: object, **__: object) -> NoReturn:
    raise Broken


STEPS: dict[str, tuple[Callable[[Factory], Any], str, Any]] = {
    "identities": (lambda factory: factory.identities, "forget_user", _broken),
    "wake-up": (lambda factory: factory.resources.wake_ups, "send", _broken),
    "cache": (lambda factory: factory.resources.cache, "invalidate", _broken_later),
    "live": (lambda factory: factory.resources.live_bus, "publish", _broken),
}


@pytest.mark.parametrize("broken", STEPS)
async def test_a_committed_change_is_answered_as_such_whatever_follow_up_fails(
    specimen_client: httpx.AsyncClient, factory: Factory, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    client = specimen_client
    await sign_up(client)
    done = _recorded(factory, monkeypatch, broken)
    created = await client.post("/api/memos", json={"title": "A title"})
    assert created.status_code == 201
    assert (await client.get(created.headers["Location"])).json()["data"]["title"] == "A title"
    new_password = {"current_password": PASSWORD, "new_password": "another long pass phrase"}
    changed = await client.post("/api/auth/change-password", json=new_password)
    assert changed.status_code == 204, changed.text
    assert set(done) == {*STEPS} - {broken}
    failures = factory.resources.metrics.registry.get_sample_value("commit_follow_ups_failed_total")
    assert failures is not None
    assert failures > 0


def _recorded(factory: Factory, monkeypatch: pytest.MonkeyPatch, broken: str) -> list[str]:
    """Break one step, and return a list that the names of the others are added to as they run."""
    done: list[str] = []
    for name, (owner_of, attribute, failure) in STEPS.items():
        owner = owner_of(factory)
        original = getattr(owner, attribute)

        def recording(*args: object, _name: str = name, _original: Any = original) -> Any:
            done.append(_name)
            return _original(*args)

        monkeypatch.setattr(owner, attribute, failure if name == broken else recording)
    return done


async def test_a_follow_up_that_was_registered_by_a_feature_may_fail(
    factory: Factory, connection: AsyncConnection
) -> None:
    follow_ups: list[str] = []
    async with factory.unit_of_work() as work:
        await work.identity.user_repository.mark_verified(uuid4())  # begins the transaction
        work.after_commit(_broken)
        work.after_commit(lambda: follow_ups.append("the next one"))
    assert follow_ups == ["the next one"]
    assert await connection.scalar(text("SELECT 1")) == 1
