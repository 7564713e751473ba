"""Passwords and email addresses: change, reset, verify."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.schemas.identity.auth import Email, KnownPassword, NewEmail, Password
from core.translation import translated
from domain.language import Language

# A token has 43 characters.
Token = Annotated[
    str, Field(min_length=1, max_length=200, description="The part after `#token=` of the link in the email.")
]


class TokenRequest(BaseModel):
    """The token from an email, which proves access to the address."""

    model_config = ConfigDict(extra="forbid")

    token: Token
    password: Annotated[
        KnownPassword | None,
        Field(
            description=(
                "The account's. Without it, and without a session of the account, the proof removes the account's "
                "password, sessions and all other credentials; `POST /api/auth/forgot-password` leads to a new one."
            ),
        ),
    ] = None
    only_as_holder: Annotated[
        StrictBool, Field(description="Respond with `HOLDER_REQUIRED` instead of removing the password and sessions.")
    ] = False


class EmailRequest(BaseModel):
    """The email address of an account."""

    model_config = ConfigDict(extra="forbid")

    email: Email


class NewEmailRequest(BaseModel):
    """A new email address for the caller's account."""

    model_config = ConfigDict(extra="forbid")

    email: NewEmail


class ResetPasswordRequest(BaseModel):
    """The token from an email, and a new password."""

    model_config = ConfigDict(extra="forbid")

    token: Token
    password: Password


class ChangePasswordRequest(BaseModel):
    """The current password (omitted if the account has none) and a new one."""

    model_config = ConfigDict(extra="forbid")

    current_password: KnownPassword | None = None
    new_password: Password


class AcceptedResponse(BaseModel):
    """A confirmation that does not reveal whether an account exists."""

    message: Annotated[str, Field(examples=["If this address has an account, we’ve sent an email to it."])]

    @classmethod
    def of(cls, message: str, language: Language) -> Self:
        """Build the response in this language."""
        return cls(message=translated(message, language))
