"""The devices on which you are signed in."""

from uuid import UUID

from fastapi import APIRouter, Depends, status

from api.dependencies import refuse_api_tokens, require_recent_authentication, unit_of_work_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException, SessionNotFoundException
from api.schemas.envelope import Data
from api.schemas.users import SessionResponse

router = APIRouter(
    prefix="/api/auth/sessions",
    tags=["sessions"],
    dependencies=[Depends(refuse_api_tokens)],
    responses=errors(NotAuthenticatedException),
)


@router.get("")
async def list_sessions(work: unit_of_work_dep) -> Data[list[SessionResponse]]:
    """List the open sessions of the caller, the most recently seen first."""
    sessions = await work.identity.sessions.find_open()
    current_id = work.actor.session_id
    return Data(data=[SessionResponse.of(session, current_id=current_id) for session in sessions])


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, dependencies=[Depends(require_recent_authentication)])
async def revoke_other_sessions(work: unit_of_work_dep) -> None:
    """Sign out of all other sessions."""
    await work.identity.sessions.revoke_others()


@router.delete(
    "/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(SessionNotFoundException),
)
async def revoke_session(session_id: UUID, work: unit_of_work_dep) -> None:
    """Sign out of one session. For the current one use `POST /api/auth/signout`."""
    await work.identity.sessions.revoke(session_id)
