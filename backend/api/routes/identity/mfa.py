"""Authenticator apps, recovery codes, and the second step of a sign-in."""

from fastapi import APIRouter, Depends, Request, Response, status

from api.dependencies import (
    cookies_dep,
    count_request,
    public_unit_of_work_dep,
    refuse_api_tokens,
    require_recent_authentication,
    unit_of_work_dep,
)
from api.documentation import errors
from api.exceptions import (
    EmailUnverifiedException,
    InvalidSecondFactorException,
    MfaAlreadyEnabledException,
    MfaNotEnabledException,
    NotAuthenticatedException,
    SignInEndedException,
    TooManyCodesException,
    WrongSecondFactorException,
)
from api.schemas.envelope import Data
from api.schemas.identity.mfa import (
    CodeRequest,
    EnrollmentResponse,
    MfaStatusResponse,
    RecoveryCodesResponse,
    SecondFactorRequest,
)
from api.schemas.users import UserResponse

public = APIRouter(prefix="/api/auth/mfa", dependencies=[Depends(count_request)])
session_only = APIRouter(prefix="/api/auth/mfa", dependencies=[Depends(refuse_api_tokens)])
router = APIRouter(tags=["two-factor authentication"])
router.include_router(public)
router.include_router(session_only)


@session_only.get("", responses=errors(NotAuthenticatedException))
async def get_mfa_status(work: unit_of_work_dep) -> Data[MfaStatusResponse]:
    """Return the second factors of the caller."""
    return Data(data=MfaStatusResponse.of(await work.identity.mfa.get_status()))


@session_only.post(
    "/enroll",
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(EmailUnverifiedException, MfaAlreadyEnabledException),
)
async def enroll_totp(work: unit_of_work_dep) -> Data[EnrollmentResponse]:
    """Return a secret for an authenticator app. `POST /api/auth/mfa/confirm` with a code activates it."""
    return Data(data=EnrollmentResponse.of(await work.identity.mfa.enroll()))


@session_only.post(
    "/confirm",
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(
        EmailUnverifiedException, WrongSecondFactorException, MfaNotEnabledException, MfaAlreadyEnabledException
    ),
)
async def confirm_totp(body: CodeRequest, work: unit_of_work_dep) -> Data[RecoveryCodesResponse]:
    """Turn on two-factor authentication and return the recovery codes. They are shown only once."""
    return Data(data=RecoveryCodesResponse(recovery_codes=await work.identity.mfa.confirm(body.code)))


@session_only.post(
    "/recovery-codes",
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(EmailUnverifiedException, MfaNotEnabledException),
)
async def replace_recovery_codes(work: unit_of_work_dep) -> Data[RecoveryCodesResponse]:
    """Replace the recovery codes and return the new ones. They are shown only once; the old codes stop working."""
    return Data(data=RecoveryCodesResponse(recovery_codes=await work.identity.mfa.replace_recovery_codes()))


@session_only.post(
    "/disable",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(MfaNotEnabledException),
)
async def disable_mfa(work: unit_of_work_dep) -> None:
    """Turn off two-factor authentication. Passkeys remain."""
    await work.identity.mfa.disable()


@public.post("/verify", responses=errors(SignInEndedException, InvalidSecondFactorException, TooManyCodesException))
async def verify_second_factor(
    body: SecondFactorRequest,
    request: Request,
    work: public_unit_of_work_dep,
    cookies: cookies_dep,
    response: Response,
) -> Data[UserResponse]:
    """Complete a sign-in that was answered with `MFA_REQUIRED`."""
    outcome = await work.identity.sign_ins.finish(request.cookies.get(cookies.pending, ""), body.to_factor())
    cookies.set(response, outcome.tokens)
    cookies.clear_pending(response)
    return Data(data=UserResponse.of(outcome.user))
