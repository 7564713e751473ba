"""The cookies that a browser's session lives in."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Response

from core.settings import Settings
from domain.session import SessionTokens

# RFC 6265bis section 5.5: browsers keep no cookie longer.
LONGEST_COOKIE_LIFE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class SessionCookies:
    """Sets, clears and names the cookies, HTTP-only all of them: two of the session, and one that outlives it.

    The device's cookie says that somebody has signed in with this browser before; guesses from elsewhere do not slow
    it down (`service/known_devices.py`).
    """

    access: str
    refresh: str
    device: str
    is_secure: bool

    @classmethod
    def from_settings(cls, settings: Settings) -> "SessionCookies":
        """Return cookies with the `__Host-` prefix in production; browsers refuse it without https."""
        prefix = "__Host-" if settings.is_production else "lamina-"
        return cls(f"{prefix}access", f"{prefix}refresh", f"{prefix}device", settings.is_production)

    def set(self, response: Response, tokens: SessionTokens) -> None:
        """Hand the tokens to the browser for as long as each is valid."""
        self._set(response, self.access, tokens.access_token, int(tokens.access_expires_in.total_seconds()))
        self._set(response, self.refresh, tokens.refresh_token, int(tokens.refresh_expires_in.total_seconds()))
        self.set_device(response, tokens.device_token)

    def set_device(self, response: Response, device_token: str) -> None:
        """Let the browser be known from now on."""
        self._set(response, self.device, device_token, int(LONGEST_COOKIE_LIFE.total_seconds()))

    def clear(self, response: Response) -> None:
        """Make the browser forget the session, but not that somebody has signed in with it before."""
        for name in (self.access, self.refresh):
            response.delete_cookie(name, path="/", secure=self.is_secure, httponly=True, samesite="lax")

    def _set(self, response: Response, name: str, value: str, max_age: int) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )
