"""The first page after signing in."""

from fastapi import APIRouter

from api.dependencies import current_user_dep, unit_of_work_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException
from api.schemas import DashboardResponse, Data

router = APIRouter(prefix="/api/dashboard", tags=["dashboard"], responses=errors(NotAuthenticatedException))


@router.get("")
async def get_dashboard(user: current_user_dep, work: unit_of_work_dep) -> Data[DashboardResponse]:
    """Return what the dashboard shows.

    Raises:
        NotAuthenticated: nobody is signed in.
    """
    return Data(data=DashboardResponse.of(user, await work.dashboard.show()))
