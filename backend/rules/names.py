"""Resolves every name in the code, through aliases, re-exports, assignments and annotations.

A meaning is a dotted name: `asyncio.gather`, or `redis.asyncio.Redis()` for an instance. A name may have several, when
it is bound in several places, or none, if it cannot be resolved.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rules.scopes import Binding, Collector, Scope, constant, parsed

Names = frozenset[str]
NONE: Names = frozenset()
# Modules whose names are those of another one.
SAME = {
    "_io": "io",
    "nt": "os",
    "posix": "os",
    "asyncio.base_events": "asyncio",
    "asyncio.events": "asyncio",
    "asyncio.futures": "asyncio",
    "asyncio.runners": "asyncio",
    "asyncio.subprocess": "asyncio",
    "asyncio.taskgroups": "asyncio",
    "asyncio.tasks": "asyncio",
    "asyncio.threads": "asyncio",
    "starlette.exceptions": "fastapi.exceptions",
    "typing_extensions": "typing",
}
NAMESPACES = {"builtins.globals", "builtins.locals"}
# Modules that others import, and so have as an attribute: `pathlib.os`.
BORROWED = {"builtins", "logging", "os", "pickle", "subprocess", "sys"}
IMPORTING = {"importlib.import_module", "importlib.__import__", "builtins.__import__", "pkgutil.resolve_name"}
ATTRIBUTE_OF = {"builtins.getattr", "inspect.getattr_static"}
ATTRIBUTE_NAMED = {"operator.attrgetter", "operator.methodcaller"}
# How many classes above one are looked at.
MOST_BASES = 10
PROPERTIES = {"builtins.property", "functools.cached_property"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A name, an attribute or an import in the code.

    Attributes:
        role: "import", "typing" (imported for annotations only), "annotation", "base", "decorator", "call" (it is
            called here) or "value".
        attribute: the last part as it is written, whatever it means; the name itself for a plain name.
    """

    node: ast.AST
    line: int
    scope: Scope
    role: str
    names: Names
    attribute: str
    # The dotted name that an import names, before it is followed.
    imported: str = ""

    def means(self, patterns: Iterable[str]) -> bool:
        """Return whether it means one of `patterns` or something in it."""
        return any(is_in(name, pattern) for name in self.names for pattern in patterns)


def is_in(name: str, pattern: str) -> bool:
    """Return whether `name` matches `pattern`, or is a part or an instance of it."""
    return name == pattern or name.startswith((f"{pattern}.", f"{pattern}("))


def canonical(dotted: str) -> str:
    """Return the name that rules use for a thing with several names."""
    first = next((alias for alias in SAME if is_in(dotted, alias)), "")
    if first:
        return SAME[first] + dotted.removeprefix(first)
    _, *parts = dotted.split(".")
    borrowed = [position for position, part in enumerate(parts) if part in BORROWED]
    return ".".join(parts[borrowed[-1] :]) if borrowed else dotted


