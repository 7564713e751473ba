"""Reads which errors a docstring lists."""

import functools
import inspect
import re
from types import FunctionType

from tests.test_architecture.functions import evaluate, is_class_of
from tests.test_architecture.source import LAYERS, import_modules

Error = type[BaseException]


def documented(function: FunctionType) -> dict[str, Error | None]:
    """Return the names below `Raises:` in the docstring, each with its class, or None when there is no such error."""
    names = _raises_section(_docstring(function))
    return {name: evaluate(name, function.__globals__) or errors_by_name().get(name) for name in names}


def _docstring(function: FunctionType) -> str:
    """Return what is said about `function`; of a constructor without a docstring, what is said about its class."""
    described = function
    if function.__name__ == "__init__" and not function.__doc__:
        described = function.__globals__.get(function.__qualname__.removesuffix(".__init__"), function)
    return inspect.getdoc(described) or ""


@functools.cache
def errors_by_name() -> dict[str, Error]:
    """Return every error that the product defines; a docstring may name one that its module does not import."""
    modules = import_modules(*LAYERS)
    return {
        name: kind
        for module in modules
        for name, kind in vars(module).items()
        if is_class_of(kind, module) and issubclass(kind, BaseException)
    }


def _raises_section(docstring: str) -> list[str]:
    _, found, section = docstring.partition("Raises:\n")
    lines = iter(section.splitlines()) if found else iter(())
    names = []
    for line in lines:
        if line and not line.startswith(" "):
            break
        if match := re.match(r" {4}([\w.]+): \S", line):
            names.append(match[1])
    return names
