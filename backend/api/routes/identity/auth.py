"""Sign up, sign in, sign out, and session tokens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, status
from fastapi.responses import JSONResponse

from api.cookies import SessionCookies
from api.dependencies import (
    cookies_dep,
    count_expensive,
    count_request,
    public_unit_of_work_dep,
    refuse_api_tokens,
    unit_of_work_dep,
)
from api.documentation import errors
from api.error_handlers import error_response
from api.exceptions import (
    ErrorDetail,
    InvalidCredentialsException,
    MfaRequiredException,
    NotAuthenticatedException,
    PasswordTooCommonException,
    PasswordTooPersonalException,
    SessionExpiredException,
    SessionRevokedException,
    SignUpClosedException,
    TooBusyException,
    TooManyAttemptsException,
    TooManyCodesException,
    UserAlreadyExistsException,
    WrongPasswordException,
    WrongSecondFactorException,
)
from api.languages import answer_language, name_language
from api.schemas.envelope import Data
from api.schemas.identity.auth import PasswordForm, ReauthenticateRequest, SignInRequest, SignUpRequest, TokenResponse
from api.schemas.identity.credentials import AcceptedResponse
from api.schemas.identity.invitations import SignUpStateResponse
from api.schemas.users import UserResponse
from core.translation import mark
from domain.identity.mfa import MfaMethod
from domain.identity.sign_in import SecondFactorRequired
from domain.language import Language

public = APIRouter(prefix="/api/auth", dependencies=[Depends(count_request)])
session_only = APIRouter(prefix="/api/auth", dependencies=[Depends(refuse_api_tokens)])
router = APIRouter(tags=["auth"])
router.include_router(public)
router.include_router(session_only)

_METHODS = {
    MfaMethod.TOTP: mark("A code from your authenticator app."),
    MfaMethod.RECOVERY_CODE: mark("One of your recovery codes."),
    MfaMethod.PASSKEY: mark("One of your passkeys."),
}
_MAILED = mark("We’ve sent an email to this address.")


@public.get("/signup")
async def get_sign_up_state(work: public_unit_of_work_dep) -> Data[SignUpStateResponse]:
    """Return whether anyone can create an account. Otherwise an admin invites every user."""
    return Data(data=SignUpStateResponse(is_open=work.identity.registration.is_open))


@public.post(
    "/signup",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(count_expensive)],
    response_model=Data[UserResponse],
    responses={
        status.HTTP_202_ACCEPTED: {
            "model": Data[AcceptedResponse],
            "description": "With `SIGNUP_ENUMERATION_SAFE`: the outcome is sent by email.",
        },
        **errors(
            SignUpClosedException,
            UserAlreadyExistsException,
            PasswordTooCommonException,
            PasswordTooPersonalException,
            TooManyAttemptsException,
            TooBusyException,
        ),
    },
)
async def sign_up(
    body: SignUpRequest, request: Request, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> Data[UserResponse] | JSONResponse:
    """Create an account and sign it in."""
    outcome = await work.auth.sign_up(body.email, password=body.password, name=body.name)
    if outcome is None:
        return _answer_mailed(answer_language(request.scope))
    cookies.set(response, outcome.tokens)
    response.headers["Location"] = "/api/users/me"
    return Data(data=UserResponse.of(outcome.user))


def _answer_mailed(language: Language) -> JSONResponse:
    answer: Data[AcceptedResponse] = Data(data=AcceptedResponse.of(_MAILED, language))
    response = JSONResponse(answer.model_dump(), status.HTTP_202_ACCEPTED)
    name_language(response, language)
    return response


@public.post(
    "/signin",
    dependencies=[Depends(count_expensive)],
    response_model=Data[UserResponse],
    responses=errors(InvalidCredentialsException, MfaRequiredException, TooManyAttemptsException, TooBusyException),
)
async def sign_in(
    body: SignInRequest, request: Request, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> Data[UserResponse] | JSONResponse:
    """Sign in with a password.

    With two-factor authentication the response is `MFA_REQUIRED`, and `POST /api/auth/mfa/verify` completes the
    sign-in.
    """
    outcome = await work.auth.sign_in(body.email, password=body.password)
    if isinstance(outcome, SecondFactorRequired):
        return _ask_for_second_factor(outcome, request, cookies)
    cookies.set(response, outcome.tokens)
    return Data(data=UserResponse.of(outcome.user))


@session_only.post("/signout", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(request: Request, work: unit_of_work_dep, cookies: cookies_dep, response: Response) -> None:
    """End the current session, if there is one."""
    await work.auth.sign_out(refresh_token=request.cookies.get(cookies.refresh))
    cookies.clear(response)


@public.post("/refresh", responses=errors(SessionExpiredException, SessionRevokedException))
async def refresh_session(
    request: Request, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> Data[UserResponse]:
    """Exchange the refresh cookie for new session cookies."""
    user, tokens = await work.identity.sessions.refresh(request.cookies.get(cookies.refresh, ""))
    cookies.set(response, tokens)
    return Data(data=UserResponse.of(user))


@session_only.post(
    "/reauthenticate",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(count_expensive)],
    responses=errors(
        NotAuthenticatedException,
        WrongPasswordException,
        WrongSecondFactorException,
        TooManyCodesException,
        TooManyAttemptsException,
        TooBusyException,
    ),
)
async def reauthenticate(body: ReauthenticateRequest, work: unit_of_work_dep) -> None:
    """Confirm the identity of the caller again, which sensitive changes require."""
    if body.password is not None:
        await work.identity.reauthentication.by_password(body.password)
    else:
        await work.identity.reauthentication.by_second_factor(body.to_factor())


@public.post(
    "/token",
    dependencies=[Depends(count_expensive)],
    response_model=TokenResponse,
    responses=errors(InvalidCredentialsException, MfaRequiredException, TooManyAttemptsException, TooBusyException),
)
async def create_token(
    form: Annotated[PasswordForm, Form()], request: Request, work: public_unit_of_work_dep, cookies: cookies_dep
) -> TokenResponse | JSONResponse:
    """Sign in with a form and return a bearer token, as OAuth 2 prescribes."""
    outcome = await work.auth.sign_in(form.username, password=form.password, in_browser=False)
    if isinstance(outcome, SecondFactorRequired):
        return _ask_for_second_factor(outcome, request, cookies)
    tokens = outcome.tokens
    return TokenResponse(access_token=tokens.access_token, expires_in=int(tokens.access_expires_in.total_seconds()))


def _ask_for_second_factor(required: SecondFactorRequired, request: Request, cookies: SessionCookies) -> JSONResponse:
    """Return the methods to choose from, and set the cookie of the waiting sign-in."""
    fields = [ErrorDetail(method, _METHODS[method]) for method in required.methods]
    response = error_response(MfaRequiredException, request.scope, fields=fields)
    if required.token is not None:
        cookies.set_pending(response, required.token)
    return response
