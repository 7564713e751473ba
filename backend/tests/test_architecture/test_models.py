"""Properties of every table and every entity."""

import dataclasses
import enum
import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, is_typeddict

import pytest
import sqlalchemy
from sqlalchemy import (
    Column,
    DateTime,
    Float,
    ForeignKey,
    Interval,
    PrimaryKeyConstraint,
    Table,
    Time,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column, relationship

import domain.user
import repository.models
from domain.errors import AppError
from repository.base_model import BaseTableModel, Private
from repository.ownership import declared, ownership_of
from tests.test_architecture.findings import Finding, assert_none, found_at
from tests.test_architecture.functions import unwrapped
from tests.test_architecture.source import import_modules
from tests.test_architecture.test_imports import REGISTRY, TASKS


def mappers() -> list[Mapper[object]]:
    import_modules("repository")
    found = [mapper for mapper in BaseTableModel.registry.mappers if not mapper.class_.__module__.startswith("tests.")]
    return sorted(found, key=lambda mapper: mapper.class_.__name__)


def violations(mapper: Mapper[object]) -> Iterator[Finding]:
    """Yield what is wrong with a table's class."""
    table_class = mapper.class_
    if not issubclass(table_class, BaseTableModel):
        yield found_at(table_class, "one-base", f"{table_class.__name__} is no BaseTableModel", ONE_BASE)
    if "__doc__" not in vars(table_class) or not table_class.__doc__:
        wrong = f"{table_class.__name__} has no docstring"
        yield found_at(table_class, "table-docstring", wrong, "Say what a row is.")
    if not issubclass(table_class, Private) and ownership_of(table_class) is None:
        wrong = f"nothing declares who may read and change the rows of {table_class.__name__}"
        instead = "Write a repository with `table` and `owner`, or derive the table from `Private` as well."
        yield found_at(table_class, "table-has-an-owner", wrong, instead)
    for name, rule, wrong, instead in (*wrong_attributes(mapper), *wrong_columns(mapper)):
        yield found_at(table_class, rule, f"{table_class.__name__}.{name} {wrong}", instead, name=name)


ONE_BASE = "Derive it from `repository.base_model.BaseTableModel`."
# A fault of an attribute: its name, the rule, the fault and the correction.
Wrong: TypeAlias = tuple[str, str, str, str]


def wrong_attributes(mapper: Mapper[object]) -> Iterator[Wrong]:
    annotations = {
        name: str(kind)
        for base in mapper.class_.__mro__
        for name, kind in vars(base).get("__annotations__", {}).items()
    }
    for attribute in mapper.attrs:
        kind = annotations.get(attribute.key, "")
        if "Mapped[" not in kind:
            yield attribute.key, "mapped-columns", "has no type", f"Write `{attribute.key}: Mapped[…] = …`."
        elif UNTYPED.search(kind):
            instead = "Write what it holds, such as `Mapped[dict[str, str]]`."
            yield attribute.key, "mapped-columns", "may hold anything", instead
    for relation in mapper.relationships:
        if relation.lazy != "raise":
            instead = 'Write `relationship(lazy="raise")`, and join it or `selectinload` it where it is needed.'
            yield relation.key, "relationship-raises", "is loaded lazily, with a query for each row", instead


UNTYPED = re.compile(r"\[(typing\.)?(Any|object|dict|list)( \| None)?\]")


def wrong_columns(mapper: Mapper[object]) -> Iterator[Wrong]:
    table = mapper.local_table
    assert isinstance(table, Table)
    keys = [list(key.columns) for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
    whole = [list(index.columns) for index in table.indexes if index.dialect_options["postgresql"]["where"] is None]
    indexed = {columns[0].name for columns in (*keys, *whole) if columns}
    for column in table.columns:
        yield from ((column.name, *wrong) for wrong in _wrong_type(column))
        if column.default is not None or column.onupdate is not None:
            instead = 'Write `server_default=text("…")`: it holds for every way to the database.'
            yield column.name, "server-default", "has a default that only the session knows", instead
        for key in column.foreign_keys:
            if not key.ondelete:
                instead = 'Write `ForeignKey(…, ondelete="CASCADE")`, `"SET NULL"` or `"RESTRICT"`.'
                yield column.name, "foreign-key", "does not say what a deletion does", instead
            if column.name not in indexed:
                instead = (
                    f'Write `index=True`, or an `Index` that begins with "{column.name}": a deletion looks for it.'
                )
                yield column.name, "foreign-key", "has no index", instead


def _wrong_type(column: Column[Any]) -> Iterator[tuple[str, str, str]]:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, DateTime) and not kind.timezone:
        yield "time-zones", "has no time zone", "Write `Mapped[datetime]` alone, or `DateTime(timezone=True)`."
    if isinstance(kind, Time | Interval) and not getattr(kind, "timezone", True):
        yield "time-zones", "has no time zone", "Write `Mapped[datetime]`."
    if isinstance(kind, sqlalchemy.Enum):
        instead = "Write `Mapped[str]`, and turn it into the enumeration where rows become entities."
        yield "enum-by-value", "is an enumeration of the database, which stores names and is hard to change", instead
    if isinstance(kind, Float):
        yield "no-float", "is a float, which rounds", "Write `Mapped[Decimal] = mapped_column(Numeric(12, 2))`."


def test_every_table_keeps_the_rules() -> None:
    assert_none(wrong for mapper in mappers() for wrong in violations(mapper))


def without_owner() -> Iterator[Finding]:
    """Yield declarations of tables that belong to users and that name no owner."""
    for kind in declared():
        owners = {key.parent.name for key in kind.table.__table__.foreign_keys if key.column.table.name == "users"}
        if owners and kind.owner is None:
            wrong = f"{kind.__name__} declares no owner of {kind.table.__name__}"
            instead = f"Write `owner: ClassVar = models.{kind.table.__name__}.{min(owners)}`."
            yield found_at(kind, "owned-tables-name-their-owner", wrong, instead)


def test_every_table_of_users_names_its_owner() -> None:
    import_modules("repository")
    assert_none(without_owner())


def unnamed(names: Iterable[str]) -> list[str]:
    """Return the lines that `repository/models/__init__.py` lacks, so that `models.Post` works for each table."""
    tables = {mapper.class_.__name__: mapper.class_ for mapper in mappers()}
    return [
        f"from {table.__module__} import {name} as {name}" for name, table in tables.items() if name not in {*names}
    ]


def test_every_table_is_found_in_repository_models() -> None:
    assert_none(
        found_at(repository.models, "table-is-named", "a table is not named", f"Write `{line}`.")
        for line in unnamed(vars(repository.models))
    )


def test_a_table_that_is_not_named_is_found() -> None:
    names = set(vars(repository.models)) - {"SecurityEvent"}
    assert unnamed(names) == ["from repository.models.identity.security_event import SecurityEvent as SecurityEvent"]


def test_a_table_that_is_not_named_says_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(repository.models, "SecurityEvent")
    line = "from repository.models.identity.security_event import SecurityEvent as SecurityEvent"
    with pytest.raises(AttributeError, match=line):
        _ = repository.models.SecurityEvent


def test_there_is_one_base_of_tables() -> None:
    import_modules("api", "service", "domain", "repository", "core")
    bases = [base for base in DeclarativeBase.__subclasses__() if not base.__module__.startswith("tests.")]
    assert BaseTableModel in bases
    others = [base for base in bases if base is not BaseTableModel]
    assert_none(found_at(base, "one-base", f"{base.__name__} is a second base of tables", ONE_BASE) for base in others)


class OtherBase(DeclarativeBase):
    """Not the product's."""


class Careless(OtherBase):
    __tablename__ = "careless"

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at = mapped_column(DateTime())
    parent_id: Mapped[int] = mapped_column(ForeignKey("careless.id"))
    parent: Mapped["Careless"] = relationship(remote_side="Careless.id")


def test_a_careless_table_is_found() -> None:
    assert [(finding.rule, finding.wrong) for finding in violations(Careless.__mapper__)] == [
        ("one-base", "Careless is no BaseTableModel"),
        ("table-docstring", "Careless has no docstring"),
        ("table-has-an-owner", "nothing declares who may read and change the rows of Careless"),
        ("mapped-columns", "Careless.happened_at has no type"),
        ("relationship-raises", "Careless.parent is loaded lazily, with a query for each row"),
        ("time-zones", "Careless.happened_at has no time zone"),
        ("foreign-key", "Careless.parent_id does not say what a deletion does"),
        ("foreign-key", "Careless.parent_id has no index"),
    ]


def impurities(kind: type) -> Iterator[Finding]:
    """Yield what is wrong with a class of the domain.

    It is a frozen dataclass with slots, a TypedDict, an enumeration, an error or a port.

    A TypedDict holds what a PATCH changes: a missing key is not the same as None. A port is a Protocol, and has no
    code.
    """
    if is_typeddict(kind) or issubclass(kind, AppError | enum.Enum) or getattr(kind, "_is_protocol", False):
        return
    is_frozen = dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    if not is_frozen or "__slots__" not in vars(kind):
        instead = "Write `@dataclass(frozen=True, slots=True)` above it."
        yield found_at(kind, "domain-is-data", f"{kind.__name__} is not plain data that never changes", instead)
    for name, annotation in inspect.get_annotations(kind).items():
        if CHANGEABLE.match(str(getattr(annotation, "__name__", "")) + " " + str(annotation)):
            instead = "Write `Sequence[…]`, `Mapping[…]` or `frozenset[…]`."
            yield found_at(kind, "domain-is-data", f"{kind.__name__}.{name} can be changed", instead, name=name)
    for name, member in vars(kind).items():
        if inspect.iscoroutinefunction(unwrapped(member)):
            wrong = f"{kind.__name__}.{name} waits for something"
            yield found_at(unwrapped(member) or kind, "domain-is-data", wrong, "Move it to a service.")


CHANGEABLE = re.compile(r"(list|dict|set|bytearray)\b")


def test_the_domain_consists_of_pure_data() -> None:
    modules = [module for module in import_modules("domain") if module.__name__ not in {TASKS, REGISTRY}]
    classes = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    ours = {kind for kind in classes if kind.__module__.startswith("domain.")}
    assert domain.user.User in ours
    assert_none(wrong for kind in ours for wrong in impurities(kind))


def test_a_class_that_is_not_pure_data_is_found() -> None:
    @dataclasses.dataclass(frozen=True)
    class WithoutSlots:
        name: str

    @dataclasses.dataclass(slots=True)
    class Changeable:
        name: str

    assert all(map(list, map(impurities, (WithoutSlots, Changeable, Table))))
