"""What every table and every entity looks like."""

import dataclasses
import enum
from collections.abc import Iterable, Iterator
from typing import is_typeddict

import pytest
from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column, relationship

import domain.user
import repository.models
from domain.errors import AppError
from repository.base_model import BaseTableModel
from tests.test_architecture.source import import_modules
from tests.test_architecture.test_imports import REGISTRY, TASKS


def mappers() -> list[Mapper[object]]:
    import_modules("repository")
    found = [mapper for mapper in BaseTableModel.registry.mappers if not mapper.class_.__module__.startswith("tests.")]
    return sorted(found, key=lambda mapper: mapper.class_.__name__)


def violations(mapper: Mapper[object]) -> Iterator[str]:
    """Yield what is wrong with a table's class."""
    table_class = mapper.class_
    if not issubclass(table_class, BaseTableModel):
        yield "does not derive from BaseTableModel"
    if "__doc__" not in vars(table_class) or not table_class.__doc__:
        yield "has no docstring"
    annotations = {
        name: str(kind) for base in table_class.__mro__ for name, kind in vars(base).get("__annotations__", {}).items()
    }
    for attribute in mapper.attrs:
        if "Mapped[" not in annotations.get(attribute.key, ""):
            yield f"{attribute.key} is not declared as Mapped[...]"
    for column in mapper.local_table.columns:
        if isinstance(column.type, DateTime) and not column.type.timezone:
            yield f"{column.name} has no time zone"
    for relation in mapper.relationships:
        if relation.lazy != "raise":
            yield f"{relation.key} is loaded lazily; declare it with lazy='raise' and join where it is needed"


def test_every_table_keeps_the_rules() -> None:
    assert [f"{mapper.class_.__name__} {wrong}" for mapper in mappers() for wrong in violations(mapper)] == []


def unnamed(names: Iterable[str]) -> list[str]:
    """Return the lines that `repository/models/__init__.py` lacks, so that `models.Post` works for each table."""
    tables = {mapper.class_.__name__: mapper.class_ for mapper in mappers()}
    return [
        f"from {table.__module__} import {name} as {name}" for name, table in tables.items() if name not in {*names}
    ]


def test_every_table_is_found_in_repository_models() -> None:
    assert unnamed(vars(repository.models)) == [], "Add these lines to repository/models/__init__.py"


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
    assert bases == [BaseTableModel]


class OtherBase(DeclarativeBase):
    """Not the product's."""


class Careless(OtherBase):
    __tablename__ = "careless"

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at = mapped_column(DateTime())
    parent_id: Mapped[int] = mapped_column(ForeignKey("careless.id"))
    parent: Mapped["Careless"] = relationship(remote_side="Careless.id")


def test_a_careless_table_is_found() -> None:
    assert list(violations(Careless.__mapper__)) == [
        "does not derive from BaseTableModel",
        "has no docstring",
        "happened_at is not declared as Mapped[...]",
        "happened_at has no time zone",
        "parent is loaded lazily; declare it with lazy='raise' and join where it is needed",
    ]


def is_pure_data(kind: type) -> bool:
    """Return whether a class of the domain is a frozen dataclass with slots, a TypedDict, an enumeration, an error or a port.

    A TypedDict holds what a PATCH changes: a missing key is not the same as None. A port is a Protocol, and has no code.
    """
    if is_typeddict(kind) or issubclass(kind, AppError | enum.Enum) or getattr(kind, "_is_protocol", False):
        return True
    return dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen and "__slots__" in vars(kind)  # type: ignore[attr-defined]


def test_the_domain_consists_of_pure_data() -> None:
    modules = [module for module in import_modules("domain") if module.__name__ not in {TASKS, REGISTRY}]
    classes = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    ours = {kind for kind in classes if kind.__module__.startswith("domain.")}
    assert domain.user.User in ours
    assert [kind.__qualname__ for kind in ours if not is_pure_data(kind)] == []


def test_a_class_that_is_not_pure_data_is_found() -> None:
    @dataclasses.dataclass(frozen=True)
    class WithoutSlots:
        name: str

    @dataclasses.dataclass(slots=True)
    class Changeable:
        name: str

    assert not any(map(is_pure_data, (WithoutSlots, Changeable, object)))