class Module:
    """A file of the code."""

    def __init__(self, project: "Project", file: str, text: str) -> None:
        self.project = project
        self.file = file
        self.text = text
        self.name = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self.tree = ast.parse(text)
        self.scope = Scope(self.name, self.tree, self)
        self._found = Collector(self)

    @cached_property
    def references(self) -> list[Reference]:
        """All names, attributes and imports of the module with their meanings."""
        return [reference for each in self._found.expressions for reference in self._referred(*each)]

    @property
    def calls(self) -> list[tuple[ast.Call, Scope]]:
        """All calls of the module."""
        return [(node, scope) for node, scope, _ in self._found.expressions if isinstance(node, ast.Call)]

    @property
    def scopes(self) -> list[Scope]:
        """The module, and all classes and functions in it."""
        return self._found.scopes

    @property
    def defined(self) -> Iterator[tuple[str, int, bool]]:
        """The functions, methods, classes and constants of the module: their lines, and whether a class has them."""
        for scope in self._found.scopes:
            if (
                isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and not scope.node.decorator_list
            ):
                yield scope.node.name, scope.node.lineno, scope.parent is not None and scope.parent.is_class
        for statement in self.tree.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            yield from ((each.id, each.lineno, False) for each in targets if isinstance(each, ast.Name))

    @property
    def classes(self) -> list[Scope]:
        """All classes of the module."""
        return [scope for scope in self._found.scopes if scope.is_class]

    def meaning(self, node: ast.expr, scope: Scope) -> Names:
        """Return the meanings of an expression."""
        return self.project.value(node, scope)

    def absolute(self, node: ast.ImportFrom) -> str:
        """Return the module that an import names, absolute."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        up = node.level - self.file.endswith("__init__.py")
        return ".".join([*package[: len(package) - up], *filter(None, [node.module])])

    def _referred(self, node: ast.AST, scope: Scope, role: str) -> Iterator[Reference]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                names = self.project.origins(alias.name)
                yield Reference(node, alias.lineno, scope, role, names, alias.name, alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                dotted = self.absolute(node) if alias.name == "*" else f"{self.absolute(node)}.{alias.name}"
                yield Reference(node, alias.lineno, scope, role, self.project.origins(dotted), alias.name, dotted)
        elif isinstance(node, ast.Name):
            yield Reference(node, node.lineno, scope, role, self.meaning(node, scope), node.id)
        elif isinstance(node, ast.Attribute):
            line = node.end_lineno or node.lineno
            yield Reference(node, line, scope, role, self.meaning(node, scope), node.attr)
        elif isinstance(node, ast.Call | ast.Subscript) and (named := self.project.named_attribute(node, scope)):
            yield Reference(node, node.lineno, scope, role, self.meaning(node, scope), named[1])


class Project:
    """All modules of the code below a directory."""

    def __init__(self, root: Path, packages: Iterable[str]) -> None:
        self.root = root
        files = [file for package in packages for file in sorted((root / package).rglob("*.py"))]
        names = [file.relative_to(root).as_posix() for file in files]
        found = [Module(self, name, file.read_text(encoding="utf-8")) for name, file in zip(names, files, strict=True)]
        self.modules = {module.name: module for module in found}
        self._origins: dict[str, Names] = {}
        self._values: dict[tuple[int, int], Names] = {}

    def value(self, node: ast.expr | None, scope: Scope) -> Names:
        """Return the meanings of an expression."""
        key = (id(node), id(scope))
        if key not in self._values:
            self._values[key] = NONE  # for one that refers to itself
            self._values[key] = self._value(node, scope)
        return self._values[key]

    def origins(self, dotted: str) -> Names:
        """Return the meanings of a dotted name: where it was defined, not where it was imported from."""
        if dotted not in self._origins:
            self._origins[dotted] = NONE
            self._origins[dotted] = self._origin(dotted)
        return self._origins[dotted]

    def instances(self, annotation: ast.expr | None, scope: Scope) -> Names:
        """Return the meanings of an annotation."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = parsed(annotation.value)
        if isinstance(annotation, ast.BinOp):
            return self.instances(annotation.left, scope) | self.instances(annotation.right, scope)
        if isinstance(annotation, ast.Subscript) and self.value(annotation.value, scope) & {
            "typing.Annotated", "typing.Optional", "typing.ClassVar", "typing.Final",
        }:  # fmt: skip
            inner = annotation.slice
            return self.instances(inner.elts[0] if isinstance(inner, ast.Tuple) else inner, scope)
        return frozenset(f"{name}()" for name in self.value(annotation, scope) if name != "builtins.None")

    def scope_of(self, dotted: str) -> Scope | None:
        """Return the class or function of ours that a dotted name means."""
        module, rest = self._split(dotted.replace("()", ""))
        scope = module.scope if module else None
        for part in rest:
            definitions = [each.definition for each in scope.bindings.get(part, []) if each.definition] if scope else []
            scope = definitions[-1] if definitions else None
        return scope

    def named_attribute(self, node: ast.Call | ast.Subscript, scope: Scope) -> tuple[ast.expr | None, str] | None:
        """Return object and name of an attribute that is reached by its name in a string."""
        if isinstance(node, ast.Subscript):
            name = constant(node.slice)
            holder = node.value
            if name and isinstance(holder, ast.Attribute) and holder.attr == "__dict__":
                return holder.value, name
            if name and isinstance(holder, ast.Name) and holder.id == "__builtins__":
                return holder, name
            if name and isinstance(holder, ast.Call) and self.value(holder.func, scope) & {"builtins.vars"}:
                return (holder.args[0] if holder.args else None), name
            return None
        called = self.value(node.func, scope)
        if called & ATTRIBUTE_OF and len(node.args) > 1 and (name := constant(node.args[1])):
            return node.args[0], name
        if called & ATTRIBUTE_NAMED and node.args and (name := constant(node.args[0])):
            return None, name.rpartition(".")[2]
        by_name = isinstance(node.func, ast.Attribute) and node.func.attr in {"__getattribute__", "__getattr__"}
        if isinstance(node.func, ast.Attribute) and by_name and node.args and (name := constant(node.args[-1])):
            return node.func.value, name
        return None

    def _value(self, node: ast.expr | None, scope: Scope) -> Names:
        match node:
            case ast.Name(id=name):
                return self._lookup(name, scope)
            case ast.Attribute(value=holder, attr=name):
                return self._attribute(self.value(holder, scope), name)
            case ast.Call():
                return self._called(node, scope)
            case ast.Subscript(value=holder, slice=index):
                if named := self.named_attribute(node, scope):
                    return self._attribute(self.value(named[0], scope), named[1])
                names = self.value(holder, scope)
                if isinstance(holder, ast.Call) and self.value(holder.func, scope) & NAMESPACES and constant(index):
                    return self._lookup(constant(index) or "", scope)
                if "sys.modules" in names and (imported := constant(index)):
                    return self.origins(imported)
                if "typing.Annotated" in names and isinstance(index, ast.Tuple):
                    return self.value(index.elts[0], scope)
                return names
            case ast.IfExp(body=one, orelse=other):
                return self.value(one, scope) | self.value(other, scope)
            case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                return frozenset().union(*(self.value(part, scope) for part in parts))
            case ast.Dict(keys=keys, values=parts):  # `{**names}` is a copy
                return frozenset().union(
                    *(self.value(part, scope) for key, part in zip(keys, parts, strict=True) if key)
                )
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.value(value, scope)
        return NONE

    def _called(self, node: ast.Call, scope: Scope) -> Names:
        if named := self.named_attribute(node, scope):
            return self._attribute(self.value(named[0], scope), named[1])
        if isinstance(node.func, ast.Lambda):
            return self.value(node.func.body, scope)
        called = self.value(node.func, scope)
        if called & IMPORTING and node.args and (name := constant(node.args[0])):
            is_top = "builtins.__import__" in called and len(node.args) + len(node.keywords) == 1
            return self.origins(name.split(".")[0] if is_top else name.replace(":", "."))
        if "functools.partial" in called and node.args:
            return self.value(node.args[0], scope)
        if "builtins.type" in called and len(node.args) == 1:
            return frozenset(name.removesuffix("()") for name in self.value(node.args[0], scope))
        return frozenset().union(*(self._result(name) for name in called))

    def _result(self, name: str) -> Names:
        scope = self.scope_of(name)
        if scope and isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
            returned = frozenset().union(*(self.value(value, scope) for value in scope.returned))
            returned = frozenset(name for name in returned if "()" not in name)  # the annotation tells of objects
            return returned | self.instances(scope.node.returns, scope.parent or scope)
        return frozenset({f"{name}()"})

    def _lookup(self, name: str, scope: Scope) -> Names:
        around: Scope | None = scope
        while around is not None:
            if name in around.bindings and (around is scope or not around.is_class):
                return self._bound(around.bindings[name])
            around = around.parent
        stars = [self.origins(f"{star}.{name}") for star in scope.module.scope.stars if self._may_have(star, name)]
        if stars:
            return frozenset().union(*stars)
        if name == "__builtins__":
            return frozenset({"builtins"})
        return frozenset({f"builtins.{name}"}) if hasattr(builtins, name) else NONE

    def _may_have(self, star: str, name: str) -> bool:
        module = self.modules.get(star)
        return not hasattr(builtins, name) if module is None else name in module.scope.bindings

    def _bound(self, bindings: Iterable[Binding]) -> Names:
        return frozenset().union(*(self._meant(binding) for binding in bindings))

    def _meant(self, binding: Binding) -> Names:
        if binding.imported:
            return self.origins(binding.imported)
        if binding.definition:
            return frozenset({binding.definition.name})
        found = self.value(binding.value, binding.scope)
        return found | self.instances(binding.annotation, binding.scope) if binding.annotation else found

    def _attribute(self, holders: Names, name: str) -> Names:
        if name == "__class__":
            return frozenset(holder.removesuffix("()") for holder in holders)
        return frozenset().union(*(self.origins(f"{holder}.{name}") for holder in holders))

    def ancestors(self, dotted: str) -> set[str]:
        """Return the class and all that it inherits from."""
        found, due = set(), [dotted]
        while due:
            name = due.pop()
            scope = self.scope_of(name) if name not in found and "()" not in name else None
            found.add(name)
            if scope and isinstance(scope.node, ast.ClassDef):
                due += [above for base in scope.node.bases for above in self.value(base, scope.parent or scope)]
        return found

    def module_of(self, dotted: str) -> Module | None:
        """Return the module of ours in which a dotted name is."""
        return self._split(dotted)[0]

    def _split(self, dotted: str) -> tuple[Module | None, list[str]]:
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            if module := self.modules.get(".".join(parts[:length])):
                return module, parts[length:]
        return None, parts

    def _origin(self, dotted: str) -> Names:
        module, rest = self._split(dotted)
        if module is None:
            return frozenset({canonical(dotted)})
        scope = module.scope
        for position, part in enumerate(rest):
            member = part.removesuffix("()")
            holder, bindings = self._member(scope, member)
            if holder is None:
                return self._starred(module, rest) if position == 0 else frozenset({dotted})
            definitions = [each.definition for each in bindings if each.definition]
            if not definitions or (position > 0 and self._is_property(definitions[-1])):
                found = self._bound(bindings) if not definitions else self._returned(definitions[-1])
                suffix = "()" if part.endswith("()") else ""
                return self._continued(frozenset(f"{name}{suffix}" for name in found), rest[position + 1 :])
            scope = definitions[-1]
            if scope.is_function:
                of_instance = position > 0 and rest[position - 1].endswith("()") and scope.parent
                name = f"{of_instance.name}().{member}" if of_instance else scope.name
                return frozenset({".".join([name + part.removeprefix(member), *rest[position + 1 :]])})
        return frozenset({dotted})

    def _starred(self, module: Module, rest: list[str]) -> Names:
        stars = [star for star in module.scope.stars if self._may_have(star, rest[0].removesuffix("()"))]
        if not stars:
            return frozenset({".".join([module.name, *rest])})
        return frozenset().union(*(self.origins(".".join([star, *rest])) for star in stars))

    def _continued(self, found: Names, rest: list[str]) -> Names:
        return frozenset().union(*(self.origins(".".join([name, *rest])) for name in found)) if rest else found

    def _is_property(self, scope: Scope) -> bool:
        decorators = getattr(scope.node, "decorator_list", [])
        return any(self.value(each, scope.parent or scope) & PROPERTIES for each in decorators)

    def _returned(self, scope: Scope) -> Names:
        return self.instances(getattr(scope.node, "returns", None), scope.parent or scope)

    def _member(self, scope: Scope, name: str, depth: int = 0) -> tuple[Scope | None, list[Binding]]:
        """Return the class or module that binds `name`, of a class and its bases, and the bindings."""
        if name in scope.bindings:
            return scope, scope.bindings[name]
        if isinstance(scope.node, ast.ClassDef) and depth < MOST_BASES:
            for base in scope.node.bases:
                for dotted in self.value(base, scope.parent or scope):
                    above = self.scope_of(dotted)
                    found = self._member(above, name, depth + 1) if above and above.is_class else (None, [])
                    if found[0]:
                        return found
        return None, []
