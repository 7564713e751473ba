"""Users and their sessions."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.schemas.identity.auth import Name
from api.schemas.patch import Patch, changes_in
from domain.language import Language
from domain.permissions import Permission, Role
from domain.session import Session
from domain.user import Author, ProfileChanges, User

AvatarUrl = Annotated[str | None, Field(description="Add `&size=64`, `256` or `512` to choose the width in pixels.")]
WithheldRoles = Annotated[
    list[Role], Field(description="Roles that grant nothing until the user sets up a second factor.")
]


class UserResponse(BaseModel):
    """An account, as its owner sees it."""

    id: UUID
    email: str
    name: str | None
    is_verified: bool
    roles: list[Role]
    permissions: list[Permission]
    withheld_roles: WithheldRoles
    avatar_url: AvatarUrl
    language: Annotated[
        Language | None, Field(description="The language of emails. Null: that of the browser that causes them.")
    ]
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        """Build the response from `user`."""
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            is_verified=user.is_verified,
            roles=list(user.roles),
            permissions=sorted(user.permissions),
            withheld_roles=sorted(user.withheld_roles),
            avatar_url=_avatar_url(user.id, user.avatar_id),
            language=user.language,
            created_at=user.created_at,
        )


class AuthorResponse(BaseModel):
    """The author of a post or comment."""

    id: UUID
    name: str | None
    avatar_url: AvatarUrl

    @classmethod
    def of(cls, author: Author) -> Self:
        """Build the response from `author`."""
        return cls(id=author.id, name=author.name, avatar_url=_avatar_url(author.id, author.avatar_id))


class ProfilePatch(Patch):
    """The fields of the own account to change; omitted fields stay as they are, null removes one."""

    name: Name | None = Field(default_factory=lambda: None)
    language: Language | None = Field(default_factory=lambda: None)

    def changes(self) -> ProfileChanges:
        """Return the fields that were sent."""
        return changes_in(self, ProfileChanges)


class AvatarForm(BaseModel):
    """An uploaded picture."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile


def _avatar_url(user_id: UUID, avatar_id: UUID | None) -> str | None:
    # Every picture has its own URL, so each can be cached forever.
    return f"/api/users/{user_id}/avatar?v={avatar_id}" if avatar_id else None


class SessionResponse(BaseModel):
    """A session, with its device and last activity."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    ip_address: str | None
    user_agent: str | None
    is_current: bool

    @classmethod
    def of(cls, session: Session, *, current_id: UUID | None) -> Self:
        """Build the response from `session`; `current_id` is the session of the request."""
        return cls(
            id=session.id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            last_seen_at=session.last_seen_at,
            ip_address=session.ip_address,
            user_agent=session.user_agent,
            is_current=session.id == current_id,
        )
