"""Second factors."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.exactly_one import Alternative, ExactlyOne
from api.schemas.text import OneLine, Storable
from domain.identity.mfa import PASSKEY_NAME_MAX_LENGTH, Enrollment, MfaStatus, Passkey, SecondFactor


def _without_space(code: str) -> str:
    return code.replace(" ", "")


Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{3} ?[0-9]{3}$"),
    AfterValidator(_without_space),
    Field(examples=["492039"]),
]
RecoveryCode = Annotated[str, Field(max_length=100, examples=["k7mq-2xyf-rt5n-ab3c-wz6d-uv4e"]), Storable]
# The library that verifies the credential describes it better than a schema could.
PasskeyCredential = Annotated[dict[str, Any], Field(description="The result of `PublicKeyCredential.toJSON()`.")]
PasskeyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=PASSKEY_NAME_MAX_LENGTH), OneLine
]


class MfaStatusResponse(BaseModel):
    """The second factors of a user."""

    totp_enabled: bool
    recovery_codes_left: int
    passkeys: int

    @classmethod
    def of(cls, status: MfaStatus) -> Self:
        """Build the response from `status`."""
        return cls(
            totp_enabled=status.totp_enabled,
            recovery_codes_left=status.recovery_codes_left,
            passkeys=status.passkeys,
        )


class EnrollmentResponse(BaseModel):
    """The secret of an authenticator app."""

    secret: str = Field(description="To type it in by hand.")
    otpauth_uri: str
    qr_svg: str = Field(description="The same as a QR code: a `data:` URL for an `img` element.")

    @classmethod
    def of(cls, enrollment: Enrollment) -> Self:
        """Build the response from `enrollment`."""
        return cls(secret=enrollment.secret, otpauth_uri=enrollment.otpauth_uri, qr_svg=enrollment.qr_svg)


class CodeRequest(BaseModel):
    """A code from the authenticator app."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class RecoveryCodesResponse(BaseModel):
    """Recovery codes. They are shown only once."""

    recovery_codes: list[str]


class SecondFactorRequest(ExactlyOne):
    """Exactly one of: a code, a recovery code, or a passkey credential."""

    code: Alternative[Code] = None
    recovery_code: Alternative[RecoveryCode] = None
    credential: Alternative[PasskeyCredential] = None

    def to_factor(self) -> SecondFactor:
        """Return the second factor that was sent."""
        return SecondFactor(self.code, self.recovery_code, self.credential)


class PasskeyCredentialRequest(BaseModel):
    """A passkey credential."""

    model_config = ConfigDict(extra="forbid")

    credential: PasskeyCredential


class PasskeyRequest(BaseModel):
    """A new passkey."""

    model_config = ConfigDict(extra="forbid")

    name: PasskeyName
    credential: PasskeyCredential


class PasskeyPatch(BaseModel):
    """A new name for a passkey."""

    model_config = ConfigDict(extra="forbid")

    name: PasskeyName


class PasskeyResponse(BaseModel):
    """A passkey."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    transports: list[str]
    is_backed_up: bool = Field(description="Whether a password manager syncs it between devices.")

    @classmethod
    def of(cls, passkey: Passkey) -> Self:
        """Build the response from `passkey`."""
        return cls(
            id=passkey.id,
            name=passkey.name,
            created_at=passkey.created_at,
            last_used_at=passkey.last_used_at,
            transports=list(passkey.transports),
            is_backed_up=passkey.is_backed_up,
        )
