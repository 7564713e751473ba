"""A file in `api/routes` is part of the application: no list names it."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from api.document_details import tags
from api.routers import route_modules

Files = dict[str, str]
ROUTER = "from fastapi import APIRouter\nrouter = APIRouter(tags=['{tag}'])\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Files], ModuleType]]:
    """Make a package of routes from the text of its files."""

    def make(files: Files) -> ModuleType:
        for name, text in {"__init__.py": "", **files}.items():
            file = tmp_path / "made_routes" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return import_module("made_routes")

    monkeypatch.syspath_prepend(tmp_path)
    yield make
    for name in [name for name in sys.modules if name.startswith("made_routes")]:
        del sys.modules[name]


def names(package: ModuleType) -> list[str]:
    return [module.name.removeprefix(f"{package.__name__}.") for module in route_modules(package)]


def test_features_come_before_areas_and_each_in_order_of_name(package: Callable[[Files], ModuleType]) -> None:
    files = ["users.py", "area/b.py", "notes.py", "area/a.py", "area/__init__.py", "zebras.py"]
    assert names(package({file: ROUTER.format(tag="x") for file in files})) == [
        "notes",
        "users",
        "zebras",
        "area.a",
        "area.b",
    ]


def test_a_module_without_a_router_is_refused(package: Callable[[Files], ModuleType]) -> None:
    with pytest.raises(TypeError, match=r"made_routes\.notes has no `router`\. Add `router = APIRouter\("):
        route_modules(package({"notes.py": "def list_notes(): ..."}))


def test_an_inclusion_of_another_type_is_refused(package: Callable[[Files], ModuleType]) -> None:
    with pytest.raises(TypeError, match=r"`inclusion` of made_routes\.notes must be an `Inclusion`"):
        route_modules(package({"notes.py": f"{ROUTER.format(tag='notes')}inclusion = True"}))


def test_the_docstring_of_a_module_describes_its_tag(package: Callable[[Files], ModuleType]) -> None:
    routes = package(
        {
            "a_drafts.py": '"""Drafts."""\n' + ROUTER.format(tag="two words"),
            "two_words.py": '"""What users write\nfor themselves.\n\nFor developers.\n"""\n'
            + ROUTER.format(tag="two words"),
        }
    )
    assert tags(route_modules(routes)) == [{"name": "two words", "description": "What users write for themselves."}]


def test_a_shared_tag_without_a_module_of_its_name_is_refused(package: Callable[[Files], ModuleType]) -> None:
    routes = package({"a.py": ROUTER.format(tag="notes"), "b.py": ROUTER.format(tag="notes")})
    with pytest.raises(TypeError, match=r"a and made_routes\.b share the tag `notes`\. Rename one of them to notes: "):
        tags(route_modules(routes))
