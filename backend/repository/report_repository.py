"""Reads and writes reports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from domain.page import Cursor, Page, PageRequest
from domain.permissions import Permission
from domain.report import FAILED_STEP, UNFINISHED, Report, ReportKind, ReportState, ReportStep
from repository import models
from repository.models.report import IS_UNFINISHED
from repository.sql.owned_repository import OwnedRepository
from repository.sql.paging import Order

_COLUMNS = (
    models.Report.id,
    models.Report.user_id,
    models.Report.kind,
    models.Report.state,
    models.Report.progress,
    models.Report.step,
    models.Report.size_bytes,
    models.Report.created_at,
    models.Report.finished_at,
)
_NEWEST = Order(models.Report.created_at, models.Report.id, descending=True)
_IS_UNFINISHED = models.Report.state.in_(UNFINISHED)


class ReportRepository(OwnedRepository):
    """Reads and writes reports."""

    table: ClassVar = models.Report
    owner: ClassVar = models.Report.user_id
    permission: ClassVar = Permission.WRITE_REPORTS

    async def add(self, kind: ReportKind) -> Report | None:
        """Insert a report of the actor's and return it, or None while they have an unfinished one of the kind."""
        row = await self._insert_unless_there(
            {"kind": kind},
            unique=(models.Report.user_id, models.Report.kind),
            unique_where=IS_UNFINISHED,
            returning=_COLUMNS,
        )
        return _to_report(row) if row else None

    async def get(self, report_id: UUID) -> Report | None:
        """Return the report, or None."""
        row = await self._fetch_one(select(*_COLUMNS).where(models.Report.id == report_id))
        return _to_report(row) if row else None

    async def find_of(self, user_id: UUID, page: PageRequest, *, kind: ReportKind | None = None) -> Page[Report]:
        """Return one page of a user's reports, the newest first."""
        query = select(*_COLUMNS).where(models.Report.user_id == user_id)
        if kind is not None:
            query = query.where(models.Report.kind == kind)
        total, rows = await self._fetch_page(query, order=_NEWEST, request=page)
        reports = tuple(_to_report(row) for row in rows[: page.limit])
        cursor = Cursor(reports[-1].created_at, reports[-1].id) if len(rows) > page.limit else None
        return Page(reports, cursor, total)

    async def advance(self, report_id: UUID, step: ReportStep) -> Report | None:
        """Note that `step` begins; None when the report is further already, as after a retry, or has ended."""
        changes = {"state": ReportState.RUNNING, "progress": step.progress, "step": step}
        return await self._change(report_id, changes, models.Report.progress < step.progress)

    async def finish(self, report_id: UUID, *, size_bytes: int) -> Report | None:
        """Note that the file is there; None when the report has ended or was deleted meanwhile."""
        changes = {"state": ReportState.DONE, "progress": 100, "step": None, "size_bytes": size_bytes}
        return await self._change(report_id, {**changes, "finished_at": func.now()})

    async def give_up(self, report_id: UUID) -> Report | None:
        """Note that the report cannot be made; None when it has ended or was deleted meanwhile."""
        changes = {"state": ReportState.FAILED, "step": FAILED_STEP, "finished_at": func.now()}
        return await self._change(report_id, changes)

    async def find_existing(self, report_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the ids that are reports."""
        rows = await self._fetch_all(select(models.Report.id).where(models.Report.id.in_(report_ids)))
        return {row[0] for row in rows}

    async def delete_older(self, than: timedelta) -> bool:
        """Delete reports that were asked for longer ago than this, and return whether there were any."""
        return await self._delete(delete(models.Report).where(models.Report.created_at < func.now() - than))

    async def _change(
        self, report_id: UUID, changes: Mapping[str, object], *conditions: ColumnElement[bool]
    ) -> Report | None:
        statement = update(models.Report).where(models.Report.id == report_id, _IS_UNFINISHED, *conditions)
        row = await self._update(statement.values(changes), returning=_COLUMNS)
        return _to_report(row) if row else None


def _to_report(row: Sequence[Any]) -> Report:
    report_id, user_id, kind, state, *others = row
    return Report(report_id, user_id, ReportKind(kind), ReportState(state), *others)
