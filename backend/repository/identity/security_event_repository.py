"""Reads and writes the audit log."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import ColumnElement, FromClause, cast, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import aliased

from domain.identity.client_info import ClientInfo
from domain.identity.security_event import (
    COUNTED_FOR,
    COUNTED_KINDS,
    NewSecurityEvent,
    SecurityEvent,
    SecurityEventFilter,
    SecurityEventKind,
)
from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from repository import models
from repository.connection import BaseRepository
from repository.sql.owned_repository import OwnedRepository
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_USER, _ACTOR = aliased(models.User), aliased(models.User)


def _with_names(events: FromClause) -> AnyQuery:
    """Select entries with the names of those of their accounts that still exist."""
    c = events.c
    people = [
        column.label(f"{role}_{column.key}")
        for role, person in (("user", _USER), ("actor", _ACTOR))
        for column in (person.email, person.name)
    ]
    query = select(events, *people).select_from(events)
    return query.outerjoin(_USER, _USER.id == c.user_id).outerjoin(_ACTOR, _ACTOR.id == c.actor_id)


_EVENT = RowMapper(SecurityEvent, convert={"kind": SecurityEventKind}, projection=_with_names)
_NEWEST = Order(models.SecurityEvent.created_at, models.SecurityEvent.id, descending=True)


class SecurityEventRepository(BaseRepository):
    """Writes the audit log."""

    async def add(
        self, events: Sequence[NewSecurityEvent], *, actor: Actor, client: ClientInfo, request_id: str | None
    ) -> None:
        """Insert entries about the acts of `actor` from `client`. Repeatable kinds are counted instead."""
        rows = [
            {
                "kind": event.kind,
                "user_id": event.user_id,
                "actor_id": actor.user_id,
                "session_id": actor.session_id,
                "ip_address": client.address,
                "user_agent": client.user_agent,
                "request_id": request_id,
                "details": dict(event.details),
            }
            for event in events
            if event.kind not in COUNTED_KINDS or not await self._count_again(event, client)
        ]
        if rows:
            await self._connection.write(insert(models.SecurityEvent).values(rows))

    async def _count_again(self, event: NewSecurityEvent, client: ClientInfo) -> bool:
        """Count the event in the entry of the last hour that says the same, and return whether there is one."""
        table = models.SecurityEvent
        latest = (
            select(table.id)
            .where(
                table.user_id == event.user_id,
                table.created_at > func.now() - COUNTED_FOR,
                table.kind == event.kind,
                table.details.contains(dict(event.details)),
                table.ip_address.is_(None) if client.address is None else _is_within(client.network),
            )
            .order_by(table.created_at.desc(), table.id.desc())
            .limit(1)
        )
        times = func.coalesce(table.details["times"].as_integer(), 1) + 1
        counted = table.details.concat(func.jsonb_build_object("times", times, "last_at", func.now()))
        statement = update(table).where(table.id == latest.scalar_subquery()).values(details=counted)
        return await self._connection.write(statement) > 0


class OwnedSecurityEventRepository(OwnedRepository):
    """The audit log: all entries with the permission, otherwise those about the actor's own account."""

    table: ClassVar = models.SecurityEvent
    owner: ClassVar = models.SecurityEvent.user_id
    permission: ClassVar = Permission.READ_AUDIT

    async def find(self, event_filter: SecurityEventFilter, page: PageRequest) -> Page[SecurityEvent]:
        """Return one page of the entries that match the filter, the newest first."""
        query = select(*models.SecurityEvent.__table__.c).where(*_conditions(event_filter))
        return await self._fetch_page(query, rows_as=_EVENT, order=_NEWEST, request=page)

    async def delete_old(self, age: timedelta, *, limit: int) -> int:
        """Delete at most `limit` entries older than `age` and return how many."""
        old = unlocked(models.SecurityEvent, models.SecurityEvent.created_at < func.now() - age, limit=limit)
        return await self._delete(delete(models.SecurityEvent).where(old))


def _is_within(network: str) -> ColumnElement[bool]:
    # An IPv6 subscriber has more addresses than the table could hold.
    return cast(models.SecurityEvent.ip_address, INET).op("<<=", is_comparison=True)(cast(network, INET))


def _conditions(event_filter: SecurityEventFilter) -> list[ColumnElement[bool]]:
    table = models.SecurityEvent
    conditions: list[ColumnElement[bool] | None] = [
        None if event_filter.kind is None else table.kind == str(event_filter.kind),
        None if event_filter.user_id is None else table.user_id == event_filter.user_id,
        None if event_filter.ip_address is None else table.ip_address == event_filter.ip_address,
        None if event_filter.since is None else table.created_at >= event_filter.since,
        None if event_filter.until is None else table.created_at < event_filter.until,
    ]
    return [condition for condition in conditions if condition is not None]
