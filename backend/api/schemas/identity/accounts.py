"""Accounts, as admins see and change them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from api.schemas.envelope import PageQuery
from api.schemas.identity.auth import Name
from api.schemas.patch import Patch, changes_in
from api.schemas.text import Storable
from core.translation import mark
from domain.errors import InvalidField
from domain.identity.account import SEARCH_MAX_LENGTH, AccountChanges, AccountFilter, AccountSort
from domain.permissions import Permission, Role
from domain.user import User


def _named_once(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if len(set(roles)) != len(roles):
        raise InvalidField(mark("Name each role once."))
    return roles


Roles = Annotated[
    tuple[Role, ...],
    Field(min_length=1, max_length=len(Role), json_schema_extra={"uniqueItems": True}),
    AfterValidator(_named_once),
]


class AccountRequest(BaseModel):
    """Everything that an admin decides about an account."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    roles: Roles
    is_active: StrictBool
    is_verified: StrictBool

    def changes(self) -> AccountChanges:
        """Return all fields."""
        return changes_in(self, AccountChanges)


class AccountPatch(Patch):
    """The fields of an account to change; omitted fields stay as they are."""

    name: Name | None = Field(default_factory=lambda: None)
    roles: Roles = Field(default_factory=tuple)
    is_active: StrictBool = Field(default_factory=bool)
    is_verified: StrictBool = Field(default_factory=bool)

    def changes(self) -> AccountChanges:
        """Return the fields that were sent."""
        return changes_in(self, AccountChanges)


class AccountFilterQuery(BaseModel):
    """Filter and order of a list of accounts."""

    model_config = ConfigDict(extra="forbid")

    sort: AccountSort = AccountSort.NEWEST
    q: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=SEARCH_MAX_LENGTH,
            description="Part of the email address or name; case and accents do not matter.",
        ),
        Storable,
    ] = None
    role: Role | None = None
    is_active: bool | None = None
    is_invited: Annotated[bool | None, Field(description="Whether the user has not accepted an invitation yet.")] = None

    def filter(self) -> AccountFilter:
        """Return the filter of the query."""
        return AccountFilter(text=self.q, role=self.role, is_active=self.is_active, is_invited=self.is_invited)


class AccountQuery(AccountFilterQuery, PageQuery):
    """Filter, order and page of a list of accounts."""


class AccountResponse(BaseModel):
    """An account, as admins see it."""

    id: UUID
    email: str
    name: str | None
    is_verified: bool
    is_active: bool
    roles: list[Role]
    permissions: list[Permission]
    version: Annotated[int, Field(description="Increases with every change by an admin; also sent as `ETag`.")]
    created_at: datetime
    invitation_expires_at: Annotated[
        datetime | None,
        Field(description="When the user can no longer accept an invitation. Null: there is no open one."),
    ]

    @classmethod
    def of(cls, user: User) -> Self:
        """Build the response from `user`."""
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            is_verified=user.is_verified,
            is_active=user.is_active,
            roles=list(user.roles),
            permissions=sorted(user.permissions),
            version=user.version,
            created_at=user.created_at,
            invitation_expires_at=user.invitation_expires_at,
        )
