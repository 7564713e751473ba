"""Signing in with an account at another provider, through OpenID Connect."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import AppError

# From leaving for the provider to coming back: time to find a password and a second factor there.
HANDSHAKE_LIFETIME = timedelta(minutes=10)
# OpenID Connect Core 1.0 section 2: a subject has at most 255 ASCII characters.
SUBJECT_MAX_LENGTH = 255


class ProviderNotFound(AppError):
    """The settings name no such provider."""

    message = "Sign-in provider not found."


class ProviderUnavailable(AppError):
    """The provider is out of reach, or does not answer as OpenID Connect prescribes."""

    message = "We can't reach the sign-in provider. Try again in a moment, or sign in another way."


class HandshakeFailed(AppError):
    """The answer does not belong to a sign-in that this browser began here a moment ago."""

    message = "This sign-in took too long or started in another browser. Please try again."


class ProviderRefused(AppError):
    """The provider says that the sign-in did not take place, e.g. because the user declined."""

    message = "The provider did not sign you in."


class ProviderAnswerInvalid(AppError):
    """What the provider says about the user cannot be trusted."""

    message = "The sign-in provider sent an invalid response. Try again, or sign in another way."


class EmailNotVerified(AppError):
    """The provider does not vouch for the address, so no account can be made from it."""

    message = "The provider hasn't verified your email address. Verify it there, or sign up here."


class AccountDeactivated(AppError):
    """The identity belongs to an account that may not sign in."""

    message = "This account has been deactivated."


class AccountExists(AppError):
    """The address has an account already, which the identity is not linked to."""

    message = (
        "An account with this email address already exists. Sign in to it, then link the provider in your settings."
    )


class IdentityTaken(AppError):
    """The identity is linked to an account already."""

    message = "This identity is already linked to an account."


class IdentityNotFound(AppError):
    """No such linked identity, or it is somebody else's."""

    message = "Linked account not found."


class LastSignInMethod(AppError):
    """Without it nobody could sign in to the account."""

    message = "This is your only way to sign in. Set a password first."


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a browser keeps while its user is at the provider; the answer must fit it."""

    provider: str
    state: str
    nonce: str
    verifier: str
    redirect: str
    # The session whose account gets the identity, when it is to be linked and not signed in with.
    session_id: UUID | None
    # Whether the user must sign in there again, although the provider knows them.
    again: bool = False


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the browser brings back from the provider."""

    state: str | None
    code: str | None
    error: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider vouches for."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    name: str | None
    # How long ago they signed in there, which may be long before they came here.
    proof_age: timedelta


@dataclass(frozen=True, slots=True)
class ExternalIdentity:
    """An identity at a provider that its owner can sign in with."""

    id: UUID
    issuer: str
    email: str | None
    created_at: datetime
