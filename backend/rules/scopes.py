"""The scopes of a module: which names each function, class and block binds, and all expressions with their scope."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.names import Module

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True)
class Binding:
    """Where a name gets its meaning: from an import, an expression, an annotation, or a definition."""

    scope: "Scope"
    imported: str = ""
    value: ast.expr | None = None
    annotation: ast.expr | None = None
    definition: "Scope | None" = None
    # The value is unpacked or iterated over: each of its elements may be meant.
    is_element: bool = False


@dataclass(slots=True)
class Scope:
    """A module, class or function, with the names that it binds."""

    name: str
    node: ast.AST
    module: "Module"
    parent: "Scope | None" = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    returned: list[ast.expr] = field(default_factory=list)

    @property
    def is_class(self) -> bool:
        """Whether this is the body of a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Whether this is a function or a lambda."""
        return isinstance(self.node, FunctionNode)

    @property
    def runs_at_import(self) -> bool:
        """Whether its code runs when the module is imported."""
        return not self.is_function and (self.parent is None or self.parent.runs_at_import)

    def bind(self, name: str, binding: Binding) -> None:
        """Add a meaning of `name`."""
        self.bindings.setdefault(name, []).append(binding)


def constant(node: ast.expr | None) -> str | None:
    """Return the text of an expression of constant strings, or None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [constant(node.left), constant(node.right)]
    elif isinstance(node, ast.JoinedStr):
        parts = [constant(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
    else:
        return None
    return None if None in parts else "".join(filter(None, parts))


def parsed(annotation: str) -> ast.expr | None:
    """Return the expression in a string, or None if there is none."""
    try:
        return ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return None


class Collector:
    """Walks a module once, and keeps its scopes and all expressions with their scope and role."""

    def __init__(self, module: "Module") -> None:
        self.expressions: list[tuple[ast.AST, Scope, str]] = []
        self.scopes = [module.scope]
        self._module = module
        self._body(module.tree.body, module.scope)

    def _body(self, statements: Iterable[ast.AST], scope: Scope) -> None:
        for statement in statements:
            self._visit(statement, scope, "value")

    def _visit(self, node: ast.AST, scope: Scope, role: str) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, scope)
            case ast.ClassDef():
                self._class(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._each(ast.iter_child_nodes(node), Scope(scope.name, node, self._module, scope), "value")
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope, "typing" if role == "typing" else "import")
            case ast.Call():
                self.expressions.append((node, scope, role))
                self._visit(node.func, scope, "call")
                self._each(
                    [*node.args, *(keyword.value for keyword in node.keywords)],
                    scope,
                    role if role == "annotation" else "value",
                )
            case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()) | ast.Subscript(ctx=ast.Load()):
                self.expressions.append((node, scope, role))
                inner = role if role in {"annotation", "base"} else "value"
                self._each(ast.iter_child_nodes(node), scope, inner)
            case ast.Constant(value=str(text)) if role == "annotation":
                if expression := parsed(text):
                    self._visit(ast.copy_location(_moved(expression, node.lineno), node), scope, role)
            case ast.If(test=test) if self._is_for_types(test):
                self._each([node.test], scope, role)
                self._each(node.body, scope, "typing")
                self._each(node.orelse, scope, role)
            case _:
                self._bind(node, scope)
                for name, child in ast.iter_fields(node):
                    children = child if isinstance(child, list) else [child]
                    each_role = "annotation" if name == "annotation" else role
                    self._each([each for each in children if isinstance(each, ast.AST)], scope, each_role)

    def _is_for_types(self, test: ast.expr) -> bool:
        """Whether a block runs for type checkers only. A variable of that name does not make it so."""
        if isinstance(test, ast.Attribute):
            return test.attr == "TYPE_CHECKING"
        bindings = self._module.scope.bindings.get("TYPE_CHECKING", []) if isinstance(test, ast.Name) else []
        is_meant = isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"
        return is_meant and all(each.imported == "typing.TYPE_CHECKING" for each in bindings)

    def _each(self, nodes: Iterable[ast.AST], scope: Scope, role: str) -> None:
        for node in nodes:
            self._visit(node, scope, role)

    def _child(self, node: ast.AST, scope: Scope, name: str) -> Scope:
        child = Scope(f"{scope.name}.{name}", node, self._module, scope)
        self.scopes.append(child)
        return child

    def _function(self, node: FunctionNode, scope: Scope) -> None:
        inner = self._child(node, scope, getattr(node, "name", "<lambda>"))
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        by_position = [*node.args.posonlyargs, *node.args.args]
        given = dict(zip([each.arg for each in reversed(by_position)], reversed(node.args.defaults), strict=False))
        given |= {
            each.arg: value for each, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
        }
        for position, argument in enumerate(arguments):
            is_self = scope.is_class and position == 0 and argument.arg in {"self", "cls"}
            binding = Binding(scope, annotation=argument.annotation, value=given.get(argument.arg))
            if is_self:
                suffix = "()" if argument.arg == "self" else ""
                binding = Binding(scope, imported=scope.name + suffix)
            inner.bind(argument.arg, binding)
        for argument in filter(None, [node.args.vararg, node.args.kwarg]):
            inner.bind(argument.arg, Binding(scope))
        annotations = [each.annotation for each in [*arguments, *filter(None, [node.args.vararg, node.args.kwarg])]]
        self._each(filter(None, [*annotations, getattr(node, "returns", None)]), scope, "annotation")
        self._each(defaults, scope, "value")
        if isinstance(node, ast.Lambda):
            self._visit(node.body, inner, "value")
            return
        scope.bind(node.name, Binding(scope, definition=inner))
        self._each(node.decorator_list, scope, "decorator")
        self._body(node.body, inner)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = self._child(node, scope, node.name)
        scope.bind(node.name, Binding(scope, definition=inner))
        self._each([*node.bases, *(keyword.value for keyword in node.keywords)], scope, "base")
        self._each(node.decorator_list, scope, "decorator")
        self._body(node.body, inner)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope, role: str) -> None:
        self.expressions.append((node, scope, role))
        for alias in node.names:
            if isinstance(node, ast.Import):
                top = alias.name.split(".")[0]
                scope.bind(alias.asname or top, Binding(scope, imported=alias.name if alias.asname else top))
            elif alias.name == "*":
                self._module.scope.stars.append(self._module.absolute(node))
            else:
                scope.bind(
                    alias.asname or alias.name, Binding(scope, imported=f"{self._module.absolute(node)}.{alias.name}")
                )

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._target(target, scope, value)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                self._target(target, scope, value, annotation)
            case ast.NamedExpr(target=target, value=value) | ast.AugAssign(target=target, value=value):
                self._target(target, scope, value)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self._target(target, scope, value)
            case ast.comprehension(target=target, iter=value):
                self._target(target, scope, value)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._target(target, scope, value)
            case ast.ExceptHandler(name=str(name), type=kind):
                scope.bind(name, Binding(scope, annotation=kind))
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.bind(name, Binding(scope))
            case ast.Return(value=ast.expr() as value):
                scope.returned.append(value)
            case ast.Global(names=names):
                for name in names:
                    scope.bindings[name] = self._module.scope.bindings.setdefault(name, [])

    def _target(
        self, target: ast.expr, scope: Scope, value: ast.expr | None, annotation: ast.expr | None = None
    ) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, Binding(scope, value=value, annotation=annotation))
        elif isinstance(target, ast.Starred):
            self._target(target.value, scope, value)
        elif isinstance(target, ast.Tuple | ast.List):
            is_pairwise = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            values = value.elts if is_pairwise else [value] * len(target.elts)  # type: ignore[union-attr]
            for each, part in zip(target.elts, values, strict=True):
                self._target(each, scope, part)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            holder = self._holder(target.value.id, scope)
            if holder is not None:
                holder.bind(target.attr, Binding(scope, value=value, annotation=annotation))

    def _holder(self, name: str, scope: Scope) -> Scope | None:
        """Return the class whose instance or self a method calls `name`."""
        is_method = scope.is_function and scope.parent is not None and scope.parent.is_class
        return scope.parent if is_method and name in {"self", "cls"} else None


def _moved(expression: ast.expr, line: int) -> ast.expr:
    for node in ast.walk(expression):
        if isinstance(node, ast.expr):
            node.lineno = node.end_lineno = line
    return expression
