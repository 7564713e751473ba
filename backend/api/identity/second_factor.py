"""How a sign-in that needs a second factor is answered: a refusal that hands over what it goes on with."""

from typing import cast

from fastapi import Request, Response

from api.cookies import SessionCookies
from api.error_handlers import error_response
from api.exceptions import ErrorDetail, MfaRequiredException
from domain.identity.mfa import MfaMethod, MfaRequired

OFFERS: dict[MfaMethod, str] = {
    MfaMethod.TOTP: "A code from your authenticator app.",
    MfaMethod.RECOVERY_CODE: "One of your recovery codes.",
    MfaMethod.PASSKEY: "One of your passkeys.",
}


async def answer_mfa_required(request: Request, error: Exception) -> Response:
    """Name the methods, and set the cookie that names the sign-in, unless it cannot go on."""
    assert isinstance(error, MfaRequired)
    fields = [ErrorDetail(method, OFFERS[method]) for method in error.methods]
    response = error_response(MfaRequiredException, request.scope, fields=fields)
    if error.token is not None:
        cast("SessionCookies", request.app.state.cookies).set_pending(response, error.token)
    return response
