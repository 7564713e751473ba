"""Reads and changes accounts on behalf of admins."""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, delete, func, literal, or_, select, true, update

from domain.identity.account import AccountChanges, AccountFilter, AccountSort
from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission, Role, permissions_of
from domain.user import User
from repository import models
from repository.folding import contains, words_of
from repository.models.user import SEARCH_TEXT
from repository.sql.owned_repository import OwnedRepository
from repository.sql.paging import Order
from repository.user_repository import USER

_ORDERS = {
    AccountSort.NEWEST: Order(models.User.created_at, models.User.id, descending=True),
    AccountSort.OLDEST: Order(models.User.created_at, models.User.id),
    AccountSort.EMAIL: Order(models.User.email, models.User.id),
    AccountSort.EMAIL_DESCENDING: Order(models.User.email, models.User.id, descending=True),
}
# Any number that no other advisory lock has.
_ADMINISTRATION = 42_900


class AccountRepository(OwnedRepository):
    """Reads and changes accounts: all with the permission, otherwise only the actor's own."""

    table: ClassVar = models.User
    owner: ClassVar = models.User.id
    permission: ClassVar = Permission.WRITE_USERS

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on accounts that `actor` may read."""
        return true() if actor.may(Permission.READ_USERS) else cls.changeable_by(actor)

    async def lock(self) -> None:
        """Wait until no other transaction changes permissions, and keep others waiting until this one ends.

        What is read afterwards cannot change before the commit, so two admins cannot demote each other.
        """
        await self._lock(select(func.pg_advisory_xact_lock(_ADMINISTRATION)))

    async def get(self, user_id: UUID) -> User | None:
        """Return the account, or None."""
        return await self._fetch_one(select(*USER.columns).where(models.User.id == user_id), rows_as=USER)

    async def has_administrator_besides(self, user_id: UUID) -> bool:
        """Return whether another account is allowed to change accounts."""
        administrate = [_has(role) for role in Role if Permission.WRITE_USERS in permissions_of([role])]
        others = select(models.User.id).where(models.User.id != user_id, models.User.is_active, or_(*administrate))
        return await self._fetch_value(others.limit(1)) is not None

    async def find(self, account_filter: AccountFilter, *, sort: AccountSort, page: PageRequest) -> Page[User]:
        """Return one page of the accounts that match the filter."""
        query = select(*USER.columns).where(*_conditions(account_filter))
        return await self._fetch_page(query, rows_as=USER, order=_ORDERS[sort], request=page)

    async def update(self, user_id: UUID, changes: AccountChanges, *, versions: Collection[int] | None) -> User | None:
        """Change an account if its version is one of `versions`, and return it; None when there was nothing to change."""
        statement = (
            update(models.User)
            .where(models.User.id == user_id, *_is_one_of(versions))
            .values(**_stored(changes), version=models.User.version + 1)
        )
        return await self._update(statement, rows_as=USER)

    async def delete(self, user_id: UUID, *, versions: Collection[int] | None) -> bool:
        """Delete an account and all that belongs to it, if its version is one of `versions`, and return whether it was."""
        return await self._delete(delete(models.User).where(models.User.id == user_id, *_is_one_of(versions))) > 0


def _conditions(account_filter: AccountFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if account_filter.text is not None:
        words = enumerate(words_of(account_filter.text))
        conditions.extend(contains(SEARCH_TEXT, bindparam(f"word_{n}", word, Text)) for n, word in words)
    if account_filter.role is not None:
        conditions.append(_has(account_filter.role))
    if account_filter.is_active is not None:
        conditions.append(models.User.is_active.is_(account_filter.is_active))
    return conditions


def _stored(changes: AccountChanges) -> dict[str, object]:
    return {**changes, "roles": list(map(str, changes["roles"]))} if "roles" in changes else {**changes}


def _has(role: Role) -> ColumnElement[bool]:
    return literal(str(role)) == func.any(models.User.roles)


def _is_one_of(versions: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if versions is None else [models.User.version.in_(versions)]
