"""The port through which services store entities. `docs/guides/ports.md` says when a port pays."""

from collections.abc import Collection
from typing import Protocol, TypeVar, runtime_checkable
from uuid import UUID

from domain.page import Page, PageRequest

Entity_co = TypeVar("Entity_co", covariant=True)
Summary_co = TypeVar("Summary_co", covariant=True)
Fields_contra = TypeVar("Fields_contra", contravariant=True)
Changes_contra = TypeVar("Changes_contra", contravariant=True)
Filter_contra = TypeVar("Filter_contra", contravariant=True)
Sort_contra = TypeVar("Sort_contra", contravariant=True)


@runtime_checkable
class EntityPort(Protocol[Entity_co, Summary_co, Fields_contra, Changes_contra, Filter_contra, Sort_contra]):
    """Keeps entities, and shows and changes them only as far as the actor may.

    The type parameters are the entity, its row in lists, the fields of a new one, the changeable fields, and the
    filters and orders of lists.
    """

    async def find(self, entity_filter: Filter_contra, /, *, sort: Sort_contra, page: PageRequest) -> Page[Summary_co]:
        """Return one page of the entities that match the filter."""

    async def get(self, entity_id: UUID, /) -> Entity_co | None:
        """Return the entity, or None."""

    async def add(self, fields: Fields_contra, /) -> Entity_co:
        """Add an entity that belongs to the actor, and return it."""

    async def update(
        self, entity_id: UUID, changes: Changes_contra, /, *, versions: Collection[int] | None
    ) -> Entity_co | None:
        """Change an entity if its version is one of `versions`, and return it; None when nothing was changed."""

    async def delete(self, entity_id: UUID, /, *, versions: Collection[int] | None) -> Entity_co | None:
        """Delete an entity if its version is one of `versions`. Return it as it was, or None if it was not deleted."""

    async def may_change(self, entity_id: UUID, /) -> bool:
        """Return whether the entity exists and the actor may change and delete it."""
