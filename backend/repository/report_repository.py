"""Reads and writes reports."""

from collections.abc import Collection
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from domain.page import Page, PageRequest
from domain.permissions import Permission
from domain.report import FAILED_STEP, UNFINISHED, Report, ReportKind, ReportState, ReportStep
from repository import models
from repository.models.report import IS_UNFINISHED
from repository.sql.owned_repository import OwnedRepository
from repository.sql.paging import Order
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_REPORT = RowMapper(Report, models.Report, convert={"kind": ReportKind, "state": ReportState})
_NEWEST = Order(models.Report.created_at, models.Report.id, descending=True)
_IS_UNFINISHED = models.Report.state.in_(UNFINISHED)


class ReportRepository(OwnedRepository):
    """Reads and writes reports."""

    table: ClassVar = models.Report
    owner: ClassVar = models.Report.user_id
    permission: ClassVar = Permission.WRITE_REPORTS

    async def add(self, kind: ReportKind) -> Report | None:
        """Insert a report for the actor and return it, or None while they have an unfinished one of this kind.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        return await self._insert_unless_there(
            {"kind": kind},
            unique=(models.Report.user_id, models.Report.kind),
            unique_where=IS_UNFINISHED,
            rows_as=_REPORT,
        )

    async def get(self, report_id: UUID) -> Report | None:
        """Return the report, or None."""
        query = select(*_REPORT.columns).where(models.Report.id == report_id)
        return await self._fetch_one(query, rows_as=_REPORT)

    async def find_of(self, user_id: UUID, page: PageRequest, *, kind: ReportKind | None = None) -> Page[Report]:
        """Return one page of a user's reports, the newest first."""
        query = select(*_REPORT.columns).where(models.Report.user_id == user_id)
        if kind is not None:
            query = query.where(models.Report.kind == kind)
        return await self._fetch_page(query, rows_as=_REPORT, order=_NEWEST, request=page)

    async def advance(self, report_id: UUID, step: ReportStep) -> Report | None:
        """Record that `step` begins. Return None when the report is further already, as after a retry, or has ended."""
        is_ahead = models.Report.progress < step.progress
        return await self._change(report_id, is_ahead, state=ReportState.RUNNING, progress=step.progress, step=step)

    async def finish(self, report_id: UUID, *, size_bytes: int) -> Report | None:
        """Record that the file is stored. Return None when the report has ended or was deleted."""
        changes = {"state": ReportState.DONE, "progress": 100, "step": None, "size_bytes": size_bytes}
        return await self._change(report_id, **changes, finished_at=func.now())

    async def give_up(self, report_id: UUID) -> Report | None:
        """Record that the report failed. Return None when it has ended or was deleted."""
        return await self._change(report_id, state=ReportState.FAILED, step=FAILED_STEP, finished_at=func.now())

    async def find_finished(self) -> list[UUID]:
        """Return the ids of the actor's reports that have a document."""
        return await self._fetch_values(select(models.Report.id).where(models.Report.state == ReportState.DONE))

    async def find_existing(self, report_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the ids that are reports."""
        return set(await self._fetch_values(select(models.Report.id).where(models.Report.id.in_(report_ids))))

    async def delete_older(self, than: timedelta) -> bool:
        """Delete reports requested longer ago than this, and return whether there were any."""
        old = unlocked(models.Report, models.Report.created_at < func.now() - than)
        return await self._delete(delete(models.Report).where(old)) > 0

    async def _change(self, report_id: UUID, *conditions: ColumnElement[bool], **changes: object) -> Report | None:
        statement = update(models.Report).where(models.Report.id == report_id, _IS_UNFINISHED, *conditions)
        return await self._write_one(statement.values(**changes), rows_as=_REPORT)
