"""Areas have small doors: one imports of another only what that one's `__init__` names, or its assembly."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture.import_graph import append, build_graph
from tests.test_architecture.source import BACKEND, LAYERS

ASSEMBLY = "assembly"
# Routes and schemas of an area are parts of it; what stands directly in them belongs to the product's features.
PARTS = ("routes", "schemas", "models")


def area_of(module: str) -> tuple[str, str] | None:
    """Return the layer and the area of a module, or None when it stands directly in its layer."""
    layer, *names = module.split(".")
    folders = [name for name in names[:-1] if name not in PARTS]
    return (layer, folders[0]) if layer in LAYERS and folders and names[0] != "migrations" else None


@cache
def _offered(package: Path) -> frozenset[str]:
    """Return the names that the package's `__all__` lists."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    lists = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    return frozenset(ast.literal_eval(lists[0])) if lists else frozenset()


def undue_imports(root: Path) -> Iterator[str]:
    """Yield imports between two areas of a layer of what the imported one does not offer."""
    graph = build_graph()
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            own, other = area_of(importer), area_of(imported)
            if own is None or other is None or own == other or own[0] != other[0]:
                continue
            package, _, name = imported.rpartition(".")
            if name != ASSEMBLY and name not in _offered(root.joinpath(*package.split("."))):
                yield f"{importer} imports {imported}"


def test_areas_import_of_each_other_only_what_is_offered() -> None:
    undue = list(undue_imports(BACKEND))
    assert undue == [], "Import something that the area offers, or add the module to `__all__` in its `__init__.py`"


@pytest.mark.parametrize(
    ("file", "line", "found"),
    [
        ("service/live/live_updates.py", "import service.jobs.job_service", "service.jobs.job_service"),
        ("service/mail/emails.py", "from service.files import images", "service.files.images"),
        ("api/routes/jobs/jobs.py", "import api.routes.identity.auth", "api.routes.identity.auth"),
    ],
)
def test_an_import_past_the_door_is_found(copied_tree: Path, file: str, line: str, found: str) -> None:
    append(copied_tree / file, line)
    importer = file.removesuffix(".py").replace("/", ".")
    assert list(undue_imports(copied_tree)) == [f"{importer} imports {found}"]


def test_what_an_area_offers_exists() -> None:
    inits = [file for layer in LAYERS for file in (BACKEND / layer).rglob("__init__.py")]
    offered = [
        (file.parent, name)
        for file in inits
        for name in _offered(file.parent)
        if area_of(".".join((*file.parent.relative_to(BACKEND).parts, "x")))
    ]
    assert offered
    assert [f"{package}/{name}" for package, name in offered if not (package / f"{name}.py").exists()] == []
