"""The audit log, as admins and account owners see it."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress, WithJsonSchema

from api.schemas.envelope import PageQuery
from api.schemas.text import Moment
from domain.identity.security_event import SecurityEvent, SecurityEventFilter, SecurityEventKind

# The format name that Pydantic writes is not one that generators know.
Address = Annotated[
    IPvAnyAddress,
    WithJsonSchema({"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]}),
]


class SecurityEventFilterQuery(BaseModel):
    """Filter of the audit log."""

    model_config = ConfigDict(extra="forbid")

    kind: SecurityEventKind | None = None
    user: Annotated[UUID | None, Field(description="The affected account.")] = None
    address: Annotated[Address | None, Field(description="The IP address of the client.")] = None
    since: Annotated[Moment | None, Field(description="At this time or later.")] = None
    until: Annotated[Moment | None, Field(description="Before this time.")] = None

    def filter(self) -> SecurityEventFilter:
        """Return the filter of the query."""
        address = None if self.address is None else str(self.address)
        return SecurityEventFilter(
            kind=self.kind, user_id=self.user, ip_address=address, since=self.since, until=self.until
        )


class SecurityEventQuery(SecurityEventFilterQuery, PageQuery):
    """Filter and page of the audit log."""


class SecurityEventResponse(BaseModel):
    """A security event of an account, with the actor and the client."""

    id: UUID
    created_at: datetime
    kind: SecurityEventKind
    user_id: UUID | None
    user_email: Annotated[str | None, Field(description="Null when the account was deleted.")]
    user_name: str | None
    actor_id: UUID | None
    actor_email: Annotated[str | None, Field(description="Null when the account was deleted.")]
    actor_name: str | None
    session_id: UUID | None
    ip_address: str | None
    user_agent: str | None
    request_id: str | None
    details: dict[str, Any]

    @classmethod
    def of(cls, event: SecurityEvent) -> Self:
        """Build the response from `event`."""
        return cls.model_validate(event, from_attributes=True)


class OwnSecurityEventResponse(BaseModel):
    """A security event of the caller's own account. The address of an admin is not shown."""

    id: UUID
    created_at: datetime
    kind: SecurityEventKind
    by_administrator: bool
    ip_address: str | None
    user_agent: str | None
    times: Annotated[int, Field(description="Number of occurrences from this client within an hour.")]

    @classmethod
    def of(cls, event: SecurityEvent) -> Self:
        """Build the response from `event`."""
        is_foreign = event.actor_id not in {None, event.user_id}
        return cls(
            id=event.id,
            created_at=event.created_at,
            kind=event.kind,
            by_administrator=is_foreign,
            ip_address=None if is_foreign else event.ip_address,
            user_agent=None if is_foreign else event.user_agent,
            times=event.details.get("times", 1),
        )
