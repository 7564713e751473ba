"""Allowed imports: the contracts of import-linter, and three rules that it has no contract for.

import-linter reads import statements. Here every reference counts: a name that another module passes on, and a
module that is imported by its name in a string.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rules.findings import Finding, Rule
from rules.names import Module, Project, Reference, is_in

ASSEMBLY = (".factory", ".assembly")
SHARED_BY_SERVICES = frozenset({"service.base_service", "service.entity_service"})
# Of an area are its routes and schemas; what stands directly in them belongs to the features of the product.
PARTS = ("routes", "schemas", "models")
LAYERS = ("api", "worker", "service", "domain", "repository", "core")
# The table of tasks is read by the entry points alone.
TASKS = "domain.tasks"
LIBRARIES_OF_THE_DOMAIN = frozenset({"cronsim", "domain", *sys.stdlib_module_names})
ABOVE_THE_DOMAIN = frozenset({"api", "cli", "embedded", "repository", "service", "worker"})  # `imports-point-down`
FOR_TYPES = frozenset({"annotation", "typing"})

# The rules that import-linter's contracts have, by the `id` of the contract.
CONTRACTS = {
    rule.name: rule
    for rule in (
        Rule("imports-point-down", "Import from a layer below (cli, embedded > api, worker > service > repository > domain > core), or take what you need as a parameter."),
        Rule("embedded-stands-alone", "Read it from the settings; the embedded servers know nothing else of the product."),
        Rule("http-stays-in-the-api", "Raise an error of the domain, and map it in api/exceptions.py."),
        Rule("sql-stays-in-repositories", "Add a method to the repository in repository/, and call it from a service."),
        Rule("only-services-use-repositories", "Call a service: `work.notes.get(…)`."),
        Rule("factory-is-for-front-doors", "Take what you need as a parameter of `__init__`; service/factory.py passes it."),
        Rule("workers-are-entry-points", "Write `work.outbox.enqueue(…)`, and let the worker run the job."),
        Rule("api-starts-without-taskiq", "Describe the task in domain/tasks.py; only worker/ knows Taskiq."),
        Rule("clients-come-from-resources", "Take the client as a parameter of `__init__`; service/resources.py holds it."),
    )
}  # fmt: skip
SERVICES = Rule("services-know-no-services", "Call both from a controller in service/controllers/, or move what they share into a class that both take as a parameter.")  # fmt: skip
CONTROLLERS = Rule("controllers-know-no-repositories", "Declare a `Protocol` with the methods that the controller calls; service/factory.py passes a service that has them.")  # fmt: skip
PURE = Rule("the-domain-is-pure", "Write a frozen dataclass with Python's own modules, and leave the rest to the layer that needs it.")  # fmt: skip
AREAS = Rule(
    "areas-have-doors", "Import what the area offers in `__all__` of its `__init__.py`, or add the module there."
)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract in pyproject.toml."""

    id: str
    type: str
    options: dict[str, Any]

    def refuses(self, importer: str, imported: str) -> bool:
        """Return whether `importer` may not know `imported`, each a dotted name."""
        for line in self.options.get("ignore_imports", []):
            one, _, other = line.partition(" -> ")
            if importer == one and is_in(imported, other):
                return False
        if self.type == "layers":
            return self._points_up(importer, imported)
        protected, allowed = self.options.get("protected_modules", []), self.options.get("allowed_importers", [])
        if self.type == "forbidden":
            protected, allowed = self.options["forbidden_modules"], []
            if not any(is_in(importer, each) for each in self.options["source_modules"]):
                return False
        is_meant = any(is_in(imported, each) for each in protected)
        return is_meant and not any(is_in(importer, each) for each in (*protected, *allowed))

    def _points_up(self, importer: str, imported: str) -> bool:
        levels = {
            name.strip(): level for level, names in enumerate(self.options["layers"]) for name in names.split("|")
        }
        one, other = importer.split(".", maxsplit=1)[0], imported.split(".", maxsplit=1)[0]
        return one != other and one in levels and other in levels and levels[other] <= levels[one]


def contracts(root: Path) -> list[Contract]:
    """Return the contracts in pyproject.toml."""
    configuration = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return [Contract(each["id"], each["type"], each) for each in configuration["contracts"]]


def found(project: Project) -> Iterator[Finding]:
    """Yield every forbidden reference of the module."""
    chosen = contracts(project.root)
    for module in project.modules.values():
        for reference in module.references:
            if reference.role not in FOR_TYPES:
                for dotted in known(reference):
                    yield from _refused(project, chosen, module, reference, dotted)


def known(reference: Reference) -> set[str]:
    """Return the module that a reference leads to. Objects that it was handed do not count: their makers know them."""
    return {name for name in (*reference.names, reference.imported) if name and "()" not in name}


def _refused(
    project: Project, chosen: list[Contract], module: Module, reference: Reference, dotted: str
) -> Iterator[Finding]:
    other = project.module_of(dotted)
    for contract in chosen:
        if contract.refuses(module.name, dotted):
            yield CONTRACTS[contract.id].broken(module.file, reference.line, f"{module.name} uses `{dotted}`")
    if _is_foreign_service(module, other):
        yield SERVICES.broken(module.file, reference.line, f"{module.name} uses `{dotted}`")
    if is_in(module.name, "service.controllers") and is_in(dotted, "repository"):
        yield CONTROLLERS.broken(module.file, reference.line, f"{module.name} uses `{dotted}`")
    if reference.role == "import" and is_in(module.name, "domain") and _is_impure(dotted):
        yield PURE.broken(module.file, reference.line, f"{module.name} imports `{dotted}`")
    if reference.role == "import" and other is not None and _is_past_the_door(project.root, module.name, other.name):
        yield AREAS.broken(module.file, reference.line, f"{module.name} imports `{other.name}`")


def _is_foreign_service(module: Module, other: Module | None) -> bool:
    if other is None or other is module or other.name in SHARED_BY_SERVICES:
        return False
    is_service = other.name.startswith("service.") and other.name.endswith("_service")
    concerned = module.name.startswith("service.") and not module.name.endswith(ASSEMBLY)
    return is_service and concerned and not _derives_from(module, other)


def _derives_from(module: Module, other: Module) -> bool:
    """Return whether a class of `module` is one of `other` with something added, as `CachedNoteService` is."""
    bases = [base for scope in module.classes if isinstance(scope.node, ast.ClassDef) for base in scope.node.bases]
    names = {name for base in bases for name in module.meaning(base, module.scope)}
    return any(module.project.module_of(name) is other for name in names)


def _is_impure(imported: str) -> bool:
    return imported.split(".", maxsplit=1)[0] not in LIBRARIES_OF_THE_DOMAIN | ABOVE_THE_DOMAIN or is_in(
        imported, TASKS
    )


def _is_past_the_door(root: Path, importer: str, imported: str) -> bool:
    own, other = area_of(importer), area_of(imported)
    if own is None or other is None or own == other or own[0] != other[0]:
        return False
    package, _, name = imported.rpartition(".")
    return name != "assembly" and name not in offered(root.joinpath(*package.split(".")))


def area_of(module: str) -> tuple[str, str] | None:
    """Return the layer and the area of a module, or None when it stands directly in its layer."""
    layer, *names = module.split(".")
    folders = [name for name in names[:-1] if name not in PARTS]
    return (layer, folders[0]) if layer in LAYERS and folders and names[0] != "migrations" else None


@cache
def offered(package: Path) -> frozenset[str]:
    """Return the names that the package's `__all__` lists."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    lists = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    return frozenset(ast.literal_eval(lists[0])) if lists else frozenset()
