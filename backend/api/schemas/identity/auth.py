"""Sign up and sign in."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.exactly_one import Alternative, ExactlyOne
from api.schemas.identity.mfa import Code, PasskeyCredential
from api.schemas.text import OneLine, Storable
from domain.identity.mfa import SecondFactor
from domain.user import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH
from service.identity.email_addresses import parse_address, parse_reachable_address

_email = Field(max_length=EMAIL_MAX_LENGTH, examples=["ada@example.com"], json_schema_extra={"format": "email"})
Email = Annotated[str, _email, AfterValidator(parse_address)]
# For a new account: an address that can receive email.
NewEmail = Annotated[str, _email, AfterValidator(parse_reachable_address)]
# A password that was chosen before: a wrong one is wrong, whatever its length.
KnownPassword = Annotated[
    str,
    Field(max_length=PASSWORD_MAX_LENGTH, examples=["correct horse battery"], json_schema_extra={"format": "password"}),
]
Password = Annotated[KnownPassword, Field(min_length=PASSWORD_MIN_LENGTH)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_MAX_LENGTH), OneLine]


class SignUpRequest(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid")

    email: NewEmail
    password: Password
    name: Name | None = None


class SignInRequest(BaseModel):
    """Email address and password. The length of the password is not checked: a wrong one is wrong."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, _email, Storable]
    password: KnownPassword


class PasswordForm(BaseModel):
    """The password form of OAuth 2 (RFC 6749 section 4.3.2). Unknown fields are ignored."""

    username: Annotated[str, Field(min_length=1, max_length=EMAIL_MAX_LENGTH), Storable]
    password: Annotated[
        str, Field(min_length=1, max_length=PASSWORD_MAX_LENGTH, json_schema_extra={"format": "password"})
    ]
    grant_type: Literal["password"] = "password"


class ReauthenticateRequest(ExactlyOne):
    """Exactly one of: the password, a code from the authenticator app, or a passkey credential."""

    password: Alternative[KnownPassword] = None
    code: Alternative[Code] = None
    credential: Alternative[PasskeyCredential] = None

    def to_factor(self) -> SecondFactor:
        """Return the second factor that was sent."""
        return SecondFactor(self.code, credential=self.credential)


class TokenResponse(BaseModel):
    """A bearer token, as OAuth 2 prescribes (RFC 6749 section 5.1)."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds until the token expires.")
