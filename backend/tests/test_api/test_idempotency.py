"""A POST that is sent again with its `Idempotency-Key` gets the first answer, and nothing happens twice."""

import asyncio
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.documentation import api_routes
from domain.operations.idempotency import KeyedRequest, StoredAnswer
from domain.permissions import SYSTEM, Actor
from domain.tasks import delete_old_responses
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import commits_refused, error_of, sign_up
from tests.support.specimen_routes import with_memos, write_memo

BODY = {"title": "Once", "content": "And never again."}
pytestmark = pytest.mark.usefixtures("specimen")
KEY = {"Idempotency-Key": "a-key-of-the-clients"}


async def _count(connection: AsyncConnection, table: str) -> int:
    return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


@pytest.mark.parametrize("kind", ["memos", "remarks"])
async def test_the_same_request_gets_the_same_answer_and_writes_one_row(
    specimen_client: httpx.AsyncClient, connection: AsyncConnection, kind: str
) -> None:
    await sign_up(specimen_client)
    memo = await write_memo(specimen_client)
    path, body = ("/api/memos", BODY) if kind == "memos" else (f"/api/memos/{memo['id']}/remarks", {"content": "Hm."})
    before = await _count(connection, f"specimen.{kind}")
    first, second = [await specimen_client.post(path, json=body, headers=KEY) for _ in range(2)]
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    for header in ("location", "etag", "content-type", "cache-control"):
        assert first.headers.get(header) == second.headers.get(header)
    assert await _count(connection, f"specimen.{kind}") == before + 1


async def test_the_first_answer_is_given_even_when_things_have_changed(specimen_client: httpx.AsyncClient) -> None:
    await sign_up(specimen_client)
    first = await specimen_client.post("/api/memos", json=BODY, headers=KEY)
    await specimen_client.delete(first.headers["Location"])
    assert (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).content == first.content


async def test_a_key_is_good_for_one_request_only(specimen_client: httpx.AsyncClient) -> None:
    await sign_up(specimen_client)
    memo = (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).json()["data"]
    others: list[tuple[str, dict[str, Any]]] = [
        ("/api/memos", {**BODY, "title": "Twice"}),
        (f"/api/memos/{memo['id']}/remarks", {"content": "x"}),
    ]
    for path, body in others:
        response = await specimen_client.post(path, json=body, headers=KEY)
        assert response.status_code == 422
        assert error_of(response)["internal_code"] == 42201


async def test_keys_belong_to_their_user(specimen_client: httpx.AsyncClient, specimen_app: FastAPI) -> None:
    await sign_up(specimen_client)
    mine = await specimen_client.post("/api/memos", json=BODY, headers=KEY)
    async with browser(specimen_app) as other:
        await sign_up(other)
        theirs = await other.post("/api/memos", json=BODY, headers=KEY)
    assert theirs.status_code == 201
    assert theirs.json()["data"]["id"] != mine.json()["data"]["id"]


