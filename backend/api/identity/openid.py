"""The cookie of a sign-in at an OpenID Connect provider, and the redirect when it fails."""

import time
from dataclasses import asdict, dataclass
from typing import Annotated, NoReturn
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

import orjson
import structlog
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.cookies import SessionCookies, cookie_name
from api.exceptions import MfaRequiredException, exception_for
from api.state import state_of
from core.settings import Settings
from domain.errors import AppError
from domain.identity.external_identity import HANDSHAKE_LIFETIME, Handshake
from domain.identity.sign_in import SecondFactorRequired
from service.security import Signer

log = structlog.get_logger()

SIGN_IN_PAGE = "/sign-in"
_LIFETIME_SECONDS = int(HANDSHAKE_LIFETIME.total_seconds())


@dataclass(frozen=True, slots=True)
class HandshakeCookie:
    """Keeps a handshake in a signed HTTP-only cookie, so that only the same browser can complete it.

    `SameSite=Lax`, because the browser returns from another site and would not send a stricter cookie.
    """

    name: str
    is_secure: bool
    signer: Signer

    @classmethod
    def from_settings(cls, settings: Settings, signer: Signer) -> "HandshakeCookie":
        """Build the cookie from the settings."""
        return cls(cookie_name(settings, "openid"), settings.is_production, signer)

    def set(self, response: Response, handshake: Handshake) -> None:
        """Set the cookie for the lifetime of the handshake."""
        content = orjson.dumps([int(time.time()) + _LIFETIME_SECONDS, asdict(handshake)])
        response.set_cookie(
            self.name,
            self.signer.sign(content, self.name),
            max_age=_LIFETIME_SECONDS,
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def read(self, request: Request) -> Handshake | None:
        """Return the handshake of the browser, or None if it has expired."""
        content = self.signer.verify(request.cookies.get(self.name, ""), self.name)
        if content is None:
            return None
        expires_at, fields = orjson.loads(content)
        if expires_at < time.time():
            return None
        session_id = fields.pop("session_id")
        return Handshake(**fields, session_id=UUID(session_id) if session_id else None)

    def clear(self, response: Response) -> None:
        """Clear the cookie: a handshake is used once."""
        response.delete_cookie(self.name, path="/", secure=self.is_secure, httponly=True, samesite="lax")


async def _handshake_cookie(request: Request) -> HandshakeCookie:
    return state_of(request.app).handshake_cookie


handshake_cookie_dep = Annotated[HandshakeCookie, Depends(_handshake_cookie)]


class SentBack(Exception):
    """Ends a request with a redirect to a page that shows an error, because a browser follows a link here."""

    def __init__(self, error: AppError, *, handshake: Handshake | None = None) -> None:
        super().__init__()
        self.error = error
        self.page = handshake.redirect if handshake and handshake.session_id else SIGN_IN_PAGE


def send_back(error: AppError, *, handshake: Handshake | None = None) -> NoReturn:
    """Roll back the request and redirect to a page that shows `error`.

    Raises:
        SentBack: always.
    """
    raise SentBack(error, handshake=handshake) from error


def redirect_to_page(request: Request, path: str) -> RedirectResponse:
    """Redirect to a page of the front end, which another server may have."""
    return RedirectResponse(f"{state_of(request.app).pages_base}{path}", 303)


async def answer_sent_back(request: Request, sent_back: Exception) -> Response:
    """Redirect to a page with the code of the error."""
    assert isinstance(sent_back, SentBack)
    kind = exception_for(sent_back.error)
    cause = sent_back.error.__cause__
    log.warning("external sign-in failed", code=kind.code, cause=repr(cause) if cause else None)
    response = redirect_to_page(request, _add_query(sent_back.page, error=kind.code))
    state_of(request.app).handshake_cookie.clear(response)
    return response


def ask_for_second_factor(
    request: Request, required: SecondFactorRequired, cookies: SessionCookies, *, destination: str
) -> RedirectResponse:
    """Redirect to the sign-in page, which asks for the second factor and continues to `destination`."""
    methods = ",".join(required.methods)
    page = _add_query(SIGN_IN_PAGE, error=MfaRequiredException.code, methods=methods, redirect=destination)
    response = redirect_to_page(request, page)
    if required.token is not None:
        cookies.set_pending(response, required.token)
    return response


def _add_query(page: str, **parameters: str) -> str:
    parts = urlsplit(page)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    return urlunsplit(("", "", parts.path, query, parts.fragment))
