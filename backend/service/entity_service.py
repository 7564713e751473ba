"""The base of services. A feature's service inherits it and holds the rules of the feature alone.

    class InvoiceService(
        EntityService[Invoice, Invoice, InvoiceFields, InvoiceChanges, InvoiceFilter, InvoiceSort]
    ):
        not_found: ClassVar = InvoiceNotFound
        permission: ClassVar = Permission.WRITE_INVOICES

The type parameters are those of `domain/entity.py:EntityPort`. A method that a feature overrides says what it raises;
of the inherited ones, `not_found` replaces `NotFound`.
"""

from collections.abc import Collection
from typing import ClassVar, Generic, NoReturn, TypeVar
from uuid import UUID

from domain.entity import EntityPort
from domain.errors import NotFound, VersionChanged
from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from service.base_service import BaseService

Entity = TypeVar("Entity")
Summary = TypeVar("Summary")
Fields = TypeVar("Fields")
Changes = TypeVar("Changes")
Filter = TypeVar("Filter")
Sort = TypeVar("Sort")


class EntityService(BaseService, Generic[Entity, Summary, Fields, Changes, Filter, Sort]):
    """Finds, reads, creates, changes and deletes entities, each as far as the actor may."""

    # The error for an entity that does not exist, or that the actor may not read.
    not_found: ClassVar[type[NotFound]]
    # Its holders change the entities of all users.
    permission: ClassVar[Permission]

    def __init__(self, actor: Actor, entities: EntityPort[Entity, Summary, Fields, Changes, Filter, Sort]) -> None:
        super().__init__(actor)
        self._entities = entities

    async def find(self, entity_filter: Filter, *, sort: Sort, page: PageRequest) -> Page[Summary]:
        """Return one page of the entities that match the filter and that the actor may read."""
        return await self._entities.find(entity_filter, sort=sort, page=page)

    async def get(self, entity_id: UUID) -> Entity:
        """Return an entity.

        Raises:
            NotFound: there is none, or none that the actor may read.
        """
        entity = await self._entities.get(entity_id)
        if entity is None:
            raise self.not_found
        return entity

    async def create(self, fields: Fields) -> Entity:
        """Create an entity that belongs to the actor.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        self._require_signed_in()
        entity = await self._entities.add(fields)
        self._changed(entity)
        return entity

    async def update(self, entity_id: UUID, changes: Changes, *, versions: Collection[int] | None) -> Entity:
        """Change some fields of an entity; with `versions`, only if it is still one of these.

        Raises:
            NotAuthenticated: the caller is not signed in.
            NotFound: there is none, or none that the actor may read.
            PermissionDenied: it belongs to another user.
            VersionChanged: the entity has another version.
        """
        self._require_signed_in()
        entity = await self._entities.update(entity_id, changes, versions=versions)
        if entity is None:
            await self._refuse(entity_id)
        self._changed(entity)
        return entity

    async def delete(self, entity_id: UUID, *, versions: Collection[int] | None) -> None:
        """Delete an entity; with `versions`, only if it is still one of these.

        Raises:
            NotAuthenticated: the caller is not signed in.
            NotFound: there is none, or none that the actor may read.
            PermissionDenied: it belongs to another user.
            VersionChanged: the entity has another version.
        """
        self._require_signed_in()
        entity = await self._entities.delete(entity_id, versions=versions)
        if entity is None:
            await self._refuse(entity_id)
        self._changed(entity)

    def _changed(self, entity: Entity) -> None:
        """Run after every change, for example to invalidate cached values. Override it."""

    async def _refuse(self, entity_id: UUID) -> NoReturn:
        """Say why nothing was changed; asked only then, so that a change is one statement."""
        await self.get(entity_id)
        if not await self._entities.may_change(entity_id):
            self._actor.refuse(self.permission)
        raise VersionChanged
