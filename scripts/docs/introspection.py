"""Facts read from the code, for generated pages and diagrams."""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BACKEND = ROOT / "backend"
sys.path.insert(0, str(BACKEND))

import typer  # noqa: E402
from fastapi.routing import APIRoute, iter_route_contexts  # noqa: E402
from prometheus_client import CollectorRegistry, Metric  # noqa: E402
from sqlalchemy import Table  # noqa: E402

from api.app import create_app  # noqa: E402
from api.documentation import COMMON, dependencies  # noqa: E402
from cli.app import app as commands_app  # noqa: E402
from core import settings as settings_module  # noqa: E402
from core.metrics.database import ReplicaMetrics  # noqa: E402
from core.metrics.jobs import JobMetrics, LoopMetrics, SchedulerMetrics  # noqa: E402
from core.metrics.metrics import Metrics, QueueGauges  # noqa: E402
from core.settings import Environment, Settings  # noqa: E402
from domain import permissions  # noqa: E402
from domain.jobs.job import TaskSpec  # noqa: E402
from domain.permissions import ROLE_PERMISSIONS, Permission  # noqa: E402
from domain.taskiq_broker import files_clean_up, rows_clean_up  # noqa: E402
from domain.tasks import broker  # noqa: E402
from repository import models  # noqa: E402, F401
from repository.base_model import BaseTableModel  # noqa: E402

METHODS = ("get", "post", "put", "patch", "delete")
# Folders that are parts of a layer, with areas of their own.
PARTS = ("routes", "schemas", "models")
# Settings that turn middleware on.
OPTIONAL = {
    "allowed_origins": "http://localhost:5173",
    "database_replica_url": "postgresql://localhost/replica",
}
OUTBOX = {"publish", "enqueue"}
LAYERS = ("api", "worker", "service", "domain", "repository", "core", "embedded", "cli")


def secret_settings() -> list[str]:
    """Return the names of settings that contain a secret."""
    return settings_module._secrets()  # noqa: SLF001


def clean_up_steps() -> list[Any]:
    """Return what is deleted at night."""
    return [*rows_clean_up._steps.values(), *files_clean_up._steps.values()]  # noqa: SLF001


def readers(name: str) -> list[str]:
    """Return the modules that read a setting, directly or by a property of `Settings`."""
    names = {name, *(derived for derived, fields in derived_settings().items() if name in fields)}
    return sorted({module for module, attribute in setting_reads() if attribute in names})


@cache
def setting_reads() -> frozenset[tuple[str, str]]:
    """Return which attributes of settings each module reads."""
    return frozenset(
        (module, node.attr)
        for module, tree in modules()
        if module != "core/settings.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("settings")
    )


