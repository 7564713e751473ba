"""The cookies of a session."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Response

from core import product
from core.settings import DEFAULT_PORT, Settings
from domain.identity.mfa import SIGN_IN_LIFETIME
from domain.session import SessionTokens

# The longest that browsers keep a cookie (RFC 6265bis section 5.5).
LONGEST_COOKIE_LIFE = timedelta(days=400)


def cookie_name(settings: Settings, name: str) -> str:
    """Return the full name of a cookie, which is unique on this host.

    Browsers send cookies to all ports of a host (RFC 6265 section 8.5), so the name contains a non-default port. In
    production it has the `__Host-` prefix, which browsers accept only with HTTPS.
    """
    prefix = "__Host-" if settings.is_production else f"{product.SLUG}-"
    port = urlsplit(settings.api_origin).port
    return f"{prefix}{name}" if port in {None, DEFAULT_PORT} else f"{prefix}{port}-{name}"


@dataclass(frozen=True, slots=True)
class SessionCookies:
    """The names of the cookies, and how they are set and cleared. All but `signed_in` are HTTP-only.

    `access` and `refresh` hold a session, `pending` a sign-in that waits for a second factor. `device` marks a browser
    that has signed in before: password guesses from elsewhere do not slow it down
    (`service/identity/known_devices.py`). `signed_in` tells the front end that there is a session, so that guests'
    pages need not ask.
    """

    access: str
    refresh: str
    pending: str
    device: str
    signed_in: str
    is_secure: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "SessionCookies":
        """Build the cookies from the settings."""
        return cls(
            access=cookie_name(settings, "access"),
            refresh=cookie_name(settings, "refresh"),
            pending=cookie_name(settings, "mfa"),
            device=cookie_name(settings, "device"),
            signed_in=cookie_name(settings, "signed-in"),
            is_secure=settings.is_production,
        )

    def set(self, response: Response, tokens: SessionTokens) -> None:
        """Set the cookies of a session, each for the lifetime of its token."""
        lifetime = int(tokens.refresh_expires_in.total_seconds())
        self._set(response, self.access, tokens.access_token, int(tokens.access_expires_in.total_seconds()))
        self._set(response, self.refresh, tokens.refresh_token, lifetime)
        self._set(response, self.signed_in, "1", lifetime, is_readable=True)
        if tokens.device_token is not None:
            self.set_device(response, tokens.device_token)

    def set_device(self, response: Response, device_token: str) -> None:
        """Mark the browser as a known device."""
        self._set(response, self.device, device_token, int(LONGEST_COOKIE_LIFE.total_seconds()))

    def clear(self, response: Response) -> None:
        """Clear the cookies of the session. The browser stays a known device."""
        for name in (self.access, self.refresh):
            self._clear(response, name)
        self._clear(response, self.signed_in, is_readable=True)

    def clear_device(self, response: Response) -> None:
        """Clear the mark of a known device."""
        self._clear(response, self.device)

    def set_pending(self, response: Response, token: str) -> None:
        """Set the cookie of a sign-in that waits for a second factor."""
        self._set(response, self.pending, token, int(SIGN_IN_LIFETIME.total_seconds()))

    def clear_pending(self, response: Response) -> None:
        """Clear the cookie of a sign-in that waited for a second factor."""
        self._clear(response, self.pending)

    def _clear(self, response: Response, name: str, *, is_readable: bool = False) -> None:
        self._set(response, name, "", 0, is_readable=is_readable)

    def _set(self, response: Response, name: str, value: str, max_age: int, *, is_readable: bool = False) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path="/", secure=self.is_secure, httponly=not is_readable, samesite="lax"
        )
