"""Reads and changes accounts on behalf of admins."""

from typing import ClassVar, Never
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Text, bindparam, func, literal, or_, select, true

from domain.identity.account import AccountChanges, AccountFilter, AccountSort
from domain.permissions import Actor, Permission, Role, permissions_of
from domain.user import User
from repository import models
from repository.entity_repository import EntityRepository
from repository.models.user import SEARCH_TEXT
from repository.sql.paging import Order
from repository.text_search import TextSearch
from repository.user_repository import USER

# Any number that no other advisory lock has.
_ADMINISTRATION = 42_900


class AccountRepository(EntityRepository[User, User, Never, AccountChanges, AccountFilter, AccountSort]):
    """Reads and changes accounts: all with the permission, otherwise only the actor's own."""

    table: ClassVar = models.User
    owner: ClassVar = models.User.id
    permission: ClassVar = Permission.WRITE_USERS
    entity: ClassVar = USER
    orders: ClassVar = {
        AccountSort.NEWEST: Order(models.User.created_at, models.User.id, descending=True),
        AccountSort.OLDEST: Order(models.User.created_at, models.User.id),
        AccountSort.EMAIL: Order(models.User.email, models.User.id),
        AccountSort.EMAIL_DESCENDING: Order(models.User.email, models.User.id, descending=True),
    }
    conditions: ClassVar = {
        "text": TextSearch(SEARCH_TEXT),
        "role": bindparam("role", type_=Text) == func.any(models.User.roles),
        "is_active": models.User.is_active == bindparam("is_active"),
        "is_invited": models.User.invited_at.is_not(None) == bindparam("is_invited", type_=Boolean),
    }

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on accounts that `actor` may read."""
        return true() if actor.may(Permission.READ_USERS) else cls.changeable_by(actor)

    async def lock(self) -> None:
        """Wait until no other transaction changes permissions, and keep others waiting until this one ends.

        Accounts that are read afterwards cannot change before the commit, so two admins cannot demote each other.
        """
        await self._lock(select(func.pg_advisory_xact_lock(_ADMINISTRATION)))

    async def has_administrator_besides(self, user_id: UUID) -> bool:
        """Return whether another account, whose user can sign in, is allowed to change accounts."""
        administrate = [_has(role) for role in Role if Permission.WRITE_USERS in permissions_of([role])]
        others = select(models.User.id).where(
            models.User.id != user_id, models.User.is_active, models.User.invited_at.is_(None), or_(*administrate)
        )
        return await self._fetch_value(others.limit(1)) is not None


def _has(role: Role) -> ColumnElement[bool]:
    return literal(str(role)) == func.any(models.User.roles)
