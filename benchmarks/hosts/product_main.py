"""The programs of a release, with routes and a job whose effects can be counted.

    RELEASE=path/to/backend python product_main.py serve

The server processes import this file again. It must work with this release and with the one before.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from uuid import UUID

sys.path.insert(0, os.environ["RELEASE"])

from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Uuid, bindparam, insert, select

import api.app
from api.dependencies import unit_of_work_dep
from domain.tasks import broker
from service.factory import Work

_metadata = MetaData(schema="trial")
entries = Table("entries", _metadata, Column("id", Uuid), Column("at", DateTime(timezone=True)))
effects = Table("effects", _metadata, Column("key", BigInteger))
NEWEST = select(entries.c.id).order_by(entries.c.at.desc()).limit(200)
ADD = insert(entries).values(id=bindparam("entry_id"))
BY_ID = select(entries.c.id).where(entries.c.id == bindparam("entry_id"))

router = APIRouter(prefix="/api/trial")


@dataclass(frozen=True, slots=True)
class AddEffect:
    """A job that writes its key, and takes so many seconds."""

    key: int
    seconds: float


class EntryRequest(BaseModel):
    """An entry, with the id that the client chose."""

    id: UUID


class JobRequest(BaseModel):
    """The fields of the job."""

    key: int
    seconds: float


@router.post("/entries", status_code=201)
async def add_entry(body: EntryRequest, work: unit_of_work_dep) -> None:
    """Write an entry."""
    await work.replica_connection.write(ADD, {"entry_id": body.id})


@router.get("/entries")
async def list_entries(work: unit_of_work_dep) -> list[UUID]:
    """Return the newest entries, read as features read their lists."""
    return await work.replica_connection.fetch_values(NEWEST)


@router.get("/entries/{entry_id}")
async def get_entry(entry_id: UUID, work: unit_of_work_dep) -> UUID:
    """Return an entry, read as features read theirs."""
    if await work.replica_connection.fetch_value(BY_ID, {"entry_id": entry_id}) is None:
        raise HTTPException(404)
    return entry_id


@router.post("/jobs", status_code=202)
async def enqueue_job(body: JobRequest, work: unit_of_work_dep) -> None:
    """Enqueue a job."""
    work.outbox.enqueue(AddEffect(body.key, body.seconds))


@broker.task(AddEffect, max_attempts=1_000)
async def add_effect(work: Work, job: AddEffect) -> None:
    """Write the key in the transaction of the job, so that it stands there as often as the job was done."""
    await asyncio.sleep(job.seconds)
    await work.connection.write(insert(effects), {"key": job.key})


_create_app = api.app.create_app


def create_app(*arguments: object, **options: object) -> FastAPI:
    """Return the application with these routes."""
    app: FastAPI = _create_app(*arguments, **options)  # type: ignore[arg-type]
    app.include_router(router)
    return app


api.app.create_app = create_app

if __name__ == "__main__":
    from cli.app import main

    main()
