"""Passwords and email addresses, and the emailed links that change them."""

from fastapi import APIRouter, Depends, Request, Response, status

from api.dependencies import (
    cookies_dep,
    count_request,
    identity_dep,
    public_unit_of_work_dep,
    refuse_api_tokens,
    require_recent_authentication,
    unit_of_work_dep,
)
from api.documentation import errors
from api.exceptions import (
    HolderRequiredException,
    InvalidLinkException,
    NotAuthenticatedException,
    PasswordTooCommonException,
    PasswordTooPersonalException,
    ReauthenticationRequiredException,
    TooBusyException,
    TooManyAttemptsException,
    UserAlreadyExistsException,
    WrongPasswordException,
)
from api.languages import language_dep
from api.schemas.envelope import Data
from api.schemas.identity.credentials import (
    AcceptedResponse,
    ChangePasswordRequest,
    EmailRequest,
    NewEmailRequest,
    ResetPasswordRequest,
    TokenRequest,
)
from core.translation import mark
from domain.session import NotAuthenticated

public = APIRouter(prefix="/api/auth", dependencies=[Depends(count_request)])
session_only = APIRouter(prefix="/api/auth", dependencies=[Depends(refuse_api_tokens)])
router = APIRouter(tags=["credentials"])
router.include_router(public)
router.include_router(session_only)


_PROOF_ERRORS = (
    HolderRequiredException,
    InvalidLinkException,
    WrongPasswordException,
    TooManyAttemptsException,
    TooBusyException,
)


@session_only.post(
    "/verify-email",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(*_PROOF_ERRORS),
)
async def verify_email(body: TokenRequest, work: unit_of_work_dep) -> None:
    """Verify the email address of an account with the token from an email.

    The first verification removes all credentials that were added before it. The current session and the password
    remain if the request comes from a session of the account or contains its password.
    """
    await work.identity.email_addresses.verify(body.token, password=body.password, only_as_holder=body.only_as_holder)


@session_only.post(
    "/resend-verification",
    status_code=status.HTTP_202_ACCEPTED,
    responses=errors(NotAuthenticatedException),
)
async def resend_verification(work: unit_of_work_dep, language: language_dep) -> Data[AcceptedResponse]:
    """Email the caller a new verification link, unless the address is verified. The previous link stops working."""
    await work.identity.email_addresses.request_verification()
    return Data(
        data=AcceptedResponse.of(mark("If your address is not confirmed yet, we’ve sent you an email."), language)
    )


@public.post("/forgot-password", status_code=status.HTTP_202_ACCEPTED)
async def request_password_reset(
    body: EmailRequest, work: public_unit_of_work_dep, language: language_dep
) -> Data[AcceptedResponse]:
    """Email a link to reset the password. The response is the same whether or not the address has an account."""
    await work.identity.password_resets.request(body.email, work.client)
    return Data(data=AcceptedResponse.of(mark("If this address has an account, we’ve sent an email to it."), language))


@public.post(
    "/reset-password",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(InvalidLinkException, PasswordTooCommonException, PasswordTooPersonalException, TooBusyException),
)
async def reset_password(
    body: ResetPasswordRequest, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> None:
    """Set a new password with the token from an email. All sessions end, and no new one begins."""
    cookies.set_device(response, await work.identity.password_resets.reset(body.token, body.password))


@session_only.post(
    "/change-password",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(
        WrongPasswordException,
        TooManyAttemptsException,
        PasswordTooCommonException,
        PasswordTooPersonalException,
        NotAuthenticatedException,
        ReauthenticationRequiredException,
        TooBusyException,
    ),
)
async def change_password(
    body: ChangePasswordRequest,
    request: Request,
    identity: identity_dep,
    work: unit_of_work_dep,
    cookies: cookies_dep,
    response: Response,
) -> None:
    """Set a new password. All other sessions end, and the current one gets new tokens."""
    if identity is None:
        raise NotAuthenticated
    tokens = await work.identity.passwords.change(identity, body.new_password, current_password=body.current_password)
    if cookies.refresh in request.cookies:  # a program keeps its bearer token
        cookies.set(response, tokens)


@session_only.post(
    "/change-email",
    status_code=status.HTTP_202_ACCEPTED,
    responses=errors(NotAuthenticatedException),
    dependencies=[Depends(require_recent_authentication)],
)
async def request_email_change(
    body: NewEmailRequest, work: unit_of_work_dep, language: language_dep
) -> Data[AcceptedResponse]:
    """Email a confirmation link to a new address, and a warning to the current one."""
    await work.identity.email_addresses.request_change(body.email)
    return Data(
        data=AcceptedResponse.of(
            mark("We’ve sent an email to the new address. Follow its link to confirm the change."), language
        )
    )


@session_only.post(
    "/confirm-email-change",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(*_PROOF_ERRORS, UserAlreadyExistsException),
)
async def confirm_email_change(body: TokenRequest, work: unit_of_work_dep) -> None:
    """Change the email address of an account with the token from an email.

    All credentials of the account are removed unless the request comes from a session of the account or contains its
    password: the reader of the email may not be the owner of the account.
    """
    await work.identity.email_addresses.confirm_change(
        body.token, password=body.password, only_as_holder=body.only_as_holder
    )
