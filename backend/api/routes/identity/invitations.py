"""Inviting users: an admin creates the account, and its user sets the password with an emailed link."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response, status

from api.conditional import set_version
from api.dependencies import (
    cookies_dep,
    count_expensive,
    count_request,
    public_unit_of_work_dep,
    require_permission,
    require_recent_authentication,
    unit_of_work_dep,
)
from api.documentation import CREATED_VERSIONED, VERSIONED, errors
from api.exceptions import (
    EmailHasAccountException,
    GrantsTooMuchException,
    InvalidLinkException,
    NotInvitedException,
    PasswordTooCommonException,
    PasswordTooPersonalException,
    TooBusyException,
    UserNotFoundException,
)
from api.idempotency import idempotency_dep
from api.schemas.envelope import Data
from api.schemas.identity.accounts import AccountResponse
from api.schemas.identity.invitations import (
    AcceptInvitationRequest,
    InvitationRequest,
    InvitationResponse,
    InvitationTokenRequest,
)
from api.schemas.users import UserResponse
from domain.permissions import Permission

for_admins = APIRouter(
    prefix="/api/users",
    dependencies=[Depends(require_permission(Permission.WRITE_USERS)), Depends(require_recent_authentication)],
)
public = APIRouter(prefix="/api/auth", dependencies=[Depends(count_request)])
_OPEN_ERRORS = (UserNotFoundException, GrantsTooMuchException, NotInvitedException)


@for_admins.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={**errors(EmailHasAccountException, GrantsTooMuchException), **CREATED_VERSIONED},
)
async def invite_user(
    body: InvitationRequest, work: unit_of_work_dep, once: idempotency_dep, response: Response
) -> Data[AccountResponse]:
    """Create an account and email its user a link to set the password, which expires after seven days.

    The roles cannot grant permissions that the caller does not hold.
    """
    user = await work.identity.invitations.invite(body.invitation())
    set_version(response, user.version)
    return await once.created(AccountResponse.of(user), at=f"/api/users/{user.id}")


@for_admins.post("/{user_id}/invitation", responses={**errors(*_OPEN_ERRORS), **VERSIONED})
async def resend_invitation(user_id: UUID, work: unit_of_work_dep, response: Response) -> Data[AccountResponse]:
    """Email the invitation again. The previous link stops working, and the new one lasts seven days."""
    user = await work.identity.invitations.resend(user_id)
    set_version(response, user.version)
    return Data(data=AccountResponse.of(user))


@for_admins.delete("/{user_id}/invitation", status_code=status.HTTP_204_NO_CONTENT, responses=errors(*_OPEN_ERRORS))
async def withdraw_invitation(user_id: UUID, work: unit_of_work_dep) -> None:
    """Delete an account whose user has not accepted yet. The link stops working."""
    await work.identity.invitations.withdraw(user_id)


@public.post("/invitation", responses=errors(InvalidLinkException))
async def get_invitation(body: InvitationTokenRequest, work: public_unit_of_work_dep) -> Data[InvitationResponse]:
    """Return the invitation that the token from an email belongs to. A POST, so that no log contains the token."""
    return Data(data=InvitationResponse.of(await work.identity.invitations.find(body.token)))


@public.post(
    "/accept-invitation",
    dependencies=[Depends(count_expensive)],
    responses=errors(InvalidLinkException, PasswordTooCommonException, PasswordTooPersonalException, TooBusyException),
)
async def accept_invitation(
    body: AcceptInvitationRequest, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> Data[UserResponse]:
    """Set the password of an invited account with the token from the email, and sign its user in."""
    outcome = await work.identity.invitations.accept(body.token, body.password)
    cookies.set(response, outcome.tokens)
    return Data(data=UserResponse.of(outcome.user))


router = APIRouter(tags=["invitations"])
router.include_router(for_admins)
router.include_router(public)
