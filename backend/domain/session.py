"""Sign-in sessions, and the errors of authentication."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import AppError, NotFound
from domain.permissions import Actor
from domain.user import User

# Two tabs that refresh at once, or a lost response, present a token that was just rotated. RFC 9700 4.14.2
# leaves the window open; ten seconds cover a retry and are too short to make a stolen token worth much.
REFRESH_GRACE = timedelta(seconds=10)

# Sensitive changes ask for proof again after this (OWASP ASVS 5.0 7.5.1 names no figure); ten minutes cover a visit to
# the account page and little else.
RECENT_AUTHENTICATION = timedelta(minutes=10)

# The assumed age of a sign-in whose age a provider does not report: too old.
UNKNOWN_PROOF_AGE = RECENT_AUTHENTICATION

# Long enough to investigate a theft that was noticed late.
ENDED_SESSIONS_KEPT = timedelta(days=30)


class NotAuthenticated(AppError):
    """No valid token or session came with the request."""

    message = "Please sign in."


class InvalidCredentials(AppError):
    """Unknown address or wrong password; the user is not told which."""

    message = "Wrong email address or password."


class AccountGone(InvalidCredentials):
    """The account was deleted or deactivated during the sign-in. The user is not told that either."""


class SessionExpired(AppError):
    """The refresh token is unknown, expired or was used before, so its session is over."""

    message = "Your session has ended. Please sign in again."


class SessionRevoked(SessionExpired):
    """The session was ended early: by a sign-out, on another device, by a change of credentials or an admin."""

    message = "You have been signed out. Please sign in again."


class ExpectedUserGone(NotAuthenticated):
    """The client expects the request to be made as a user, but it carries no valid credentials."""


class AnotherUser(AppError):
    """The client expects the request to be made as one user, but its credentials belong to another."""

    message = "Another user is now signed in to this browser."


class SessionNotFound(NotFound):
    """No such open session, or it belongs to another user."""

    message = "Session not found. It may have already ended."


class ReauthenticationRequired(AppError):
    """The user must prove their identity again before a sensitive change."""

    message = "Confirm that it’s you."


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in, from password to sign-out."""

    id: UUID
    user_id: UUID
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    ip_address: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """The user behind a request, and whether they proved their identity recently enough for a sensitive change."""

    user: User
    actor: Actor
    is_recently_authenticated: bool
    may_write: bool = True  # an API token may be read-only


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One link in a session's chain of refresh tokens. Only its hash is stored."""

    session_id: UUID
    user_id: UUID
    was_used: bool
    is_in_grace: bool
    was_revoked: bool


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """The tokens that a client holds while it is signed in."""

    session_id: UUID
    access_token: str
    access_expires_in: timedelta
    refresh_token: str
    refresh_expires_in: timedelta
    device_token: str | None
