"""The base of repositories. A feature inherits it and declares only its differences.

    class InvoiceRepository(
        EntityRepository[Invoice, Invoice, InvoiceFields, InvoiceChanges, InvoiceFilter, InvoiceSort]
    ):
        table: ClassVar = models.Invoice
        owner: ClassVar = models.Invoice.user_id
        permission: ClassVar = Permission.WRITE_INVOICES
        entity: ClassVar = RowMapper(Invoice, models.Invoice)
        orders: ClassVar = {
            InvoiceSort.NEWEST: Order(models.Invoice.created_at, models.Invoice.id, descending=True),
            InvoiceSort.DUE: Order(models.Invoice.due_on, models.Invoice.id),
        }
        conditions: ClassVar = {"paid": models.Invoice.paid == bindparam("paid")}
        violations: ClassVar = {"uq_invoices_user_id_number": InvoiceNumberTaken}

The type parameters are those of `domain/entity.py:EntityPort`. The second is what lists show: the entity itself, or a
shorter form of it, which `summary` then maps.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from enum import EnumType
from functools import cache, lru_cache
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast, get_args, get_origin
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, func, inspect, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.errors import AppError
from domain.page import Page, PageRequest
from repository.connection import violations_mean
from repository.sql.owned_repository import Columns, OwnedRepository
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import RowMapper
from repository.sql.statements import SHAPES_KEPT
from repository.text_search import TextSearch

Entity = TypeVar("Entity")
Summary = TypeVar("Summary")
Fields = TypeVar("Fields")
Changes = TypeVar("Changes", bound=Mapping[str, object])
Filter = TypeVar("Filter")
Sort = TypeVar("Sort")

# Of a filter's field that is not None: its condition, with a parameter of the field's name.
Condition: TypeAlias = ColumnElement[bool] | TextSearch


class DeclarationDiffers(AppError):
    """The declarations of a repository do not fit its filter, its sort, its fields or its table."""


class EntityRepository(OwnedRepository, Generic[Entity, Summary, Fields, Changes, Filter, Sort]):
    """Reads and writes the rows of `table` as entities, each as far as the actor may."""

    # How a row becomes the entity, with the projection that selects what else it shows.
    entity: ClassVar[RowMapper[Any]]
    # The same for lists, if they show something else.
    summary: ClassVar[RowMapper[Any] | None] = None
    orders: ClassVar[Mapping[Any, Order]]
    conditions: ClassVar[Mapping[str, Condition]] = {}
    # The error of each constraint that an entity may violate, by the name of the constraint.
    violations: ClassVar[Mapping[str, type[AppError]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401  (those of other base classes)
        """Compare what the repository declares with its filter, its sort, its fields and its table.

        A field of the filter without a condition would find everything, and the first request for a member of the sort
        without an order would fail, as would one that names a row of another table which does not exist.

        Raises:
            DeclarationDiffers: `conditions`, `orders` or `violations` lack an entry, or have one that fits nothing.
            DeclaredTwice: another class has declared the same table.
        """
        for base in getattr(cls, "__orig_bases__", ()):
            parameters = [parameter.__name__ for parameter in getattr(get_origin(base), "__parameters__", ())]
            types = dict(zip(parameters, get_args(base), strict=False))
            entity_filter, sort, entity_fields = types.get("Filter"), types.get("Sort"), types.get("Fields")
            if isinstance(entity_filter, type) and dataclasses.is_dataclass(entity_filter):
                fields = [field.name for field in dataclasses.fields(entity_filter)]
                _require_same(cls, "conditions", cls.conditions, entity_filter, fields)
            if isinstance(sort, EnumType):
                _require_same(cls, "orders", getattr(cls, "orders", ()), sort, sort)
            if hasattr(cls, "table") and isinstance(entity_fields, type) and dataclasses.is_dataclass(entity_fields):
                _require_violations(cls, {field.name for field in dataclasses.fields(entity_fields)})
        super().__init_subclass__(**options)

    async def find(self, entity_filter: Filter, *, sort: Sort, page: PageRequest) -> Page[Summary]:
        """Return one page of the entities that match the filter."""
        given, rows_as = self._given(entity_filter), self.summary or self.entity
        return await self._fetch_page(
            self._filtered(*given), given, rows_as=rows_as, order=self.orders[sort], request=page
        )

    async def get(self, entity_id: UUID) -> Entity | None:
        """Return the entity, or None."""
        return await self._fetch_one(self._by_id(), {"entity_id": entity_id}, rows_as=self.entity)

    async def add(self, fields: Fields) -> Entity:
        """Insert an entity that belongs to the actor, and return it.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        with violations_mean(self.violations):
            entity: Entity = await self._insert(values_of(fields), rows_as=self.entity, returning=self._columns())
        return entity

    async def update(self, entity_id: UUID, changes: Changes, *, versions: Collection[int] | None) -> Entity | None:
        """Change an entity if its version is one of `versions`, and return it; None when there was nothing to change.

        Of several concurrent changes to one version, one succeeds. The others wait for the row and find it newer.
        """
        statement = update(self.table).where(*self._meant(entity_id, versions))
        statement = statement.values({**changes, **self._bookkeeping()})
        with violations_mean(self.violations):
            return await self._write_one(statement, rows_as=self.entity, returning=self._columns())

    async def delete(self, entity_id: UUID, *, versions: Collection[int] | None) -> Entity | None:
        """Delete an entity if its version is one of `versions`, and return it as it was; None when there was none."""
        statement = delete(self.table).where(*self._meant(entity_id, versions))
        return await self._write_one(statement, rows_as=self.entity, returning=self._columns())

    async def may_change(self, entity_id: UUID) -> bool:
        """Return whether the entity exists and the actor may change and delete it."""
        key = self.table.id
        return await self._fetch_value(select(key).where(key == entity_id, self.changeable_by(self._actor))) is not None

    def _given(self, entity_filter: Filter) -> dict[str, object]:
        """Return the parameters of the conditions that the filter sets."""
        given = {name: value for name in self.conditions if (value := getattr(entity_filter, name)) is not None}
        for name in tuple(given):
            condition = self.conditions[name]
            if isinstance(condition, TextSearch):
                given |= condition.words_in(given[name])
        return given

    def _meant(self, entity_id: UUID, versions: Collection[int] | None) -> list[ColumnElement[bool]]:
        is_meant = [self.table.id == entity_id]
        return is_meant if versions is None else [*is_meant, self._column("version").in_(versions)]

    # Built once for each class, and each set of conditions. `OwnedRepository` then adds the scope.

    @classmethod
    @cache
    def _by_id(cls) -> AnyQuery:
        return select(*cls._columns()).where(cls.table.id == bindparam("entity_id"))

    @classmethod
    @lru_cache(SHAPES_KEPT)
    def _filtered(cls, *parameters: str) -> AnyQuery:
        given = [cls.conditions[name] for name in parameters if name in cls.conditions]
        conditions = [part.condition(parameters) if isinstance(part, TextSearch) else part for part in given]
        return select(*cls._columns()).where(*conditions)

    @classmethod
    @cache
    def _columns(cls) -> Columns:
        """Return the columns that `entity` maps; if its projection maps others, all that are not deferred."""
        return cls.entity.columns or tuple(
            cls._column(attribute.key) for attribute in inspect(cls.table).column_attrs if not attribute.deferred
        )

    @classmethod
    @cache
    def _bookkeeping(cls) -> Mapping[str, Any]:
        """Return the new values of `version` and `updated_at`, as far as the table has them."""
        columns = inspect(cls.table).columns
        return {
            **({"version": cls._column("version") + 1} if "version" in columns else {}),
            **({"updated_at": func.now()} if "updated_at" in columns else {}),
        }

    @classmethod
    def _column(cls, name: str) -> InstrumentedAttribute[Any]:
        return cast("InstrumentedAttribute[Any]", getattr(cls.table, name))


