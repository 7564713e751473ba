"""Second factors: codes of an authenticator app, recovery codes and passkeys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.errors import AppError, NotFound, PermissionDenied

# OWASP ASVS 5.0, 6.5.5: codes live ten minutes at most; five are enough to reach for a phone.
SIGN_IN_LIFETIME = timedelta(minutes=5)
CHALLENGE_LIFETIME = timedelta(minutes=5)
SIGN_IN_TRIES = 5

# Of a million codes three are valid at any time. A client that knows the password could begin any number of sign-ins,
# so wrong codes are counted per account: after five in a row each further try has to wait, from 30 seconds
# doubling up to about an hour, which leaves some twenty guesses a day.
CODES_BEFORE_PAUSE = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE_DOUBLINGS = 7

RECOVERY_CODES = 10
PASSKEY_NAME_MAX_LENGTH = 100


class MfaMethod(StrEnum):
    """A second factor."""

    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


class ChallengePurpose(StrEnum):
    """The purpose of a challenge that a passkey signs."""

    REGISTRATION = "registration"
    SIGN_IN = "sign_in"
    REAUTHENTICATION = "reauthentication"


class MfaEnrollmentRequired(PermissionDenied):
    """A role of the actor grants this, but only with a second factor (`MFA_REQUIRED_FOR`)."""

    message = "Your role requires a second factor. Set up two-factor authentication or add a passkey first."


class SignInEnded(AppError):
    """The pending sign-in is too old, had too many tries, or is finished."""

    message = "This sign-in expired or had too many attempts. Please start again."


class InvalidSecondFactor(AppError):
    """The second factor of a sign-in is wrong, or was used before."""

    message = "That code or passkey is wrong or has already been used."


class WrongSecondFactor(AppError):
    """The code or passkey given as a proof is wrong, or was used before."""

    message = "That code or passkey is wrong or has already been used."


class TooManyCodes(AppError):
    """Too many wrong codes in a row; the next one has to wait."""

    message = "Too many wrong codes. Wait a while, or use a recovery code or a passkey."


class MfaAlreadyEnabled(AppError):
    """Two-factor authentication is on. It has to be turned off before another app can be enrolled."""

    message = "Two-factor authentication is already on."


class MfaNotEnabled(AppError):
    """Two-factor authentication is off, or no app is enrolled."""

    message = "Two-factor authentication is not set up."


class PasskeyNotFound(NotFound):
    """No such passkey, or it belongs to another user."""

    message = "Passkey not found."


class PasskeyRejected(AppError):
    """The browser's response for a new passkey does not answer the challenge."""

    message = "We couldn’t add this passkey. Please try again."


class PasskeyTaken(AppError):
    """The passkey is already registered to an account."""

    message = "This passkey has already been added."


class InvalidPasskey(AppError):
    """The passkey is unknown, or did not sign the challenge."""

    message = "We don’t recognise this passkey."


@dataclass(frozen=True, slots=True)
class MfaStatus:
    """Which second factors a user has."""

    totp_enabled: bool
    recovery_codes_left: int
    passkeys: int

    @property
    def has_any(self) -> bool:
        """Whether the user has a factor besides the password."""
        return self.totp_enabled or self.passkeys > 0

    def methods(self, *, is_required: bool = False) -> list[MfaMethod]:
        """Return the methods that complete a sign-in by password. An empty list means that the password is enough.

        The authenticator app turns this on. A passkey alone does not, because recovery codes come with the app and a
        lost passkey would lock its owner out, unless a role of the user's requires a second factor.
        """
        if not self.totp_enabled:
            return [MfaMethod.PASSKEY] if is_required and self.passkeys else []
        others = {MfaMethod.RECOVERY_CODE: self.recovery_codes_left, MfaMethod.PASSKEY: self.passkeys}
        return [MfaMethod.TOTP, *(method for method, number in others.items() if number)]


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A TOTP secret that is being enrolled."""

    secret: str
    otpauth_uri: str
    qr_svg: str


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """A TOTP secret as it is stored."""

    id: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The proof that a user offers: one of the three."""

    code: str | None = None
    recovery_code: str | None = None
    credential: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A new passkey whose attestation was verified."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    transports: tuple[str, ...]
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class PasskeyKey:
    """The stored data that an assertion of a passkey is verified against."""

    id: UUID
    user_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
