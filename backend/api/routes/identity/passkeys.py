"""Sign in with passkeys, and manage them."""

from typing import Any
from uuid import UUID

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
    InvalidPasskeyException,
    NotAuthenticatedException,
    PasskeyNotFoundException,
    PasskeyRejectedException,
    PasskeyTakenException,
)
from api.schemas.envelope import Data
from api.schemas.identity.mfa import PasskeyCredentialRequest, PasskeyPatch, PasskeyRequest, PasskeyResponse
from api.schemas.users import UserResponse

public = APIRouter(prefix="/api/auth/passkeys", dependencies=[Depends(count_request)])
session_only = APIRouter(prefix="/api/auth/passkeys", dependencies=[Depends(refuse_api_tokens)])
router = APIRouter(tags=["passkeys"])
router.include_router(public)
router.include_router(session_only)


@session_only.get("", responses=errors(NotAuthenticatedException))
async def list_passkeys(work: unit_of_work_dep) -> Data[list[PasskeyResponse]]:
    """List the caller's passkeys, oldest first."""
    return Data(data=[PasskeyResponse.of(passkey) for passkey in await work.identity.passkeys.find()])


@session_only.post(
    "/registration-options",
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(EmailUnverifiedException),
)
async def get_passkey_registration_options(work: unit_of_work_dep) -> Data[dict[str, Any]]:
    """Return the options for `navigator.credentials.create()`. They are valid for five minutes and one attempt."""
    return Data(data=dict(await work.identity.passkeys.registration_options()))


@session_only.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(EmailUnverifiedException, PasskeyRejectedException, PasskeyTakenException),
)
async def add_passkey(body: PasskeyRequest, work: unit_of_work_dep, response: Response) -> Data[PasskeyResponse]:
    """Add a passkey that the browser has created."""
    passkey = await work.identity.passkeys.add(body.credential, name=body.name)
    response.headers["Location"] = f"/api/auth/passkeys/{passkey.id}"
    return Data(data=PasskeyResponse.of(passkey))


@session_only.patch(
    "/{passkey_id}",
    responses=errors(NotAuthenticatedException, PasskeyNotFoundException),
)
async def rename_passkey(passkey_id: UUID, body: PasskeyPatch, work: unit_of_work_dep) -> Data[PasskeyResponse]:
    """Rename a passkey."""
    return Data(data=PasskeyResponse.of(await work.identity.passkeys.rename(passkey_id, body.name)))


@session_only.delete(
    "/{passkey_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(PasskeyNotFoundException),
)
async def remove_passkey(passkey_id: UUID, work: unit_of_work_dep) -> None:
    """Remove a passkey."""
    await work.identity.passkeys.remove(passkey_id)


@session_only.post("/reauthentication-options", responses=errors(NotAuthenticatedException))
async def get_passkey_reauthentication_options(work: unit_of_work_dep) -> Data[dict[str, Any]]:
    """Return the options for `navigator.credentials.get()` to use with `POST /api/auth/reauthenticate`."""
    return Data(data=dict(await work.identity.passkeys.reauthentication_options()))


@public.post("/authentication-options")
async def get_passkey_authentication_options(
    request: Request, work: public_unit_of_work_dep, cookies: cookies_dep, response: Response
) -> Data[dict[str, Any]]:
    """Return the options for `navigator.credentials.get()` to sign in with, and set the cookie of this sign-in.

    Send the result to `POST /api/auth/passkeys/authentication`, or to `POST /api/auth/mfa/verify` when the sign-in was
    answered with `MFA_REQUIRED`.
    """
    options, token = await work.identity.sign_ins.passkey_options(request.cookies.get(cookies.pending))
    cookies.set_pending(response, token)
    return Data(data=dict(options))


@public.post("/authentication", responses=errors(InvalidPasskeyException))
async def sign_in_with_passkey(
    body: PasskeyCredentialRequest,
    request: Request,
    work: public_unit_of_work_dep,
    cookies: cookies_dep,
    response: Response,
) -> Data[UserResponse]:
    """Sign in with a passkey alone. It counts as both factors."""
    outcome = await work.identity.sign_ins.by_passkey(request.cookies.get(cookies.pending, ""), body.credential)
    cookies.set(response, outcome.tokens)
    cookies.clear_pending(response)
    return Data(data=UserResponse.of(outcome.user))
