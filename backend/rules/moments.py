"""Moments have a time zone, and types are written one way."""

import ast
from collections.abc import Iterator

from rules.findings import Finding, Rule
from rules.names import Module, Project
from rules.reserved import Reserved, uses
from rules.scopes import Scope

TIME_ZONES = Rule("time-zones-in-code", "Write `datetime.now(UTC)`, or `datetime.fromtimestamp(seconds, UTC)`.")
UNIONS = Rule("union-types", "Write `X | None`, or `X | Y`.")
# Functions that need a time zone as an argument.
ZONED = ("datetime.datetime.now", "datetime.datetime.fromtimestamp", "datetime.datetime.combine")
ZONES = ("datetime.UTC", "datetime.timezone", "zoneinfo.ZoneInfo")
RESERVED = (
    Reserved(UNIONS, ("typing.Optional", "typing.Union")),
    Reserved(
        TIME_ZONES,
        ("datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp", "datetime.datetime.today", "datetime.datetime.strptime",
         "datetime.datetime.min", "datetime.datetime.max", "datetime.date.today", "datetime.date.fromtimestamp"),
    ),
)  # fmt: skip


def found(project: Project) -> Iterator[Finding]:
    """Yield moments without a time zone, and types of the old way."""
    yield from uses(project, RESERVED)
    for module in project.modules.values():
        yield from naive_moments(module)


def naive_moments(module: Module) -> Iterator[Finding]:
    """Yield moments that are made, or made to be, without a time zone."""
    zoned = {id(call.func) for call, scope in module.calls if _has_zone(module, call, scope)}
    for reference in module.references:
        if (
            reference.role not in {"import", "typing"}
            and reference.names & set(ZONED)
            and id(reference.node) not in zoned
        ):
            yield TIME_ZONES.broken(
                module.file, reference.line, "this moment has no time zone, or none that is written here"
            )
    for call, scope in module.calls:
        removed = [word for word in call.keywords if word.arg == "tzinfo" and isinstance(word.value, ast.Constant)]
        is_bare = module.meaning(call.func, scope) & {"datetime.datetime"}
        if removed or (is_bare and not _has_zone(module, call, scope)):
            yield TIME_ZONES.broken(module.file, call.lineno, "this moment has no time zone")


def _has_zone(module: Module, call: ast.Call, scope: Scope) -> bool:
    given = [*call.args, *(word.value for word in call.keywords)]
    return any(name.startswith(ZONES) for value in given for name in module.meaning(value, scope))
