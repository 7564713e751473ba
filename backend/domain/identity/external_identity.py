"""Signing in with an account at another provider (OpenID Connect)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import AppError, NotFound

# From leaving for the provider to coming back: enough for a password and a second factor there.
HANDSHAKE_LIFETIME = timedelta(minutes=10)
# OpenID Connect Core 1.0 section 2: a subject has at most 255 ASCII characters.
SUBJECT_MAX_LENGTH = 255


class ProviderNotFound(AppError):
    """The settings name no such provider."""

    message = "Sign-in provider not found."


class ProviderUnavailable(AppError):
    """The provider is unavailable, or does not respond as OpenID Connect prescribes."""

    message = "We can’t reach the sign-in provider. Try again in a moment, or sign in another way."


class HandshakeFailed(AppError):
    """The response does not belong to a sign-in that this browser began here a moment ago."""

    message = "This sign-in took too long or started in another browser. Please try again."


class ProviderRefused(AppError):
    """The provider reports that the sign-in did not take place, e.g. because the user declined."""

    message = "The provider did not sign you in."


class ProviderAnswerInvalid(AppError):
    """The provider's response about the user cannot be verified."""

    message = "The sign-in provider sent an invalid response. Try again, or sign in another way."


class EmailNotVerified(AppError):
    """The provider does not vouch for the email address, so no account can be created from it."""

    message = "The provider hasn’t confirmed your email address. Confirm it there, or sign up here."


class AccountDeactivated(AppError):
    """The identity belongs to an account that may not sign in."""

    message = "This account has been deactivated."


class AccountExists(AppError):
    """An account with this address exists, and the identity is not linked to it."""

    message = (
        "An account with this email address already exists. Sign in to it, then link the provider in your settings."
    )


class IdentityTaken(AppError):
    """The identity is already linked to an account."""

    message = "This account is already linked."


class IdentityNotFound(NotFound):
    """No such linked identity, or it belongs to another user."""

    message = "Linked account not found."


class LastSignInMethod(AppError):
    """It is the account's only way to sign in."""

    message = "This is your only way to sign in. Set a password first."


@dataclass(frozen=True, slots=True)
class Handshake:
    """The cookie of a browser while its user is at the provider. The response must match it."""

    provider: str
    state: str
    nonce: str
    verifier: str
    redirect: str
    # The session whose account the identity is linked to, or None to sign in.
    session_id: UUID | None
    # Whether the user must sign in there again, even if the provider recognises them.
    again: bool = False


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """The response of the provider, as the browser brings it."""

    state: str | None
    code: str | None
    error: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """An identity that a provider vouches for."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    name: str | None
    # How long ago the user signed in there, which may be long before they came here.
    proof_age: timedelta


@dataclass(frozen=True, slots=True)
class ExternalIdentity:
    """An identity at a provider that its owner can sign in with."""

    id: UUID
    issuer: str
    email: str | None
    created_at: datetime
