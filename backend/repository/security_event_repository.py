"""Reads and writes the audit log."""

from collections.abc import Sequence

from sqlalchemy import insert

from domain.client import Client
from domain.permissions import Actor
from domain.security_event import NewSecurityEvent
from repository import models
from repository.connection import BaseRepository


class SecurityEventRepository(BaseRepository):
    """Reads and writes the audit log."""

    async def add(self, events: Sequence[NewSecurityEvent], *, actor: Actor, client: Client) -> None:
        """Insert entries about what `actor` did from `client`."""
        rows = [
            {
                "kind": event.kind,
                "user_id": event.user_id,
                "actor_id": actor.user_id,
                "session_id": actor.session_id,
                "ip_address": client.address,
                "user_agent": client.user_agent,
                "details": dict(event.details),
            }
            for event in events
        ]
        await self._connection.execute(insert(models.SecurityEvent).values(rows))