def _require_same(repository: type, declared: str, entries: Iterable[Any], meant: type, names: Iterable[Any]) -> None:
    if differing := set(entries) ^ set(names):
        listed = ", ".join(sorted(getattr(name, "name", name) for name in differing))
        raise DeclarationDiffers(
            f"{repository.__name__}: `{declared}` and {meant.__name__} differ in {listed}. "
            f"Write an entry in `{declared}` for each, and no other."
        )


def _require_violations(
    repository: type[EntityRepository[Any, Any, Any, Any, Any, Any]], fields: Collection[str]
) -> None:
    """Compare `violations` with the constraints of the table, and with the foreign keys that `fields` fill.

    Raises:
        DeclarationDiffers: no constraint has such a name, or a foreign key has no entry.
    """
    table = cast("Any", inspect(repository.table).local_table)
    constraints = {str(item.name) for item in table.constraints} | {str(item.name) for item in table.indexes}
    if unknown := ", ".join(sorted(repository.violations.keys() - constraints)):
        raise DeclarationDiffers(
            f"{repository.__name__}: `violations` names {unknown}, but {table.name} has no such constraint."
        )
    for key in table.foreign_key_constraints:
        if {column.name for column in key.columns} <= {*fields} and str(key.name) not in repository.violations:
            raise DeclarationDiffers(
                f"{repository.__name__}: a client may name a row of {key.elements[0].target_fullname.partition('.')[0]} that does not exist. Add "
                f'`"{key.name}": …` to `violations`, with the error that says so.'
            )


def values_of(entity_fields: object) -> dict[str, Any]:
    """Return the fields of a dataclass by name."""
    return {field.name: getattr(entity_fields, field.name) for field in dataclasses.fields(cast("Any", entity_fields))}
