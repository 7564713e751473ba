"""Your own account, profile pictures, and the list of users for admins."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.responses import StreamingResponse

from api.conditional import set_version
from api.dependencies import (
    cookies_dep,
    current_user_dep,
    require_permission,
    require_recent_authentication,
    unit_of_work_dep,
)
from api.documentation import VERSIONED, errors
from api.exceptions import LastAdministratorException, NotAuthenticatedException, UserNotFoundException
from api.files.csv_export import CSV, csv_export_dep
from api.paging import paging_dep
from api.schemas.envelope import Data, Listing
from api.schemas.identity.accounts import AccountFilterQuery, AccountQuery, AccountResponse
from api.schemas.users import ProfilePatch, UserResponse
from domain.page import Page, PageRequest
from domain.permissions import Permission
from domain.user import User

router = APIRouter(prefix="/api/users", tags=["users"], responses=errors(NotAuthenticatedException))


@router.get("/me")
async def get_current_user(user: current_user_dep) -> Data[UserResponse]:
    """Return the caller's account."""
    return Data(data=UserResponse.of(user))


@router.patch("/me")
async def update_current_user(body: ProfilePatch, work: unit_of_work_dep) -> Data[UserResponse]:
    """Update the caller's account."""
    return Data(data=UserResponse.of(await work.users.change_profile(body.changes())))


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


@router.get("", dependencies=[Depends(require_permission(Permission.READ_USERS))])
async def list_accounts(
    query: Annotated[AccountQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[AccountResponse]:
    """List users. Requires the permission `read:users`."""
    page = await work.users.find(query.filter(), sort=query.sort, page=paging.page_request(query))
    return paging.listing(page, query, AccountResponse.of)


@router.get(
    ".csv", response_class=Response, dependencies=[Depends(require_permission(Permission.READ_USERS))], responses=CSV
)
async def export_accounts(
    query: Annotated[AccountFilterQuery, Query()], work: unit_of_work_dep, csv: csv_export_dep
) -> StreamingResponse:
    """Download the list of users as CSV, with the filter and order of the list.

    Requires the permission `read:users`.
    """

    async def find(page: PageRequest) -> Page[User]:
        return await work.users.find(query.filter(), sort=query.sort, page=page)

    return await csv.response("users", find, AccountResponse.of, columns_of=AccountResponse)


@router.get(
    "/{user_id}",
    dependencies=[Depends(require_permission(Permission.READ_USERS))],
    responses={**errors(UserNotFoundException), **VERSIONED},
)
async def get_account(user_id: UUID, work: unit_of_work_dep, response: Response) -> Data[AccountResponse]:
    """Return a user. Requires the permission `read:users`."""
    user = await work.users.get(user_id)
    set_version(response, user.version)
    return Data(data=AccountResponse.of(user))
