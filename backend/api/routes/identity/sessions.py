"""Where somebody is signed in."""

from uuid import UUID

from fastapi import APIRouter, Depends, status

from api.dependencies import refuse_api_tokens, require_recent_authentication, unit_of_work_dep
from api.documentation import errors
from api.exceptions import (
    CrossOriginRequestException,
    NotAuthenticatedException,
    ReauthenticationRequiredException,
    SessionNotFoundException,
    SessionRequiredException,
)
from api.schemas import Data, SessionResponse

router = APIRouter(
    prefix="/api/auth/sessions",
    tags=["sessions"],
    dependencies=[Depends(refuse_api_tokens)],
    responses=errors(NotAuthenticatedException, CrossOriginRequestException, SessionRequiredException),
)


@router.get("")
async def list_sessions(work: unit_of_work_dep) -> Data[list[SessionResponse]]:
    """Return where the caller is signed in, the session that was seen last first.

    Raises:
        NotAuthenticated: nobody is signed in.
    """
    sessions = await work.sessions.find_open()
    current_id = work.actor.session_id
    return Data(data=[SessionResponse.of(session, current_id=current_id) for session in sessions])


@router.delete(
    "",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(CrossOriginRequestException, SessionRequiredException, ReauthenticationRequiredException),
)
async def revoke_other_sessions(work: unit_of_work_dep) -> None:
    """Sign out everywhere but here.

    Raises:
        NotAuthenticated: nobody is signed in.
    """
    await work.sessions.revoke_others()


@router.delete(
    "/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(
        CrossOriginRequestException,
        SessionRequiredException,
        ReauthenticationRequiredException,
        SessionNotFoundException,
    ),
)
async def revoke_session(session_id: UUID, work: unit_of_work_dep) -> None:
    """Sign out one session; `POST /api/auth/signout` ends the one that asks without a proof.

    Raises:
        NotAuthenticated: nobody is signed in.
        SessionNotFound: it has ended, or is somebody else's.
    """
    await work.sessions.revoke(session_id)
