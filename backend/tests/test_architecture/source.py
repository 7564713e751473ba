"""The product's code as these tests see it: files, modules and tools."""

import ast
import functools
import importlib
import inspect
import re
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeVar

BACKEND = Path(__file__).parents[2]
Kind = TypeVar("Kind")
# How a document of a product names a file that stayed in the template: "`benchmarks/start.py` of the template".
OF_THE_TEMPLATE = re.compile(r"`[^`\n]*` of the template")
LAYERS = ("api", "worker", "service", "domain", "repository", "core")


def source_files(*packages: str) -> Iterator[Path]:
    """Yield every Python file of `packages`, relative to the source root, but migrations, which are scripts."""
    for package in packages:
        for file in sorted((BACKEND / package).rglob("*.py")):
            relative = file.relative_to(BACKEND)
            if relative.parts[:2] != ("repository", "migrations"):
                yield relative


@functools.cache
def parse(file: Path) -> ast.Module:
    """Return the syntax tree of a file that no test changes."""
    return ast.parse(file.read_text(encoding="utf-8"))


@functools.cache
def nodes_in(module: ModuleType) -> tuple[ast.AST, ...]:
    """Return all nodes of the module's syntax tree, the tree itself first."""
    return tuple(ast.walk(ast.parse(inspect.getsource(module))))


def module_name(file: Path) -> str:
    """Return the name under which `file`, relative to the source root, is imported."""
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def import_modules(*packages: str) -> tuple[ModuleType, ...]:
    """Import every module of `packages`."""
    return tuple(importlib.import_module(module_name(file)) for file in source_files(*packages))


def descendants(kind: type[Kind]) -> set[type[Kind]]:
    """Return the product's classes below `kind`."""
    import_modules(*LAYERS)
    return {child for child in _below(kind) if child.__module__.split(".")[0] in LAYERS}


def _below(kind: type[Kind]) -> set[type[Kind]]:
    return {child for direct in kind.__subclasses__() for child in {direct, *_below(direct)}}


def tool(name: str) -> str:
    """Return the path of a program that is installed beside this Python."""
    path = shutil.which(name, path=sysconfig.get_path("scripts"))
    assert path is not None, f"{name} is not installed"
    return path
