"""Figures for the dashboard."""

from fastapi import APIRouter, Depends

from api.dependencies import current_user_dep, refuse_api_tokens, unit_of_work_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException
from api.schemas.dashboard import DashboardResponse
from api.schemas.envelope import Data

# It shows the current session, which a program with an API token does not have.
router = APIRouter(
    prefix="/api/dashboard",
    tags=["dashboard"],
    dependencies=[Depends(refuse_api_tokens)],
    responses=errors(NotAuthenticatedException),
)


@router.get("")
async def get_dashboard(user: current_user_dep, work: unit_of_work_dep) -> Data[DashboardResponse]:
    """Return the figures of the dashboard."""
    return Data(data=DashboardResponse.of(user, await work.dashboard.show()))