async def test_a_guests_idempotency_key_is_not_stored(
    specimen_client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    assert (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).status_code == 401
    assert await _count(connection, "idempotency_keys") == 0


async def test_without_a_key_every_request_counts(
    specimen_client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up(specimen_client)
    for _ in range(2):
        await specimen_client.post("/api/memos", json=BODY)
    assert await _count(connection, "specimen.memos") == 2
    assert await _count(connection, "idempotency_keys") == 0


@pytest.mark.parametrize("body", [{"title": ""}, {**BODY, "subtitle": "x"}])
async def test_a_refused_request_leaves_its_key_free(specimen_client: httpx.AsyncClient, body: dict[str, str]) -> None:
    await sign_up(specimen_client)
    assert (await specimen_client.post("/api/memos", json=body, headers=KEY)).status_code == 422
    assert (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "tab\there"])
async def test_a_strange_key_is_refused(specimen_client: httpx.AsyncClient, key: str) -> None:
    await sign_up(specimen_client)
    response = await specimen_client.post("/api/memos", json=BODY, headers={"Idempotency-Key": key})
    assert response.status_code == 422
    assert error_of(response)["details"][0]["field"] == "idempotency-key"


async def test_after_a_day_the_key_is_free_and_the_answer_deleted(
    specimen_client: httpx.AsyncClient, connection: AsyncConnection, factory: Factory
) -> None:
    await sign_up(specimen_client)
    first = await specimen_client.post("/api/memos", json=BODY, headers=KEY)
    await connection.execute(text("UPDATE idempotency_keys SET created_at = created_at - interval '24 hours 1 second'"))
    second = await specimen_client.post("/api/memos", json=BODY, headers=KEY)
    assert second.json()["data"]["id"] != first.json()["data"]["id"]
    assert (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).content == second.content

    await specimen_client.post("/api/memos", json=BODY, headers={"Idempotency-Key": "older"})
    await connection.execute(
        text("UPDATE idempotency_keys SET created_at = created_at - interval '25 hours' WHERE key = 'older'")
    )
    async with factory.unit_of_work(SYSTEM) as work:
        await delete_old_responses(work)
    assert (await connection.execute(text("SELECT key FROM idempotency_keys"))).scalars().all() == [
        KEY["Idempotency-Key"]
    ]


@pytest.mark.race
async def test_of_fifty_requests_at_once_one_is_done_and_all_get_its_answer(
    committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(with_memos(committing_app)) as specimen_client:
        await sign_up(specimen_client)

        async def insist() -> httpx.Response:
            """Do as clients should: try again as long as the answer is 409."""
            while True:
                response = await specimen_client.post("/api/memos", json=BODY, headers=KEY)
                if response.status_code != 409:
                    return response
                assert error_of(response)["internal_code"] == 40900
                assert response.headers["Retry-After"] == "1"
                await asyncio.sleep(0.05)

        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(insist()) for _ in range(50)]
    answers = [attempt.result() for attempt in attempts]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    async with engine.connect() as connection:
        assert await _count(connection, "specimen.memos") == await _count(connection, "idempotency_keys") == 1


@pytest.mark.race
async def test_while_the_first_request_is_worked_on_the_second_is_told_to_wait(
    committing_app: FastAPI, committing_factory: Factory
) -> None:
    async with browser(with_memos(committing_app)) as specimen_client:
        user = await sign_up(specimen_client)
        actor = Actor(user_id=user["id"])
        async with committing_factory.unit_of_work(actor) as work:
            assert await work.operations.idempotency.recall(KeyedRequest(KEY["Idempotency-Key"], b"hash")) is None
            response = await specimen_client.post("/api/memos", json=BODY, headers=KEY)
            assert (response.status_code, response.headers["Retry-After"]) == (409, "1")
        assert (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).status_code == 201


@pytest.mark.race
async def test_of_two_answers_to_one_key_the_second_is_rolled_back(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    """The advisory lock keeps two apart; the unique constraint does so even if one of them did not take it."""
    async with browser(with_memos(committing_app)) as specimen_client:
        user = await sign_up(specimen_client)
        await specimen_client.post("/api/memos", json=BODY, headers=KEY)
        answer = StoredAnswer(201, {}, "{}")
        with pytest.raises(Exception, match="is still being processed"):
            async with committing_factory.unit_of_work(Actor(user_id=user["id"])) as work:
                await work.operations.idempotency.remember(KeyedRequest(KEY["Idempotency-Key"], b"hash"), answer)


@pytest.mark.race
@pytest.mark.parametrize("table", ["specimen.memos", "idempotency_keys"])
async def test_a_commit_that_fails_keeps_neither_row_nor_answer(
    committing_app: FastAPI, engine: AsyncEngine, table: str
) -> None:
    async with browser(with_memos(committing_app)) as specimen_client:
        await sign_up(specimen_client)
        async with commits_refused(engine, table):
            assert (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).status_code == 500
        async with engine.connect() as connection:
            assert await _count(connection, "specimen.memos") == await _count(connection, "idempotency_keys") == 0
        assert (await specimen_client.post("/api/memos", json=BODY, headers=KEY)).status_code == 201


def test_every_route_that_creates_something_for_a_user_takes_a_key(specimen_app: FastAPI) -> None:
    def takes_a_key(route: APIRoute) -> bool:
        return any(
            field.alias == "idempotency-key"
            for dependency in route.dependant.dependencies
            for field in dependency.header_params
        )

    creating = [
        route
        for route in api_routes(specimen_app)
        if route.methods == {"POST"} and route.status_code == 201 and not route.path.startswith("/api/auth/")
    ]
    assert creating
    assert [route.path for route in creating if not takes_a_key(route)] == []
