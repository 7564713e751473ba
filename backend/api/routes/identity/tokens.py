"""Personal API tokens: what programs sign in with."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response, status

from api.dependencies import refuse_api_tokens, require_recent_authentication, unit_of_work_dep
from api.documentation import errors, link
from api.exceptions import (
    ApiTokenNotFoundException,
    ApiTokenScopeNotHeldException,
    CrossOriginRequestException,
    EmailUnverifiedException,
    NotAuthenticatedException,
    ReauthenticationRequiredException,
    SessionRequiredException,
)
from api.schemas import ApiTokenRequest, ApiTokenResponse, CreatedApiTokenResponse, Data

router = APIRouter(
    prefix="/api/auth/tokens",
    tags=["tokens"],
    dependencies=[Depends(refuse_api_tokens)],
    responses=errors(NotAuthenticatedException, CrossOriginRequestException, SessionRequiredException),
)


@router.get("")
async def list_tokens(work: unit_of_work_dep) -> Data[list[ApiTokenResponse]]:
    """Return the caller's tokens, the newest first.

    Raises:
        NotAuthenticated: nobody is signed in.
    """
    return Data(data=[ApiTokenResponse.of(token) for token in await work.api_tokens.find()])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(require_recent_authentication)],
    responses={
        **link("revoke_api_token", parameter="token_id", value="/data/details/id"),
        **errors(
            CrossOriginRequestException,
            SessionRequiredException,
            ReauthenticationRequiredException,
            EmailUnverifiedException,
            ApiTokenScopeNotHeldException,
        ),
    },
)
async def create_api_token(
    body: ApiTokenRequest, work: unit_of_work_dep, response: Response
) -> Data[CreatedApiTokenResponse]:
    """Make a token. Its text is in this answer and nowhere else, so there is no `Idempotency-Key`.

    Raises:
        NotAuthenticated: nobody is signed in.
        EmailUnverified: the caller's address is not verified.
        ScopeNotHeld: a scope is a permission that the caller does not hold.
    """
    token, text = await work.api_tokens.create(body.name, scopes=body.scopes, lifetime=body.lifetime)
    response.headers["Location"] = f"/api/auth/tokens/{token.id}"
    return Data(data=CreatedApiTokenResponse.of(token, text))


@router.delete(
    "/{token_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(
        CrossOriginRequestException,
        SessionRequiredException,
        ReauthenticationRequiredException,
        ApiTokenNotFoundException,
    ),
)
async def revoke_api_token(token_id: UUID, work: unit_of_work_dep) -> None:
    """Make a token worthless, at once.

    Raises:
        NotAuthenticated: nobody is signed in.
        ApiTokenNotFound: there is none, or it is somebody else's.
    """
    await work.api_tokens.revoke(token_id)
