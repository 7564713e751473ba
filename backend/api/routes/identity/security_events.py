"""The audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.dependencies import require_permission, unit_of_work_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException
from api.paging import paging_dep
from api.schemas.envelope import Listing, PageQuery
from api.schemas.identity.security_events import OwnSecurityEventResponse, SecurityEventQuery, SecurityEventResponse
from domain.permissions import Permission

router = APIRouter(prefix="/api", tags=["security events"], responses=errors(NotAuthenticatedException))


@router.get("/security-events", dependencies=[Depends(require_permission(Permission.READ_AUDIT))])
async def list_security_events(
    query: Annotated[SecurityEventQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[SecurityEventResponse]:
    """List the audit log, newest first."""
    page = await work.identity.security_events.find(query.filter(), paging.wanted(query))
    return paging.answer(page, query, SecurityEventResponse.of)


@router.get("/users/me/security-events")
async def list_own_security_events(
    query: Annotated[PageQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[OwnSecurityEventResponse]:
    """List the security events of the caller's account, newest first."""
    page = await work.identity.security_events.find_own(paging.wanted(query))
    return paging.answer(page, query, OwnSecurityEventResponse.of)
