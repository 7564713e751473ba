"""What a browser carries while its user signs in at another provider, and how it is sent back when that fails."""

import time
from dataclasses import asdict, dataclass
from typing import Annotated, NoReturn, cast
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

import orjson
import structlog
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.cookies import SessionCookies, cookie_name
from api.exceptions import exception_for
from core.settings import Settings
from domain.errors import AppError
from domain.identity.external_identity import HANDSHAKE_LIFETIME, Handshake
from domain.identity.mfa import MfaRequired
from service.security import Signer

log = structlog.get_logger()

SIGN_IN_PAGE = "/sign-in"
_LIFETIME_SECONDS = int(HANDSHAKE_LIFETIME.total_seconds())


@dataclass(frozen=True, slots=True)
class HandshakeCookie:
    """Keeps a handshake in a sealed HTTP-only cookie, so that its answer is good in the same browser only.

    `SameSite=Lax`, because the browser comes back from another site; nothing stricter would be sent along then.
    """

    name: str
    is_secure: bool
    signer: Signer

    @classmethod
    def from_settings(cls, settings: Settings, signer: Signer) -> "HandshakeCookie":
        """Return the cookie of the product that the settings describe."""
        return cls(cookie_name(settings, "openid"), settings.is_production, signer)

    def set(self, response: Response, handshake: Handshake) -> None:
        """Hand the handshake to the browser for as long as it is valid."""
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
        """Return the handshake that the browser left with, unless that is too long ago."""
        content = self.signer.verify(request.cookies.get(self.name, ""), self.name)
        if content is None:
            return None
        expires_at, fields = orjson.loads(content)
        if expires_at < time.time():
            return None
        session_id = fields.pop("session_id")
        return Handshake(**fields, session_id=UUID(session_id) if session_id else None)

    def clear(self, response: Response) -> None:
        """Make the browser forget it: a handshake is good for one answer."""
        response.delete_cookie(self.name, path="/", secure=self.is_secure, httponly=True, samesite="lax")


async def _handshake_cookie(request: Request) -> HandshakeCookie:
    return cast("HandshakeCookie", request.app.state.handshake_cookie)


handshake_cookie_dep = Annotated[HandshakeCookie, Depends(_handshake_cookie)]


class SentBack(Exception):
    """Not an answer in itself: a browser that follows links is shown a page, and no JSON, when something goes wrong."""

    def __init__(self, error: AppError, *, handshake: Handshake | None = None) -> None:
        """Show `error` where the handshake began: on the page that wanted to link, or on the one to sign in."""
        super().__init__()
        self.error = error
        self.destination = handshake.redirect if handshake else "/"
        self.page = self.destination if handshake and handshake.session_id else SIGN_IN_PAGE


def send_back(error: AppError, *, handshake: Handshake | None = None) -> NoReturn:
    """End the request, and roll back what it did, by showing `error` on a page.

    Raises:
        SentBack: always.
    """
    raise SentBack(error, handshake=handshake) from error


async def answer_sent_back(request: Request, sent_back: Exception) -> Response:
    """Redirect to a page of ours with the error's code."""
    assert isinstance(sent_back, SentBack)
    kind = exception_for(sent_back.error)
    cause = sent_back.error.__cause__
    log.warning("external sign-in failed", code=kind.code, cause=repr(cause) if cause else None)
    response = RedirectResponse(_with(sent_back.page, error=kind.code, **_continuation(sent_back)), 303)
    if isinstance(sent_back.error, MfaRequired) and sent_back.error.token is not None:
        cast("SessionCookies", request.app.state.cookies).set_pending(response, sent_back.error.token)
    cast("HandshakeCookie", request.app.state.handshake_cookie).clear(response)
    return response


def _continuation(sent_back: SentBack) -> dict[str, str]:
    """Return what the page needs to ask for a second factor, and where to go after it."""
    if not isinstance(sent_back.error, MfaRequired):
        return {}
    return {"methods": ",".join(sent_back.error.methods), "redirect": sent_back.destination}


def _with(page: str, **parameters: str) -> str:
    parts = urlsplit(page)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    return urlunsplit(("", "", parts.path, query, parts.fragment))
