"""The cookies that a browser's session lives in."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Response

from core import product
from core.settings import DEFAULT_PORT, Settings
from domain.identity.mfa import SIGN_IN_LIFETIME
from domain.session import SessionTokens

# RFC 6265bis section 5.5: browsers keep no cookie longer.
LONGEST_COOKIE_LIFE = timedelta(days=400)


def cookie_name(settings: Settings, name: str) -> str:
    """Return the whole name of one of our cookies, which no other product on this host has.

    Browsers send a host's cookies to all its ports (RFC 6265 section 8.5), so a port that is not the usual one is a part of
    the name. In production it has the `__Host-` prefix, which browsers refuse without https.
    """
    prefix = "__Host-" if settings.is_production else f"{product.SLUG}-"
    port = urlsplit(settings.public_origin).port
    return f"{prefix}{name}" if port in {None, DEFAULT_PORT} else f"{prefix}{port}-{name}"


@dataclass(frozen=True, slots=True)
class SessionCookies:
    """Sets, clears and names our cookies, all of them HTTP-only: two of a session, one of a sign-in that goes on.

    The fourth says that somebody has signed in with this browser before; guesses from elsewhere do not slow it down
    (`service/identity/known_devices.py`).
    """

    access: str
    refresh: str
    pending: str
    device: str
    is_secure: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "SessionCookies":
        """Return the cookies of the product that the settings describe."""
        names = ("access", "refresh", "mfa", "device")
        access, refresh, pending, device = (cookie_name(settings, name) for name in names)
        return cls(access, refresh, pending, device, settings.is_production)

    def set(self, response: Response, tokens: SessionTokens) -> None:
        """Hand the tokens to the browser for as long as each is valid."""
        self._set(response, self.access, tokens.access_token, int(tokens.access_expires_in.total_seconds()))
        self._set(response, self.refresh, tokens.refresh_token, int(tokens.refresh_expires_in.total_seconds()))
        if tokens.device_token is not None:
            self.set_device(response, tokens.device_token)

    def set_device(self, response: Response, device_token: str) -> None:
        """Let the browser be known from now on."""
        self._set(response, self.device, device_token, int(LONGEST_COOKIE_LIFE.total_seconds()))

    def clear(self, response: Response) -> None:
        """Make the browser forget the session, but not that somebody has signed in with it before."""
        for name in (self.access, self.refresh):
            self._clear(response, name)

    def clear_device(self, response: Response) -> None:
        """Make the browser forget that somebody has signed in with it before."""
        self._clear(response, self.device)

    def set_pending(self, response: Response, token: str) -> None:
        """Hand over what a sign-in goes on with."""
        self._set(response, self.pending, token, int(SIGN_IN_LIFETIME.total_seconds()))

    def clear_pending(self, response: Response) -> None:
        """Make the browser forget a sign-in that has come to its end."""
        self._clear(response, self.pending)

    def _clear(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.is_secure, httponly=True, samesite="lax")

    def _set(self, response: Response, name: str, value: str, max_age: int) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )
