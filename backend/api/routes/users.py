"""The caller's own account."""

from fastapi import APIRouter, Depends, Response, status

from api.dependencies import cookies_dep, current_user_dep, require_recent_authentication, unit_of_work_dep
from api.documentation import errors
from api.exceptions import LastAdministratorException, NotAuthenticatedException
from api.schemas import Data, ProfilePatch, UserResponse

router = APIRouter(prefix="/api/users", tags=["users"], responses=errors(NotAuthenticatedException))


@router.get("/me")
async def get_current_user(user: current_user_dep) -> Data[UserResponse]:
    """Return the caller's account."""
    return Data(data=UserResponse.of(user))


@router.patch("/me")
async def update_current_user(body: ProfilePatch, work: unit_of_work_dep) -> Data[UserResponse]:
    """Update the caller's account."""
    return Data(data=UserResponse.of(await work.users.rename(body.name)))


@router.delete(
    "/me",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(LastAdministratorException),
    dependencies=[Depends(require_recent_authentication)],
)
async def delete_current_user(work: unit_of_work_dep, cookies: cookies_dep, response: Response) -> None:
    """Delete the caller's account and everything that belongs to it. All sessions end."""
    await work.users.delete()
    cookies.clear(response)
    cookies.clear_device(response)
