"""Signing up, in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, status
from fastapi.responses import JSONResponse

from api.dependencies import (
    cookies_dep,
    count_expensive,
    count_request,
    factory_dep,
    public_unit_of_work_dep,
    refuse_api_tokens,
    unit_of_work_dep,
)
from api.documentation import errors
from api.exceptions import (
    InvalidCredentialsException,
    MfaRequiredException,
    NotAuthenticatedException,
    PasswordTooCommonException,
    PasswordTooPersonalException,
    SessionExpiredException,
    SessionRevokedException,
    TooBusyException,
    TooManyAttemptsException,
    TooManyCodesException,
    UserAlreadyExistsException,
    WrongPasswordException,
    WrongSecondFactorException,
)
from api.schemas import (
    AcceptedResponse,
    Data,
    PasswordForm,
    ReauthenticateRequest,
    SignInRequest,
    SignUpRequest,
    TokenResponse,
    UserResponse,
)

router = APIRouter(prefix="/api/auth", tags=["auth"], dependencies=[Depends(count_request)])

_MAILED = Data(data=AcceptedResponse(message="A mail to this address is on its way.")).model_dump()


@router.post(
    "/signup",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(count_expensive)],
    response_model=Data[UserResponse],
    responses={
        status.HTTP_202_ACCEPTED: {
            "model": Data[AcceptedResponse],
            "description": "In place of 201 and `USER_ALREADY_EXISTS` with `SIGNUP_ENUMERATION_SAFE`: a mail tells.",
        },
        **errors(
            UserAlreadyExistsException,
            PasswordTooCommonException,
            PasswordTooPersonalException,
            TooManyAttemptsException,
            TooBusyException,
        ),
    },
)
async def sign_up(
    body: SignUpRequest, work: public_unit_of_work_dep, factory: factory_dep, cookies: cookies_dep, response: Response
) -> Data[UserResponse] | JSONResponse:
    """Create an account and sign it in."""
    if factory.settings.signup_enumeration_safe:
        await work.sign_ups.sign_up_quietly(body.email, password=body.password, name=body.name)
        return JSONResponse(_MAILED, status.HTTP_202_ACCEPTED)
    user, tokens = await work.sign_ups.sign_up(body.email, password=body.password, name=body.name)
    cookies.set(response, tokens)
    response.headers["Location"] = "/api/users/me"
    return Data(data=UserResponse.of(user))


@router.post(
    "/signin",
    dependencies=[Depends(count_expensive)],
    responses=errors(InvalidCredentialsException, MfaRequiredException, TooManyAttemptsException, TooBusyException),
)
async def sign_in(
    body: SignInRequest, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> Data[UserResponse]:
    """Check a password and open a session, or let the sign-in go on at `POST /api/auth/mfa/verify`."""
    user, tokens = await work.auth.sign_in(body.email, password=body.password)
    cookies.set(response, tokens)
    return Data(data=UserResponse.of(user))


@router.post("/signout", status_code=status.HTTP_204_NO_CONTENT, dependencies=[Depends(refuse_api_tokens)])
async def sign_out(request: Request, work: unit_of_work_dep, cookies: cookies_dep, response: Response) -> None:
    """End the session; without one, nothing happens."""
    await work.sessions.sign_out(refresh_token=request.cookies.get(cookies.refresh))
    cookies.clear(response)


@router.post("/refresh", responses=errors(SessionExpiredException, SessionRevokedException))
async def refresh_session(
    request: Request, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> Data[UserResponse]:
    """Exchange the refresh cookie for fresh cookies."""
    user, tokens = await work.sessions.refresh(request.cookies.get(cookies.refresh, ""))
    cookies.set(response, tokens)
    return Data(data=UserResponse.of(user))


@router.post(
    "/reauthenticate",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(refuse_api_tokens), Depends(count_expensive)],
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
    """Prove again who one is, which sensitive changes ask for."""
    if body.password is not None:
        await work.reauthentication.by_password(body.password)
    else:
        await work.reauthentication.by_second_factor(body.to_factor())


@router.post(
    "/token",
    dependencies=[Depends(count_expensive)],
    responses=errors(InvalidCredentialsException, MfaRequiredException, TooManyAttemptsException, TooBusyException),
)
async def create_token(form: Annotated[PasswordForm, Form()], work: public_unit_of_work_dep) -> TokenResponse:
    """Return a bearer token for programs, in OAuth 2's own shape."""
    _, tokens = await work.auth.sign_in(form.username, password=form.password, in_browser=False)
    return TokenResponse(access_token=tokens.access_token, expires_in=int(tokens.access_expires_in.total_seconds()))
