"""Changing, recovering and proving what somebody signs in with."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.schemas.identity.auth import Email, NewEmail, Password
from domain.user import PASSWORD_MAX_LENGTH

# The token itself has 43 characters; what is longer was never issued.
Token = Annotated[str, Field(min_length=1, max_length=200, description="What follows `#token=` in the mail's link.")]


class TokenRequest(BaseModel):
    """The token of a mail, as a proof that its reader has the address."""

    model_config = ConfigDict(extra="forbid")

    token: Token
    password: Annotated[
        str | None,
        Field(
            max_length=PASSWORD_MAX_LENGTH,
            description=(
                "The account's. Without it, and without a session of the account, the proof removes the account's "
                "password, sessions and all other credentials; `POST /api/auth/forgot-password` leads to a new one."
            ),
        ),
    ] = None
    only_as_holder: Annotated[
        StrictBool, Field(description="Refuse with `HOLDER_REQUIRED` in place of removing the password and sessions.")
    ] = False


class EmailRequest(BaseModel):
    """The address of an account."""

    model_config = ConfigDict(extra="forbid")

    email: Email


class NewEmailRequest(BaseModel):
    """An address that the caller wants for their account."""

    model_config = ConfigDict(extra="forbid")

    email: NewEmail


class ResetPasswordRequest(BaseModel):
    """The token of a mail, and a new password."""

    model_config = ConfigDict(extra="forbid")

    token: Token
    password: Password


class ChangePasswordRequest(BaseModel):
    """The present password, which an account that has none leaves out, and a new one."""

    model_config = ConfigDict(extra="forbid")

    current_password: Annotated[str | None, Field(max_length=PASSWORD_MAX_LENGTH)] = None
    new_password: Password


class AcceptedResponse(BaseModel):
    """What will happen, or not: the answer does not tell."""

    message: Annotated[str, Field(examples=["If this address has an account, a mail is on its way."])]
