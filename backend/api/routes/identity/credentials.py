"""Changing, recovering and proving what somebody signs in with."""

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
from api.schemas import (
    AcceptedResponse,
    ChangePasswordRequest,
    Data,
    EmailRequest,
    NewEmailRequest,
    ResetPasswordRequest,
    TokenRequest,
)
from domain.session import NotAuthenticated

router = APIRouter(prefix="/api/auth", tags=["credentials"], dependencies=[Depends(count_request)])


_PROOF_ERRORS = errors(
    HolderRequiredException, InvalidLinkException, WrongPasswordException, TooManyAttemptsException, TooBusyException
)


@router.post(
    "/verify-email",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(refuse_api_tokens)],
    responses=_PROOF_ERRORS,
)
async def verify_email(body: TokenRequest, work: unit_of_work_dep) -> None:
    """Prove with the token of a mail that its reader has the account's address.

    The first proof removes every credential that is older. Sent from a session of the account, or with its password,
    it leaves these two.
    """
    await work.email_addresses.verify(body.token, password=body.password, only_as_holder=body.only_as_holder)


@router.post(
    "/resend-verification",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[Depends(refuse_api_tokens)],
    responses=errors(NotAuthenticatedException),
)
async def resend_verification(work: unit_of_work_dep) -> Data[AcceptedResponse]:
    """Mail the caller a new link that proves their address, unless it is proved; the last one is worth nothing then."""
    await work.email_addresses.request_verification()
    return _accepted("Unless your address is confirmed already, a mail is on its way.")


@router.post("/forgot-password", status_code=status.HTTP_202_ACCEPTED)
async def request_password_reset(body: EmailRequest, work: public_unit_of_work_dep) -> Data[AcceptedResponse]:
    """Mail a link to a new password, if the address has an account; the answer is the same if it has none."""
    await work.password_resets.request(body.email, work.client)
    return _accepted("If this address has an account, a mail is on its way.")


@router.post(
    "/reset-password",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(InvalidLinkException, PasswordTooCommonException, PasswordTooPersonalException, TooBusyException),
)
async def reset_password(
    body: ResetPasswordRequest, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> None:
    """Choose a new password with the token of a mail. It ends every session and opens none."""
    cookies.set_device(response, await work.password_resets.reset(body.token, body.password))


@router.post(
    "/change-password",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(refuse_api_tokens)],
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
    """Choose a new password. It ends every other session of the caller, and renews the tokens of this one."""
    if identity is None:
        raise NotAuthenticated
    tokens = await work.passwords.change(identity, body.new_password, current_password=body.current_password)
    if cookies.refresh in request.cookies:  # a program keeps its bearer token
        cookies.set(response, tokens)


@router.post(
    "/change-email",
    status_code=status.HTTP_202_ACCEPTED,
    responses=errors(NotAuthenticatedException),
    dependencies=[Depends(require_recent_authentication)],
)
async def request_email_change(body: NewEmailRequest, work: unit_of_work_dep) -> Data[AcceptedResponse]:
    """Mail a link to a new address, which becomes the account's when the link is followed; the old one is told."""
    await work.email_addresses.request_change(body.email)
    return _accepted("A mail to the new address is on its way. Until its link is followed nothing changes.")


@router.post(
    "/confirm-email-change",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(refuse_api_tokens)],
    responses={**_PROOF_ERRORS, **errors(InvalidLinkException, WrongPasswordException, UserAlreadyExistsException)},
)
async def confirm_email_change(body: TokenRequest, work: unit_of_work_dep) -> None:
    """Give the account the address that the token was mailed to.

    Sent neither from a session of the account nor with its password, it removes every credential: the reader of the mail
    may never have seen the account.
    """
    await work.email_addresses.confirm_change(body.token, password=body.password, only_as_holder=body.only_as_holder)


def _accepted(message: str) -> Data[AcceptedResponse]:
    return Data(data=AcceptedResponse(message=message))
