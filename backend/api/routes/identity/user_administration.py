"""Administration of user accounts."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response, status

from api.conditional import if_match_dep, set_version
from api.dependencies import require_permission, require_recent_authentication, unit_of_work_dep
from api.documentation import VERSIONED, errors
from api.exceptions import (
    GrantsTooMuchException,
    MfaNotEnabledException,
    OwnAccountException,
    SessionNotFoundException,
    UserNotFoundException,
    VersionChangedException,
)
from api.schemas.envelope import Data
from api.schemas.identity.accounts import AccountPatch, AccountRequest, AccountResponse
from api.schemas.identity.mfa import MfaStatusResponse
from api.schemas.users import SessionResponse
from domain.permissions import Permission

router = APIRouter(tags=["accounts"], dependencies=[Depends(require_permission(Permission.READ_USERS))])
for_readers = APIRouter(prefix="/api/users")
for_admins = APIRouter(
    prefix="/api/users",
    dependencies=[Depends(require_permission(Permission.WRITE_USERS)), Depends(require_recent_authentication)],
)

SESSION_ERRORS = (GrantsTooMuchException, UserNotFoundException)
CHANGE_ERRORS = (*SESSION_ERRORS, OwnAccountException, VersionChangedException)


@for_admins.put("/{user_id}", responses={**errors(*CHANGE_ERRORS), **VERSIONED})
async def replace_account(
    user_id: UUID, body: AccountRequest, versions: if_match_dep, work: unit_of_work_dep, response: Response
) -> Data[AccountResponse]:
    """Replace everything that an admin decides about an account. An omitted name is removed."""
    user = await work.identity.administration.update(user_id, body.changes(), versions=versions)
    set_version(response, user.version)
    return Data(data=AccountResponse.of(user))


@for_admins.patch("/{user_id}", responses={**errors(*CHANGE_ERRORS), **VERSIONED})
async def update_account(
    user_id: UUID, body: AccountPatch, versions: if_match_dep, work: unit_of_work_dep, response: Response
) -> Data[AccountResponse]:
    """Change the fields that are sent. Deactivating an account ends its sessions."""
    user = await work.identity.administration.update(user_id, body.changes(), versions=versions)
    set_version(response, user.version)
    return Data(data=AccountResponse.of(user))


@for_admins.delete("/{user_id}", status_code=status.HTTP_204_NO_CONTENT, responses=errors(*CHANGE_ERRORS))
async def delete_account(user_id: UUID, versions: if_match_dep, work: unit_of_work_dep) -> None:
    """Delete an account and everything that belongs to it."""
    await work.identity.administration.delete(user_id, versions=versions)


@for_readers.get("/{user_id}/sessions", responses=errors(UserNotFoundException))
async def list_account_sessions(user_id: UUID, work: unit_of_work_dep) -> Data[list[SessionResponse]]:
    """List the open sessions of a user, the most recently seen first."""
    sessions = await work.identity.administration.find_sessions(user_id)
    current_id = work.actor.session_id
    return Data(data=[SessionResponse.of(session, current_id=current_id) for session in sessions])


@for_admins.delete("/{user_id}/sessions", status_code=status.HTTP_204_NO_CONTENT, responses=errors(*SESSION_ERRORS))
async def end_account_sessions(user_id: UUID, work: unit_of_work_dep) -> None:
    """Sign a user out of all sessions."""
    await work.identity.administration.end_sessions(user_id)


@for_readers.get("/{user_id}/second-factors", responses={**errors(UserNotFoundException), **VERSIONED})
async def get_account_second_factors(user_id: UUID, work: unit_of_work_dep) -> Data[MfaStatusResponse]:
    """Return the second factors of a user."""
    return Data(data=MfaStatusResponse.of(await work.identity.administration.get_second_factors(user_id)))


@for_admins.delete(
    "/{user_id}/second-factors",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(*SESSION_ERRORS, OwnAccountException, MfaNotEnabledException),
)
async def remove_account_second_factors(user_id: UUID, work: unit_of_work_dep) -> None:
    """Remove the authenticator app, recovery codes and passkeys of a user who is locked out.

    The user is signed out and notified by email.
    """
    await work.identity.administration.remove_second_factors(user_id)


@for_admins.delete(
    "/{user_id}/sessions/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(*SESSION_ERRORS, SessionNotFoundException),
)
async def end_account_session(user_id: UUID, session_id: UUID, work: unit_of_work_dep) -> None:
    """Sign a user out of one session."""
    await work.identity.administration.end_session(user_id, session_id)


router.include_router(for_readers)
router.include_router(for_admins)
