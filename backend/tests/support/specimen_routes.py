"""The routes of memos, for an application of the tests: `with_memos(app)` adds them."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import httpx2 as httpx
from fastapi import APIRouter, FastAPI, HTTPException, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field

from api.conditional import if_match_dep, set_version
from api.dependencies import unit_of_work_dep
from api.documentation import CREATED_VERSIONED, VERSIONED, errors
from api.exceptions import (
    NoSuchRouteException,
    NotAuthenticatedException,
    PermissionDeniedException,
    VersionChangedException,
)
from api.idempotency import idempotency_dep
from api.paging import paging_dep
from api.schemas.envelope import Data, Listing, PageQuery
from core.redis.cache import Cached
from domain.errors import VersionChanged
from domain.permissions import Permission
from domain.session import NotAuthenticated
from service.factory import Work
from tests.support.specimen import TITLE_MAX_LENGTH, FoundMemo, memos_of, remarks_of
from tests.support.specimen_tasks import RemarkWritten

router = APIRouter(prefix="/api/memos", tags=["memos"])

# A cached value of each user, as a feature has it.
MEMOS_WRITTEN = Cached("memos-written", version=1, type=int, ttl=timedelta(minutes=1))
CHANGE_ERRORS = errors(
    NotAuthenticatedException, PermissionDeniedException, NoSuchRouteException, VersionChangedException
)


class MemoRequest(BaseModel):
    """The fields of a memo."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX_LENGTH)]
    content: str | None = None
    published: bool = True


class MemoResponse(MemoRequest):
    """A memo."""

    id: UUID
    version: int

    @classmethod
    def of(cls, memo: FoundMemo) -> "MemoResponse":
        return cls(id=memo.id, title=memo.title, content=memo.content, published=memo.published, version=memo.version)


class RemarkRequest(BaseModel):
    """The field of a remark."""

    content: str


@router.get("")
async def list_memos(
    query: Annotated[PageQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[MemoResponse]:
    page = await memos_of(work).find(paging.page_request(query))
    return paging.listing(page, query, MemoResponse.of)


@router.post(
    "", status_code=status.HTTP_201_CREATED, responses={**errors(NotAuthenticatedException), **CREATED_VERSIONED}
)
async def create_memo(
    body: MemoRequest, work: unit_of_work_dep, once: idempotency_dep, response: Response
) -> Data[MemoResponse]:
    work.cache.invalidate(MEMOS_WRITTEN, _signed_in(work))
    memo = await memos_of(work).add(body.title, body.content, published=body.published)
    return await once.created(_answer(memo, response).data, at=f"/api/memos/{memo.id}")


@router.get("/{memo_id}", responses={**errors(NoSuchRouteException), **VERSIONED})
async def get_memo(memo_id: UUID, work: unit_of_work_dep, response: Response) -> Data[MemoResponse]:
    return _answer(await _found(work, memo_id), response)


@router.put("/{memo_id}", responses={**CHANGE_ERRORS, **VERSIONED})
async def replace_memo(
    memo_id: UUID, body: MemoRequest, versions: if_match_dep, work: unit_of_work_dep, response: Response
) -> Data[MemoResponse]:
    _signed_in(work)
    memo = await memos_of(work).rename(memo_id, body.title, versions=versions)
    if memo is None:
        found = await _found(work, memo_id)
        if work.actor.may_change(found.author.id, Permission.WRITE_JOBS):
            raise VersionChanged
        work.actor.refuse(Permission.WRITE_JOBS)
    return _answer(memo, response)


@router.delete("/{memo_id}", status_code=status.HTTP_204_NO_CONTENT, responses=CHANGE_ERRORS)
async def delete_memo(memo_id: UUID, work: unit_of_work_dep) -> None:
    _signed_in(work)
    if not await memos_of(work).remove(memo_id):
        await _found(work, memo_id)
        work.actor.refuse(Permission.WRITE_JOBS)


@router.post("/{memo_id}/remarks", status_code=status.HTTP_201_CREATED, responses=CHANGE_ERRORS)
async def create_remark(
    memo_id: UUID, body: RemarkRequest, work: unit_of_work_dep, once: idempotency_dep
) -> Data[RemarkRequest]:
    _signed_in(work)
    if not await remarks_of(work).add(memo_id, body.content):
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    work.outbox.publish(RemarkWritten(memo_id))
    return await once.created(body, at=f"/api/memos/{memo_id}/remarks")


def _signed_in(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotAuthenticated
    return work.actor.user_id


async def _found(work: Work, memo_id: UUID) -> FoundMemo:
    memo = await memos_of(work).get(memo_id)
    if memo is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return memo


def _answer(memo: FoundMemo, response: Response) -> Data[MemoResponse]:
    set_version(response, memo.version)
    return Data(data=MemoResponse.of(memo))


def with_memos(app: FastAPI) -> FastAPI:
    """Add the routes to an application that has answered nothing yet, and return it."""
    app.include_router(router)
    return app


async def write_memo(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Write a memo as the signed-in user, published by default, and return it."""
    response = await client.post("/api/memos", json={"title": "A title", **fields})
    assert response.status_code == 201, response.text
    memo: dict[str, Any] = response.json()["data"]
    return memo