@cache
def derived_settings() -> dict[str, set[str]]:
    """Return which settings each property of `Settings` is computed from."""
    functions = {
        name: member.fget if isinstance(member, property) else member
        for name, member in vars(Settings).items()
        if isinstance(member, property) or name.startswith("require_")
    }
    used = {
        name: set(re.findall(r"self\.(\w+)", inspect.getsource(function)))
        for name, function in functions.items()
        if inspect.isfunction(function)
    }
    for _ in used:  # until those of those are there
        used = {name: names.union(*(used.get(each, ()) for each in names)) for name, names in used.items()}
    return used


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return every module of the layers with its syntax tree."""
    files = [
        file for layer in LAYERS for file in sorted((BACKEND / layer).rglob("*.py")) if "migrations" not in file.parts
    ]
    return tuple((file.relative_to(BACKEND).as_posix(), ast.parse(file.read_text(encoding="utf-8"))) for file in files)


def routes_by_error() -> dict[str, list[str]]:
    """Return the routes that name each error."""
    met: dict[str, list[str]] = {}
    for method, path, operation in operations():
        for error in named_errors(operation):
            met.setdefault(error, []).append(f"{method} {path}")
    return met


def named_errors(operation: Any) -> list[str]:  # noqa: ANN401 — an operation of the OpenAPI document
    """Return the codes of the errors of an operation, without those that every request may meet."""
    described = " ".join(
        response["description"] for response in operation["responses"].values() if "description" in response
    )
    common = {kind.code for kind in COMMON}
    return [code for code in re.findall(r"`([A-Z_]+)` \d", described) if code not in common]


def roles_with(permission: Permission) -> list[str]:
    """Return the roles that grant a permission."""
    return [role.value for role, granted in ROLE_PERMISSIONS.items() if permission in granted]


def remark_above(permission: Permission) -> str:
    """Return the comment above a permission."""
    source = inspect.getsource(permissions)
    found = re.search(rf"((?:^    # .*\n)*)^    {permission.name} = ", source, re.MULTILINE)
    return " ".join(line.strip("# ") for line in found[1].splitlines()) if found else ""


def requiring(permission: Permission) -> list[str]:
    """Return the routes that require a permission."""
    return [f"{method} {path}" for method, path, _ in operations() if permission in required_permissions(method, path)]


def repositories_with(permission: Permission) -> list[str]:
    """Return the repositories whose filter a permission lifts."""
    return sorted(
        node.name
        for module, tree in modules()
        if module.startswith("repository/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(line, ast.AnnAssign) and ast.unparse(line).endswith(f" = Permission.{permission.name}")
            for line in node.body
        )
    )


def events() -> list[tuple[type[Any], list[str], tuple[TaskSpec, ...]]]:
    """Return every event, the modules that publish it, and its handlers."""
    scheduled = {type(schedule.payload) for schedule in broker.schedules.values()}
    published = [
        (event, publishers(event), handlers) for event, handlers in broker.routes.items() if event not in scheduled
    ]
    return sorted(published, key=lambda of: of[0].__name__)


def publishers(event: type[Any]) -> list[str]:
    """Return the modules that make an event and give it to the outbox. That of a dead job is the module of its task."""
    makers = [
        module for module, tree in modules() if event.__name__ in (called := called_names(tree)) and called & OUTBOX
    ]
    dead = {task.spec.on_dead for task in broker.all()}
    return [*makers, *(["domain/tasks.py"] if event in dead else [])]


@cache
def called_names(tree: ast.Module) -> set[str]:
    """Return the names of everything that a module calls."""
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {ast.unparse(function).rpartition(".")[2] for function in called}


def file_of(kind: type[Any]) -> str:
    """Return the file of a class."""
    return kind.__module__.replace(".", "/") + ".py"


@cache
def api(**settings: Any) -> Any:  # noqa: ANN401 — the application, which connects to nothing
    """Return the API with some settings."""
    return create_app(
        Settings(
            _env_file=None,
            environment=Environment.TEST,
            database_url="postgresql://localhost/none",
            redis_url="redis://localhost",
            **settings,
        )
    )


def operations() -> Iterator[tuple[str, str, Any]]:
    """Yield the method, the path and the description of every route."""
    for path, methods in sorted(api().openapi()["paths"].items()):
        for method in METHODS:
            if method in methods:
                yield method.upper(), path, methods[method]


@cache
def calls(method: str, path: str) -> list[Any]:
    """Return everything that a route depends on."""
    [context] = [
        context
        for context in iter_route_contexts(api().routes)
        if isinstance(context.original_route, APIRoute)
        and context.path_format == path
        and method in (context.methods or ())
    ]
    return [dependency.call for dependency in dependencies(context.dependant)]


def required_permissions(method: str, path: str) -> list[Permission]:
    """Return the permissions that a route requires."""
    values = (
        inspect.getclosurevars(call).nonlocals.values() for call in calls(method, path) if inspect.isfunction(call)
    )
    return [value for each in values for value in each if isinstance(value, Permission)]


def all_commands(group: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 — a command of Click
    """Yield every command with its name, those of groups as well."""
    group = group or typer.main.get_command(commands_app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from all_commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def first_line(text: str | None) -> str:
    """Return the first paragraph of a docstring in one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def first_words(layer: str) -> str:
    """Return the first sentence about a layer."""
    docstring = ast.get_docstring(ast.parse((BACKEND / layer / "__init__.py").read_text(encoding="utf-8")))
    return re.split(r"\. |\.$", first_line(docstring))[0]


