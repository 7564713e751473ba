"""The audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from api.dependencies import require_permission, unit_of_work_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException
from api.files.csv_export import CSV, csv_export_dep
from api.paging import paging_dep
from api.schemas.envelope import Listing, PageQuery
from api.schemas.identity.security_events import (
    OwnSecurityEventResponse,
    SecurityEventFilterQuery,
    SecurityEventQuery,
    SecurityEventResponse,
)
from domain.identity.security_event import SecurityEvent
from domain.page import Page, PageRequest
from domain.permissions import Permission

router = APIRouter(prefix="/api", tags=["security events"], responses=errors(NotAuthenticatedException))


@router.get("/security-events", dependencies=[Depends(require_permission(Permission.READ_AUDIT))])
async def list_security_events(
    query: Annotated[SecurityEventQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[SecurityEventResponse]:
    """List the audit log, newest first."""
    page = await work.identity.security_events.find(query.filter(), paging.page_request(query))
    return paging.listing(page, query, SecurityEventResponse.of)


@router.get(
    "/security-events.csv",
    response_class=Response,
    dependencies=[Depends(require_permission(Permission.READ_AUDIT))],
    responses=CSV,
)
async def export_security_events(
    query: Annotated[SecurityEventFilterQuery, Query()], work: unit_of_work_dep, csv: csv_export_dep
) -> StreamingResponse:
    """Download the audit log as CSV, with the filter of the list."""

    async def find(page: PageRequest) -> Page[SecurityEvent]:
        return await work.identity.security_events.find(query.filter(), page)

    return await csv.response("security-events", find, SecurityEventResponse.of, columns_of=SecurityEventResponse)


@router.get("/users/me/security-events")
async def list_own_security_events(
    query: Annotated[PageQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[OwnSecurityEventResponse]:
    """List the security events of the caller's account, newest first."""
    page = await work.identity.security_events.find_own(paging.page_request(query))
    return paging.listing(page, query, OwnSecurityEventResponse.of)
