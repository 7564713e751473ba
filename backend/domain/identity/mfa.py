"""A second proof of who somebody is: codes of an authenticator app, recovery codes and passkeys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.errors import AppError, PermissionDenied

# OWASP ASVS 5.0, 6.5.5: codes live ten minutes at most; five are enough to take a telephone out of a pocket.
SIGN_IN_LIFETIME = timedelta(minutes=5)
CHALLENGE_LIFETIME = timedelta(minutes=5)
SIGN_IN_TRIES = 5

# Of a million codes three are right at any time. Whoever knows the password could begin as many sign-ins as they like,
# so wrong codes are counted for the account, too: after five in a row each further try has to wait, from 30 seconds
# doubling up to about an hour, which leaves some twenty guesses a day.
CODES_BEFORE_PAUSE = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE_DOUBLINGS = 7

RECOVERY_CODES = 10
PASSKEY_NAME_MAX_LENGTH = 100


class MfaMethod(StrEnum):
    """A way to prove who one is besides the password."""

    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


class ChallengePurpose(StrEnum):
    """What a passkey is asked to sign a challenge for."""

    REGISTRATION = "registration"
    SIGN_IN = "sign_in"
    REAUTHENTICATION = "reauthentication"


class MfaEnrollmentRequired(PermissionDenied):
    """A role of the actor's grants this, but only to those who have a second factor (`MFA_REQUIRED_FOR`)."""

    message = "Your role requires a second factor. Set up two-factor authentication or add a passkey first."


class SignInEnded(AppError):
    """The sign-in that has begun is too old, had too many tries, or is finished."""

    message = "This sign-in expired or had too many attempts. Please start again."


class InvalidSecondFactor(AppError):
    """The second factor of a sign-in is wrong, or was used before."""

    message = "That code or passkey is wrong or has already been used."


class WrongSecondFactor(AppError):
    """The code or passkey given as a proof is wrong, or was used before."""

    message = "That code or passkey is wrong or has already been used."


class TooManyCodes(AppError):
    """So many wrong codes in a row that the next one has to wait."""

    message = "Too many wrong codes. Wait a while, or use a recovery code or a passkey."


class MfaAlreadyEnabled(AppError):
    """Two-factor authentication is on; it has to be turned off before another app can be enrolled."""

    message = "Two-factor authentication is already on."


class MfaNotEnabled(AppError):
    """Two-factor authentication is off, or no app was enrolled."""

    message = "Two-factor authentication is not set up."


class PasskeyNotFound(AppError):
    """No such passkey, or it is somebody else's."""

    message = "Passkey not found."


class PasskeyRejected(AppError):
    """What the browser sent for a new passkey is not what was asked for."""

    message = "We couldn't add this passkey. Please try again."


class PasskeyTaken(AppError):
    """The passkey belongs to an account already."""

    message = "This passkey has already been added."


class InvalidPasskey(AppError):
    """The passkey is unknown, or did not sign what it was asked to."""

    message = "We don't recognise this passkey."


@dataclass(frozen=True, slots=True)
class MfaStatus:
    """Which second factors somebody has."""

    totp_enabled: bool
    recovery_codes_left: int
    passkeys: int

    @property
    def has_any(self) -> bool:
        """Whether there is a factor to sign in with besides the password."""
        return self.totp_enabled or self.passkeys > 0

    def methods(self, *, is_required: bool = False) -> list[MfaMethod]:
        """Return how a sign-in by password has to go on; empty when the password is enough.

        The authenticator app turns this on. A passkey alone does not, because recovery codes come with the app and a
        lost passkey would lock its owner out, unless a role of the user's requires a second factor.
        """
        if not self.totp_enabled:
            return [MfaMethod.PASSKEY] if is_required and self.passkeys else []
        others = {MfaMethod.RECOVERY_CODE: self.recovery_codes_left, MfaMethod.PASSKEY: self.passkeys}
        return [MfaMethod.TOTP, *(method for method, number in others.items() if number)]


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A seed that an authenticator app is about to take over."""

    secret: str
    otpauth_uri: str
    qr_svg: str


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """A seed as it is stored."""

    id: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What somebody offers as a proof: one of the three."""

    code: str | None = None
    recovery_code: str | None = None
    credential: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey as the browser offered it, once it was found genuine."""

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
    """What an answer of a passkey is checked against."""

    id: UUID
    user_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
