"""Personal API tokens for programs."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response, status

from api.dependencies import refuse_api_tokens, require_recent_authentication, unit_of_work_dep
from api.documentation import errors, link
from api.exceptions import (
    ApiTokenNotFoundException,
    ApiTokenScopeNotHeldException,
    EmailUnverifiedException,
    NotAuthenticatedException,
)
from api.schemas.envelope import Data
from api.schemas.identity.api_tokens import ApiTokenRequest, ApiTokenResponse, CreatedApiTokenResponse

router = APIRouter(
    prefix="/api/auth/tokens",
    tags=["tokens"],
    dependencies=[Depends(refuse_api_tokens)],
    responses=errors(NotAuthenticatedException),
)


@router.get("")
async def list_tokens(work: unit_of_work_dep) -> Data[list[ApiTokenResponse]]:
    """List the caller's API tokens, newest first."""
    return Data(data=[ApiTokenResponse.of(token) for token in await work.identity.api_tokens.find()])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(require_recent_authentication)],
    responses={
        **link("revoke_api_token", parameter="token_id", value="/data/details/id"),
        **errors(EmailUnverifiedException, ApiTokenScopeNotHeldException),
    },
)
async def create_api_token(
    body: ApiTokenRequest, work: unit_of_work_dep, response: Response
) -> Data[CreatedApiTokenResponse]:
    """Create an API token. Its secret is shown in this response only, so there is no `Idempotency-Key`."""
    token, text = await work.identity.api_tokens.create(body.name, scopes=body.scopes, lifetime=body.lifetime)
    response.headers["Location"] = f"/api/auth/tokens/{token.id}"
    return Data(data=CreatedApiTokenResponse.of(token, text))


@router.delete(
    "/{token_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(ApiTokenNotFoundException),
)
async def revoke_api_token(token_id: UUID, work: unit_of_work_dep) -> None:
    """Revoke an API token immediately."""
    await work.identity.api_tokens.revoke(token_id)