def areas(layer: str) -> list[str]:
    """Return the areas of a layer: its folders, and those of its routes, schemas and models."""
    parts = [BACKEND / layer, *(BACKEND / layer / part for part in PARTS)]
    folders = {folder.parent.name for part in parts for folder in part.glob("*/__init__.py")}
    return sorted(folders - {*PARTS, "migrations"})


def middleware() -> list[tuple[type[Any], str | None]]:
    """Return the middleware from the outside in, and the setting that turns each on."""
    always = {added.cls for added in api().user_middleware}
    return [
        (
            added.cls,
            None
            if added.cls in always
            else next(name for name in OPTIONAL if added.cls in classes(**{name: OPTIONAL[name]})).upper(),
        )
        for added in api(**OPTIONAL).user_middleware
    ]


def classes(**settings: str) -> set[Any]:
    """Return the classes of the middleware with some settings."""
    return {added.cls for added in api(**settings).user_middleware}


def tables() -> dict[str, list[Table]]:
    """Return the tables by area; those of features have none."""
    found: dict[str, list[Table]] = {}
    for mapper in BaseTableModel.registry.mappers:
        folders = mapper.class_.__module__.split(".")[2:-1]
        assert isinstance(mapper.local_table, Table)
        found.setdefault(folders[0] if folders else "", []).append(mapper.local_table)
    return {area: sorted(set(named), key=lambda table: table.name) for area, named in sorted(found.items())}


def programs() -> list[tuple[str, str]]:
    """Return the programs that run for long, and what each does."""
    said = {name: first_line(command.help) for name, command in all_commands()}
    return [(name, said[name].split(". ")[0].rstrip(".")) for name in ("serve", "worker", "scheduler")]


def names_of(*functions: Callable[..., Any]) -> str:
    """Return what functions are called, with their class. One that is gone stops the program that asks."""
    return ", ".join(function.__qualname__ for function in functions)


def metrics() -> dict[str, list[tuple[str, str, list[str], str]]]:
    """Return name, type, labels and meaning of the metrics, by the programs that show them."""
    everywhere = declared(Metrics().registry)
    programs = {
        "Every program": everywhere,
        "The API": [described(family) for family in QueueGauges(lambda: ()).collect()],
    }
    for name, families in (("A worker", (JobMetrics, LoopMetrics)), ("A scheduler", (SchedulerMetrics, LoopMetrics))):
        registry = CollectorRegistry()
        for family in families:
            family(registry)
        programs[name] = declared(registry)
    replica = CollectorRegistry()
    ReplicaMetrics(replica)
    return {**programs, "A program that reads from a replica": declared(replica)}


def declared(registry: CollectorRegistry) -> list[tuple[str, str, list[str], str]]:
    """Return name, type, labels and meaning of what is registered."""
    collectors: Iterable[Any] = registry._collector_to_names  # noqa: SLF001
    labels = {metric._name: metric._labelnames for metric in collectors}  # noqa: SLF001
    return [
        (name_of(family), family.type, list(labels[family.name]), family.documentation)
        for family in sorted(registry.collect(), key=lambda family: family.name)
    ]


def described(family: Metric) -> tuple[str, str, list[str], str]:
    """Return name, type, labels and meaning of a family that is made at the scrape."""
    return name_of(family), family.type, list(getattr(family, "_labelnames", ())), family.documentation


def name_of(family: Metric) -> str:
    """Return the name as queries have it."""
    return f"{family.name}_total" if family.type == "counter" else family.name
