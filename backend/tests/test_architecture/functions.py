"""Finds functions, their text, and what a name means in their modules."""

import ast
import functools
import inspect
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from tests.test_architecture.source import nodes_in

Node = ast.FunctionDef | ast.AsyncFunctionDef


def unwrapped(member: object) -> FunctionType | None:
    """Return the function in a method, property or decorated function."""
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, functools.cached_property):
        member = member.func
    elif isinstance(member, classmethod | staticmethod):
        member = member.__func__
    if isinstance(member, FunctionType):
        inner = inspect.unwrap(member)
        return inner if isinstance(inner, FunctionType) else None
    return None


@functools.cache
def nodes_of(module: ModuleType) -> dict[str, Node]:
    """Return the functions in the module's text by their qualified names."""
    found: dict[str, Node] = {}
    tree = nodes_in(module)[0]
    assert isinstance(tree, ast.Module)

    def collect(body: list[ast.stmt], prefix: str) -> None:
        for statement in body:
            if isinstance(statement, Node):
                found[prefix + statement.name] = statement
            elif isinstance(statement, ast.ClassDef):
                collect(statement.body, f"{prefix}{statement.name}.")

    collect(tree.body, "")
    return found


def evaluate(name: str, names: dict[str, Any], default: object = None) -> Any:
    """Return the exception class that `name` means, or `default`."""
    value = evaluate_any(name, names)
    return value if isinstance(value, type) and issubclass(value, BaseException) else default


def evaluate_any(name: str, names: dict[str, Any]) -> Any:
    first, *rest = name.split(".")
    builtin = names.get("__builtins__", {})
    builtin = vars(builtin) if isinstance(builtin, ModuleType) else builtin
    value = names.get(first, builtin.get(first, sys.modules.get(first)))
    for part in rest:
        value = getattr(value, part, None)
    return value


def local_names(module: ModuleType, line: int) -> set[str]:
    """Return the parameters and caught errors of the functions around a line."""
    functions = (node for node in nodes_in(module) if isinstance(node, Node))
    around = [node for node in functions if node.lineno <= line <= (node.end_lineno or node.lineno)]
    parameters = {
        argument.arg for node in around for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    }
    handlers = {
        node.name for outer in around for node in ast.walk(outer) if isinstance(node, ast.ExceptHandler) and node.name
    }
    return parameters | handlers


def is_ours(function: Callable[..., object]) -> bool:
    return isinstance(function, FunctionType) and node_of(function) is not None


def is_class_of(value: object, module: ModuleType) -> bool:
    return isinstance(value, type) and value.__module__ == module.__name__


def node_of(function: FunctionType) -> Node | None:
    module = sys.modules.get(function.__module__)
    if module is None or not _is_part_of_the_product(module):
        return None
    return nodes_of(module).get(function.__qualname__)


def _is_part_of_the_product(module: ModuleType) -> bool:
    return "site-packages" not in (module.__file__ or "site-packages") and not module.__name__.startswith("tests.")


def owner_of(function: FunctionType) -> type | None:
    owner: Any = sys.modules[function.__module__]
    for part in function.__qualname__.split(".")[:-1]:
        owner = getattr(owner, part, None)
    return owner if isinstance(owner, type) else None
