"""Documents that a background job creates."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import StreamingResponse

from api.dependencies import unit_of_work_dep
from api.documentation import LOCATED, errors, file
from api.exceptions import (
    NotAuthenticatedException,
    ReportNotFoundException,
    ReportNotReadyException,
    StorageUnavailableException,
)
from api.files.responses import attachment, set_file_headers
from api.idempotency import idempotency_dep
from api.languages import language_dep
from api.paging import paging_dep
from api.schemas.envelope import Data, Listing, PageQuery
from api.schemas.reports import ReportRequest, ReportResponse
from domain.report import MEDIA_TYPE

router = APIRouter(prefix="/api/reports", tags=["reports"], responses=errors(NotAuthenticatedException))


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    responses=LOCATED,
)
async def request_report(
    body: ReportRequest, work: unit_of_work_dep, once: idempotency_dep, language: language_dep
) -> Data[ReportResponse]:
    """Request a report, which a background job creates. An unfinished report of the same kind is returned instead."""
    report = await work.reports.request(body.kind)
    return await once.accepted(ReportResponse.of(report, language=language), at=f"/api/reports/{report.id}")


@router.get("")
async def list_reports(
    query: Annotated[PageQuery, Query()], work: unit_of_work_dep, paging: paging_dep, language: language_dep
) -> Listing[ReportResponse]:
    """List the caller's reports, newest first."""
    page = await work.reports.find(paging.page_request(query))
    return paging.listing(page, query, partial(ReportResponse.of, language=language))


@router.get("/{report_id}", responses=errors(ReportNotFoundException))
async def get_report(report_id: UUID, work: unit_of_work_dep, language: language_dep) -> Data[ReportResponse]:
    """Return a report and its progress."""
    report = await work.reports.get(report_id)
    return Data(data=ReportResponse.of(report, language=language))


@router.get(
    "/{report_id}/download",
    response_class=Response,
    responses={
        **errors(ReportNotFoundException, ReportNotReadyException, StorageUnavailableException),
        **file(MEDIA_TYPE),
    },
)
async def download_report(report_id: UUID, work: unit_of_work_dep) -> StreamingResponse:
    """Download the document of a report."""
    report, document = await work.reports.open(report_id)
    headers = {"Content-Length": str(document.size), "Content-Disposition": attachment(report.file_name)}
    response = StreamingResponse(document.chunks, media_type=MEDIA_TYPE, headers=headers)
    set_file_headers(response, tag=str(report.id))
    return response
