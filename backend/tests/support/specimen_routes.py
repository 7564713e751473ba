"""The routes of notes, for an application of the tests: `with_notes(app)` adds them."""

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
from tests.support.specimen import TITLE_MAX_LENGTH, FoundNote, notes_of, remarks_of
from tests.support.specimen_tasks import RemarkWritten

router = APIRouter(prefix="/api/notes", tags=["notes"])

# A cached value of each user, as a feature has it.
NOTES_WRITTEN = Cached("notes-written", version=1, type=int, ttl=timedelta(minutes=1))
CHANGE_ERRORS = errors(
    NotAuthenticatedException, PermissionDeniedException, NoSuchRouteException, VersionChangedException
)


class NoteRequest(BaseModel):
    """The fields of a note."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX_LENGTH)]
    content: str | None = None
    published: bool = True


class NoteResponse(NoteRequest):
    """A note."""

    id: UUID
    version: int

    @classmethod
    def of(cls, note: FoundNote) -> "NoteResponse":
        return cls(id=note.id, title=note.title, content=note.content, published=note.published, version=note.version)


class RemarkRequest(BaseModel):
    """The field of a remark."""

    content: str


@router.get("")
async def list_notes(
    query: Annotated[PageQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[NoteResponse]:
    page = await notes_of(work).find(paging.wanted(query))
    return paging.answer(page, query, NoteResponse.of)


@router.post(
    "", status_code=status.HTTP_201_CREATED, responses={**errors(NotAuthenticatedException), **CREATED_VERSIONED}
)
async def create_note(
    body: NoteRequest, work: unit_of_work_dep, once: idempotency_dep, response: Response
) -> Data[NoteResponse]:
    work.cache.invalidate(NOTES_WRITTEN, _signed_in(work))
    note = await notes_of(work).add(body.title, body.content, published=body.published)
    return await once.created(_answer(note, response).data, at=f"/api/notes/{note.id}")


@router.get("/{note_id}", responses={**errors(NoSuchRouteException), **VERSIONED})
async def get_note(note_id: UUID, work: unit_of_work_dep, response: Response) -> Data[NoteResponse]:
    return _answer(await _found(work, note_id), response)


@router.put("/{note_id}", responses={**CHANGE_ERRORS, **VERSIONED})
async def replace_note(
    note_id: UUID, body: NoteRequest, versions: if_match_dep, work: unit_of_work_dep, response: Response
) -> Data[NoteResponse]:
    _signed_in(work)
    note = await notes_of(work).rename(note_id, body.title, versions=versions)
    if note is None:
        found = await _found(work, note_id)
        if work.actor.may_change(found.author.id, Permission.WRITE_JOBS):
            raise VersionChanged
        work.actor.refuse(Permission.WRITE_JOBS)
    return _answer(note, response)


@router.delete("/{note_id}", status_code=status.HTTP_204_NO_CONTENT, responses=CHANGE_ERRORS)
async def delete_note(note_id: UUID, work: unit_of_work_dep) -> None:
    _signed_in(work)
    if not await notes_of(work).remove(note_id):
        await _found(work, note_id)
        work.actor.refuse(Permission.WRITE_JOBS)


@router.post("/{note_id}/remarks", status_code=status.HTTP_201_CREATED, responses=CHANGE_ERRORS)
async def create_remark(
    note_id: UUID, body: RemarkRequest, work: unit_of_work_dep, once: idempotency_dep
) -> Data[RemarkRequest]:
    _signed_in(work)
    if not await remarks_of(work).add(note_id, body.content):
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    work.outbox.publish(RemarkWritten(note_id))
    return await once.created(body, at=f"/api/notes/{note_id}/remarks")


def _signed_in(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotAuthenticated
    return work.actor.user_id


async def _found(work: Work, note_id: UUID) -> FoundNote:
    note = await notes_of(work).get(note_id)
    if note is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return note


def _answer(note: FoundNote, response: Response) -> Data[NoteResponse]:
    set_version(response, note.version)
    return Data(data=NoteResponse.of(note))


def with_notes(app: FastAPI) -> FastAPI:
    """Add the routes to an application that has answered nothing yet, and return it."""
    app.include_router(router)
    return app


async def write_note(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Write a note as the signed-in user, published by default, and return it."""
    response = await client.post("/api/notes", json={"title": "A title", **fields})
    assert response.status_code == 201, response.text
    note: dict[str, Any] = response.json()["data"]
    return note
