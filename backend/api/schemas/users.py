"""Users and their sessions."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.schemas.identity.auth import Name
from domain.permissions import Permission, Role
from domain.session import Session
from domain.user import Author, User

AvatarUrl = Annotated[str | None, Field(description="Add `&size=64`, `256` or `512` for the length of a side.")]
WithheldRoles = Annotated[
    list[Role], Field(description="Those of `roles` that grant nothing until the user has a second factor.")
]


class UserResponse(BaseModel):
    """An account as its owner sees it."""

    id: UUID
    email: str
    name: str | None
    is_verified: bool
    roles: list[Role]
    permissions: list[Permission]
    withheld_roles: WithheldRoles
    avatar_url: AvatarUrl
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the answer for `user`."""
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            is_verified=user.is_verified,
            roles=list(user.roles),
            permissions=sorted(user.permissions),
            withheld_roles=sorted(user.withheld_roles),
            avatar_url=_avatar_url(user.id, user.avatar_id),
            created_at=user.created_at,
        )


class AuthorResponse(BaseModel):
    """Who wrote something, as everybody sees them."""

    id: UUID
    name: str | None
    avatar_url: AvatarUrl

    @classmethod
    def of(cls, author: Author) -> Self:
        """Return the answer for `author`."""
        return cls(id=author.id, name=author.name, avatar_url=_avatar_url(author.id, author.avatar_id))


class ProfilePatch(BaseModel):
    """What somebody may change about their account by themselves; null takes the name away."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None


class AvatarForm(BaseModel):
    """A picture, as browsers send files."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile


def _avatar_url(user_id: UUID, avatar_id: UUID | None) -> str | None:
    # Another picture has another address, so that each may be cached for ever.
    return f"/api/users/{user_id}/avatar?v={avatar_id}" if avatar_id else None


class SessionResponse(BaseModel):
    """A sign-in, with where it was seen last."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    ip_address: str | None
    user_agent: str | None
    is_current: bool

    @classmethod
    def of(cls, session: Session, *, current_id: UUID | None) -> Self:
        """Return the answer for `session`, asked for from the session `current_id`."""
        return cls(
            id=session.id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            last_seen_at=session.last_seen_at,
            ip_address=session.ip_address,
            user_agent=session.user_agent,
            is_current=session.id == current_id,
        )
