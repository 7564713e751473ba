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
    port = urlsplit(settings.public_origin).port
    return f"{prefix}{name}" if port in {None, DEFAULT_PORT} else f"{prefix}{port}-{name}"


@dataclass(frozen=True, slots=True)
class SessionCookies:
    """The names of the cookies, and how they are set and cleared. All are HTTP-only.

    `access` and `refresh` hold a session, `pending` a sign-in that waits for a second factor. `device` marks a browser
    that has signed in before: password guesses from elsewhere do not slow it down
    (`service/identity/known_devices.py`).
    """

    access: str
    refresh: str
    pending: str
    device: str
    is_secure: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "SessionCookies":
        """Build the cookies from the settings."""
        names = ("access", "refresh", "mfa", "device")
        access, refresh, pending, device = (cookie_name(settings, name) for name in names)
        return cls(access, refresh, pending, device, settings.is_production)

    def set(self, response: Response, tokens: SessionTokens) -> None:
        """Set the cookies of a session, each for the lifetime of its token."""
        self._set(response, self.access, tokens.access_token, int(tokens.access_expires_in.total_seconds()))
        self._set(response, self.refresh, tokens.refresh_token, int(tokens.refresh_expires_in.total_seconds()))
        if tokens.device_token is not None:
            self.set_device(response, tokens.device_token)

    def set_device(self, response: Response, device_token: str) -> None:
        """Mark the browser as a known device."""
        self._set(response, self.device, device_token, int(LONGEST_COOKIE_LIFE.total_seconds()))

    def clear(self, response: Response) -> None:
        """Clear the cookies of the session. The browser stays a known device."""
        for name in (self.access, self.refresh):
            self._clear(response, name)

    def clear_device(self, response: Response) -> None:
        """Clear the mark of a known device."""
        self._clear(response, self.device)

    def set_pending(self, response: Response, token: str) -> None:
        """Set the cookie of a sign-in that waits for a second factor."""
        self._set(response, self.pending, token, int(SIGN_IN_LIFETIME.total_seconds()))

    def clear_pending(self, response: Response) -> None:
        """Clear the cookie of a sign-in that waited for a second factor."""
        self._clear(response, self.pending)

    def _clear(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.is_secure, httponly=True, samesite="lax")

    def _set(self, response: Response, name: str, value: str, max_age: int) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )
