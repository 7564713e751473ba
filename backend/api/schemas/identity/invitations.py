"""Invitations of users."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.identity.accounts import Roles
from api.schemas.identity.auth import Name, NewEmail, Password
from api.schemas.identity.credentials import Token
from domain.identity.invitation import Invitation
from domain.language import Language
from domain.permissions import Role
from domain.user import User


class InvitationRequest(BaseModel):
    """The address, the name and the roles of the invited user."""

    model_config = ConfigDict(extra="forbid")

    email: NewEmail
    name: Name | None = None
    roles: Roles = (Role.MEMBER,)
    language: Annotated[Language | None, Field(description="The language of emails. Null: that of this request.")] = (
        None
    )

    def invitation(self) -> Invitation:
        """Return the invitation of the domain."""
        return Invitation(self.email, self.name, self.roles, self.language)


class InvitationTokenRequest(BaseModel):
    """The token from an invitation."""

    model_config = ConfigDict(extra="forbid")

    token: Token


class AcceptInvitationRequest(BaseModel):
    """The token from an invitation, and the password for the account."""

    model_config = ConfigDict(extra="forbid")

    token: Token
    password: Password


class InvitationResponse(BaseModel):
    """An open invitation, as the invited user sees it."""

    email: str
    name: str | None
    expires_at: datetime | None

    @classmethod
    def of(cls, user: User) -> Self:
        """Build the response from the invited user."""
        return cls(email=user.email, name=user.name, expires_at=user.invitation_expires_at)


class SignUpStateResponse(BaseModel):
    """Whether anyone can create an account."""

    is_open: bool
