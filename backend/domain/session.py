"""A signed-in browser or program, and the errors of proving who one is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import AppError
from domain.permissions import Actor
from domain.user import User

# Two tabs that refresh at once, or an answer that got lost, present a token that was just replaced. RFC 9700 4.14.2
# leaves the window open; ten seconds cover a retry and are too short to make a stolen token worth much.
REFRESH_GRACE = timedelta(seconds=10)

# Sensitive changes ask for proof again after this (OWASP ASVS 5.0 7.5.1 names no figure); ten minutes cover a visit to
# the account page and little else.
RECENT_AUTHENTICATION = timedelta(minutes=10)

# How old a proof counts whose age a provider does not tell: too old.
UNKNOWN_PROOF_AGE = RECENT_AUTHENTICATION

# Long enough to look into a theft that was noticed late.
ENDED_SESSIONS_KEPT = timedelta(days=30)


class NotAuthenticated(AppError):
    """No valid token or session came with the request."""

    message = "Please sign in."


class InvalidCredentials(AppError):
    """Unknown address or wrong password; which of the two is not said."""

    message = "Wrong email address or password."


class AccountGone(InvalidCredentials):
    """The account was deleted while its owner was signing in, which is not told either."""


class SessionExpired(AppError):
    """The refresh token is unknown, expired or was used before, so its session is over."""

    message = "Your session has ended. Please sign in again."


class SessionRevoked(SessionExpired):
    """The session was ended before its time: by a sign-out, on another device, by a change of credentials or an admin."""

    message = "You have been signed out. Please sign in again."


class ExpectedUserGone(NotAuthenticated):
    """The client expects the request to be made as a user, and no valid credentials came with it."""


class AnotherUser(AppError):
    """The client expects the request to be made as one user, and its credentials belong to another."""

    message = "Another user is now signed in to this browser."


class SessionNotFound(AppError):
    """No such open session, or it is somebody else's."""

    message = "Session not found. It may have already ended."


class ReauthenticationRequired(AppError):
    """The session is too long since its last proof of identity for something sensitive."""

    message = "Confirm that it's you."


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
    """Who sends a request, and whether they proved it recently enough for something sensitive."""

    user: User
    actor: Actor
    is_recently_authenticated: bool
    may_write: bool = True  # an API token may be good for reading only


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One link in a session's chain of refresh tokens; only its hash is kept."""

    session_id: UUID
    user_id: UUID
    was_used: bool
    is_in_grace: bool
    was_revoked: bool


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """What a client holds to prove that it is signed in."""

    session_id: UUID
    access_token: str
    access_expires_in: timedelta
    refresh_token: str
    refresh_expires_in: timedelta
    device_token: str | None
