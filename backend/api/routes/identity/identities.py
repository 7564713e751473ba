"""Identities at other providers that are linked to your account."""

from uuid import UUID

from fastapi import APIRouter, Depends, status

from api.dependencies import refuse_api_tokens, require_recent_authentication, unit_of_work_dep
from api.documentation import errors
from api.exceptions import IdentityNotFoundException, LastSignInMethodException, NotAuthenticatedException
from api.schemas.envelope import Data
from api.schemas.identity.identities import IdentityResponse

router = APIRouter(
    prefix="/api/auth/identities",
    tags=["identities"],
    dependencies=[Depends(refuse_api_tokens)],
    responses=errors(NotAuthenticatedException),
)


@router.get("")
async def list_identities(work: unit_of_work_dep) -> Data[list[IdentityResponse]]:
    """List the identities that are linked to the caller's account."""
    found = await work.identity.external_identities.find()
    return Data(data=[IdentityResponse.of(identity, provider) for identity, provider in found])


@router.delete(
    "/{identity_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(IdentityNotFoundException, LastSignInMethodException),
)
async def unlink_identity(identity_id: UUID, work: unit_of_work_dep) -> None:
    """Unlink an identity from the caller's account, unless it is the only way to sign in."""
    await work.identity.external_identities.unlink(identity_id)
