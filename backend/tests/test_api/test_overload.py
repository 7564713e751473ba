"""Overload: what is taken is answered, the rest hears at once when to come back, and probes are always answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2 as httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp

from api.app import create_app
from api.middleware.hosts import PROBES
from api.middleware.overload import SLOW_BODY_SECONDS, OverloadMiddleware
from core.settings import Settings
from service.factory import Factory
from tests.support.specimen_routes import with_memos

AT_ONCE = 3


class Work:
    """Requests that stay in work until they are let go."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self._beginnings = asyncio.Semaphore(0)

    async def handle(self, request: Request) -> PlainTextResponse:
        await request.body()
        self._beginnings.release()
        await self.may_end.wait()
        return PlainTextResponse("done")

    async def stream(self, _: Request) -> StreamingResponse:
        return StreamingResponse(self._parts())

    async def _parts(self) -> AsyncIterator[bytes]:
        yield b"first"
        self._beginnings.release()
        await self.may_end.wait()

    async def has_begun(self, *, more: int) -> None:
        async with asyncio.timeout(5):
            for _ in range(more):
                await self._beginnings.acquire()


def served(handler: Callable[[Request], Awaitable[PlainTextResponse | StreamingResponse]]) -> httpx.AsyncClient:
    inner = FastAPI()
    for path in ("/work", *PROBES):
        inner.add_route(path, handler, methods=["GET", "POST"])
    app: ASGIApp = OverloadMiddleware(inner, at_once=AT_ONCE)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://product.test")


async def test_what_is_too_much_is_refused_at_once_and_what_was_taken_is_answered() -> None:
    work = Work()
    async with served(work.handle) as client, asyncio.TaskGroup() as group:
        taken = [group.create_task(client.get("/work")) for _ in range(AT_ONCE)]
        await work.has_begun(more=AT_ONCE)
        refused = await client.get("/work")
        work.may_end.set()
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "TOO_BUSY"
    assert int(refused.headers["retry-after"]) >= 1
    assert [(await answer).status_code for answer in taken] == [200] * AT_ONCE


async def test_an_answered_request_makes_room() -> None:
    work = Work()
    work.may_end.set()
    async with served(work.handle) as client:
        statuses = [(await client.post("/work", content=b"x")).status_code for _ in range(2 * AT_ONCE)]
    assert set(statuses) == {200}


async def test_a_failed_request_makes_room() -> None:
    async def fail(_: Request) -> PlainTextResponse:
        raise RuntimeError

    async with served(fail) as client:
        for _ in range(2 * AT_ONCE):
            with pytest.raises(RuntimeError):
                await client.get("/work")


@pytest.mark.parametrize("path", sorted(PROBES))
async def test_probes_are_answered_whatever_is_in_work(path: str) -> None:
    work = Work()
    async with served(work.handle) as client, asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(client.get("/work"))
        await work.has_begun(more=AT_ONCE)
        probe = group.create_task(client.get(path))
        await work.has_begun(more=1)
        work.may_end.set()
    assert (await probe).status_code == 200


async def test_an_answer_that_goes_on_for_long_takes_no_place() -> None:
    work = Work()

    async with served(work.stream) as client, asyncio.TaskGroup() as group:
        streams = []
        for _ in range(2 * AT_ONCE):
            streams.append(group.create_task(client.get("/work")))
            await work.has_begun(more=1)
        work.may_end.set()
    assert {(await answer).status_code for answer in streams} == {200}


async def test_a_body_that_trickles_in_takes_no_place() -> None:
    work, may_go_on = Work(), asyncio.Event()
    work.may_end.set()

    async def body() -> AsyncIterator[bytes]:
        yield b"x"
        await may_go_on.wait()
        yield b"x"

    async with served(work.handle) as client, asyncio.TaskGroup() as group:
        slow = [group.create_task(client.post("/work", content=body())) for _ in range(AT_ONCE)]
        await asyncio.sleep(3 * SLOW_BODY_SECONDS)
        assert (await client.get("/work")).status_code == 200
        may_go_on.set()
    assert {(await answer).status_code for answer in slow} == {200}


async def test_a_refusal_looks_like_every_other_answer(settings: Settings, factory: Factory, specimen: None) -> None:
    app = with_memos(create_app(settings.model_copy(update={"api_requests_at_once": 1}), factory=factory))
    transport = httpx.ASGITransport(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://product.test") as client,
        asyncio.TaskGroup() as group,
    ):
        answers = [group.create_task(client.get("/api/memos")) for _ in range(2)]
    taken, refused = [await answer for answer in answers]
    assert (taken.status_code, refused.status_code) == (200, 503)
    assert refused.json()["error"]["request_id"] == refused.headers["x-request-id"]
    assert refused.headers["x-content-type-options"] == "nosniff"
