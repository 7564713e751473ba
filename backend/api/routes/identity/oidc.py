"""Sign in through OpenID Connect providers.

Browsers follow these addresses, so a failure shows a page instead of JSON.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status
from fastapi.responses import RedirectResponse

from api.dependencies import (
    cookies_dep,
    count_request,
    public_unit_of_work_dep,
    require_recent_authentication,
    unit_of_work_dep,
)
from api.documentation import errors
from api.exceptions import (
    EmailUnverifiedException,
    NotAuthenticatedException,
    ProviderNotFoundException,
    ProviderUnavailableException,
)
from api.identity.openid import ask_for_second_factor, handshake_cookie_dep, redirect_to_page, send_back
from api.schemas.envelope import Data
from api.schemas.identity.identities import LinkRequest, LinkResponse, OwnPath, ProviderResponse
from domain.errors import AppError
from domain.identity.external_identity import ProviderAnswer
from domain.identity.sign_in import SecondFactorRequired, SignedIn

router = APIRouter(prefix="/api/auth/oidc", tags=["oidc"], dependencies=[Depends(count_request)])

# Providers set no limit on what they send back; no browser sends a longer URL.
parameter_dep = Annotated[str | None, Query(max_length=4_000)]
redirect_dep = Annotated[OwnPath, Query()]


async def _provider_answer(
    state: parameter_dep = None, code: parameter_dep = None, error: parameter_dep = None, iss: parameter_dep = None
) -> ProviderAnswer:
    return ProviderAnswer(state=state, code=code, error=error, issuer=iss)


provider_answer_dep = Annotated[ProviderAnswer, Depends(_provider_answer)]


@router.get("")
async def list_providers(work: public_unit_of_work_dep) -> Data[list[ProviderResponse]]:
    """List the sign-in providers."""
    return Data(data=[ProviderResponse.of(provider) for provider in work.identity.external_identities.providers()])


@router.get(
    "/{provider}/start", status_code=status.HTTP_303_SEE_OTHER, response_class=RedirectResponse, include_in_schema=False
)
async def start_external_sign_in(
    provider: str,
    work: public_unit_of_work_dep,
    cookie: handshake_cookie_dep,
    *,
    redirect: redirect_dep = "/",
    again: bool = False,
) -> RedirectResponse:
    """Redirect the browser to the provider. It returns to `redirect`, or to `/sign-in?error=CODE` on failure.

    With `again` the provider asks for the password again, so the new session counts as recently authenticated.
    Otherwise it is as recent as the sign-in at the provider, and not recent if the provider does not tell.
    """
    try:
        location, handshake = await work.identity.external_sign_in.start(provider, redirect=redirect, again=again)
    except AppError as error:
        send_back(error)
    response = RedirectResponse(location, status.HTTP_303_SEE_OTHER)
    cookie.set(response, handshake)
    return response


@router.post(
    "/{provider}/link",
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(
        NotAuthenticatedException, EmailUnverifiedException, ProviderNotFoundException, ProviderUnavailableException
    ),
)
async def start_linking(
    provider: str, body: LinkRequest, work: unit_of_work_dep, cookie: handshake_cookie_dep, response: Response
) -> Data[LinkResponse]:
    """Return the URL that links an identity. The browser comes back to `redirect`, with `?error=CODE` on failure."""
    location, handshake = await work.identity.external_identities.start_linking(provider, redirect=body.redirect)
    cookie.set(response, handshake)
    return Data(data=LinkResponse(location=location))


@router.get(
    "/{provider}/callback",
    status_code=status.HTTP_303_SEE_OTHER,
    response_class=RedirectResponse,
    include_in_schema=False,
)
async def finish_external_sign_in(
    provider: str,
    request: Request,
    work: public_unit_of_work_dep,
    cookies: cookies_dep,
    cookie: handshake_cookie_dep,
    answer: provider_answer_dep,
) -> RedirectResponse:
    """Sign in or link the user on return from the provider, and redirect the browser."""
    handshake = cookie.read(request)
    try:
        outcome = await work.identity.external_sign_in.finish(provider, handshake, answer)
    except AppError as error:
        send_back(error, handshake=handshake)
    destination = handshake.redirect if handshake else "/"
    if isinstance(outcome, SecondFactorRequired):
        response = ask_for_second_factor(request, outcome, cookies, destination=destination)
    else:
        response = redirect_to_page(request, destination)
    if isinstance(outcome, SignedIn):
        cookies.set(response, outcome.tokens)
    cookie.clear(response)
    return response
