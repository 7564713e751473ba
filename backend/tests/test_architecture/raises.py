"""Finds out which errors a function raises, as far as its text and the types that it declares tell.

A call counts when the callee's type is declared: a parameter, an attribute set from one in `__init__`, a property with
a return type, or a variable assigned from such. A public callee raises what its docstring says, a private one what is
found in it. What an `except` catches and does not raise again, or `suppress` keeps, is not counted.

An inherited method counts as if the class had written it itself: a class attribute of the base, declared as
`not_found: ClassVar[type[NotFound]]`, stands for the error that the class gives it. So `NotFound` of a base is
`PostNotFound` of posts. What a repository declares as `violations` counts for the `create` and `update` that its
service inherits.
"""

import ast
import functools
import inspect
import re
import types
import typing
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any, TypeAlias

from api.error_handlers import error_response
from api.idempotency import AnswerReplayed
from api.identity.openid import SentBack
from domain.errors import DatabaseUnavailable, TooManyRequests
from domain.identity.api_token import ScopeMissing
from domain.jobs.job import UnknownPayload
from domain.session import AccountGone, AnotherUser, ExpectedUserGone
from repository.connection import ReadOnlyViolation
from repository.entity_repository import EntityRepository
from repository.operations.revision import MigrationError
from tests.test_architecture.functions import (
    Node,
    evaluate,
    evaluate_any,
    is_class_of,
    is_ours,
    local_names,
    node_of,
    nodes_of,
    owner_of,
    unwrapped,
)
from tests.test_architecture.raises_sections import Error, documented
from tests.test_architecture.source import descendants, nodes_in

# Errors that callers need not repeat, because no caller deals with them.
NOT_REPEATED: dict[Error, str] = {
    AccountGone: "every way of opening a session may raise it, if the account is deleted at the same moment",
    AnswerReplayed: "no error, and no route has anything to say about it",
    DatabaseUnavailable: "every statement may raise it; the API documents it for all routes that use the database",
    AnotherUser: "every route that asks who it is may raise it, when the request names the user it expects",
    ExpectedUserGone: "every route that asks who it is may raise it, when the request names the user it expects",
    ScopeMissing: "every route that changes something may raise it; the document adds it to each",
    SentBack: "no error, and no route has anything to say about it",
    TooManyRequests: "every request that is counted may meet it; the API documents it for all routes",
    UnknownPayload: "a payload without a task is a mistake of the code",
    ReadOnlyViolation: "a statement that writes in a method that reads is a mistake of the code, found by its first call",
    MigrationError: "two newest migrations are a mistake of the release; nothing starts with them",
}


CONTEXT_MANAGERS = (AbstractAsyncContextManager, AbstractContextManager)
# Functions, each with the class on which it is called.
Calls: TypeAlias = frozenset[tuple[FunctionType, type | None]]


def functions_of(module: ModuleType) -> Iterator[FunctionType]:
    """Yield the functions and methods that `module` defines, properties among them; not those within functions."""
    owners = [module, *(kind for kind in vars(module).values() if is_class_of(kind, module))]
    for owner in owners:
        for member in vars(owner).values():
            function = unwrapped(member)
            if (
                function is not None
                and function.__module__ == module.__name__
                and function.__qualname__ in nodes_of(module)
            ):
                yield function


def is_public(function: FunctionType) -> bool:
    """Return whether callers outside of the module or class may use `function`."""
    return not any(re.match(r"_(?!_)", part) for part in function.__qualname__.split("."))


def inferred(function: FunctionType) -> frozenset[Error]:
    """Return what is raised in `function` itself and in the private functions that it calls."""
    return _errors(function, owner_of(function), counts_public_callees=False)


def inferred_with_callees(function: FunctionType) -> frozenset[Error]:
    """Return what is raised in `function` and what the functions that it calls say that they raise."""
    return _errors(function, owner_of(function), counts_public_callees=True)


@functools.cache
def _errors(
    function: FunctionType, owner: type | None, *, counts_public_callees: bool, within: Calls = frozenset()
) -> frozenset[Error]:
    """Return what is raised in `function`, called on `owner`.

    Args:
        within: the calls that led here. What repeats one of them raises nothing that it does not raise already.
    """
    call = (function, owner)
    if call in within:
        return frozenset()
    return frozenset(_Reader(function, counts_public_callees, owner, within=within | {call}).errors())


@functools.cache
def named_by(owner: type, attribute: str) -> Error | None:
    """Return the error that a class attribute holds, or else the kind of error that it is declared to hold."""
    held = inspect.getattr_static(owner, attribute, None)
    if isinstance(held, type) and issubclass(held, BaseException):
        return held
    return next(filter(None, (_error_in(_hints(base).get(attribute)) for base in owner.__mro__)), None)


def as_named_by(owner: type | None, error: Error) -> Error:
    """Return the error that `owner` raises where its base says `error`."""
    bases = owner.__mro__ if owner else ()
    attributes = {name for base in bases for name, hint in _hints(base).items() if _error_in(hint) is error}
    return next((named for name in attributes if owner and (named := named_by(owner, name))), error)


def _error_in(hint: Any) -> Error | None:
    """Return the error in `ClassVar[type[…]]`."""
    if typing.get_origin(hint) is not typing.ClassVar or typing.get_origin(typing.get_args(hint)[0]) is not type:
        return None
    (kind,) = typing.get_args(typing.get_args(hint)[0])
    return kind if isinstance(kind, type) and issubclass(kind, BaseException) else None


def raised_names(module: ModuleType) -> Iterator[tuple[int, str, object]]:
    """Yield line, text and value of everything that a `raise` names in `module`; a local variable's value is None."""
    for node in nodes_in(module):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            text = ast.unparse(raised)
            is_local = isinstance(node.exc, ast.Name) and text in local_names(module, node.lineno)
            held = raised.attr if isinstance(raised, ast.Attribute) and ast.unparse(raised.value) == "self" else None
            kinds = [kind for kind in vars(module).values() if is_class_of(kind, module)] if held else []
            named = next(filter(None, (named_by(kind, held or "") for kind in kinds)), None)
            yield node.lineno, text, None if is_local else named or evaluate(text, vars(module), default=text)


@dataclass
class _Reader:
    """Reads one function."""

    function: FunctionType
    counts_public_callees: bool
    owner: type | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    within: Calls = frozenset()

    def errors(self) -> set[Error]:
        node = node_of(self.function)
        if node is None:
            return set()
        self.variables = _variables(self.function, node, self.owner)
        return {error for statement in node.body for error in self._visit(statement, ())}

    def _visit(self, node: ast.AST, caught: tuple[Error, ...]) -> Iterator[Error]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            return
        if isinstance(node, ast.Try):
            yield from self._visit_try(node, caught)
            return
        if isinstance(node, ast.With):
            caught = (*caught, *self._suppressed(node))
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield from _uncaught(self._raised(node.exc), caught)
        if isinstance(node, ast.Call):
            yield from _uncaught(self._called(node), caught)
        for child in ast.iter_child_nodes(node):
            yield from self._visit(child, caught)

    def _visit_try(self, node: ast.Try, caught: tuple[Error, ...]) -> Iterator[Error]:
        handled = tuple(
            kind for handler in node.handlers if not _raises_again(handler) for kind in self._kinds(handler)
        )
        for statement in node.body:
            yield from self._visit(statement, (*caught, *handled))
        for other in (*node.handlers, *node.orelse, *node.finalbody):
            yield from self._visit(other, caught)

    def _suppressed(self, block: ast.With) -> Iterator[Error]:
        """Yield what `suppress` keeps within the block."""
        for item in block.items:
            if isinstance(item.context_expr, ast.Call) and ast.unparse(item.context_expr.func) == "suppress":
                for name in item.context_expr.args:
                    yield from self._raised(name)

    def _kinds(self, handler: ast.ExceptHandler) -> Iterator[Error]:
        names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        for name in names:
            kind = BaseException if name is None else evaluate(ast.unparse(name), self.function.__globals__)
            if kind is not None:
                yield kind

    def _raised(self, expression: ast.expr) -> Iterator[Error]:
        name = expression.func if isinstance(expression, ast.Call) else expression
        if isinstance(name, ast.Attribute) and self.owner and self._owner_of(name) is self.owner:
            kind = named_by(self.owner, name.attr)
        else:
            kind = evaluate(ast.unparse(name), self.function.__globals__)
        if kind is not None:
            yield kind

    def _called(self, call: ast.Call) -> Iterator[Error]:
        yield from self._handed_on(call)
        callee = self._callee(call.func)
        if callee is error_response and self.function.__module__.startswith("api.routes."):
            # An error that a route answers without raising it, so that its unit of work is committed.
            yield from self._raised(call.args[0])
            return
        if callee is None or not is_ours(callee):
            return
        owner = self._owner_of(call.func)
        if not is_public(callee):
            yield from self._raised_in(callee, owner)
        elif self.counts_public_callees:
            given = [kind for argument in call.args for kind in self._raised(argument)]
            yield from refused_by_constraints(owner, callee)
            for kind in filter(None, documented(callee).values()):
                # A function that raises the error it is given says so with the common ancestor.
                yield from [error for error in given if issubclass(error, kind)] or [as_named_by(owner, kind)]

    def _handed_on(self, call: ast.Call) -> Iterator[Error]:
        """Yield what is raised by functions of ours that are passed on to be called later, as to a thread."""
        if isinstance(self._target(call.func), type):  # an object keeps them for later
            return
        for argument in call.args:
            function = self._callee(argument) if isinstance(argument, ast.Name | ast.Attribute) else None
            if function is None or not is_ours(function):
                continue
            if not is_public(function):
                yield from self._raised_in(function)
            elif self.counts_public_callees:
                yield from filter(None, documented(function).values())

    def _raised_in(self, private: FunctionType, owner: type | None = None) -> frozenset[Error]:
        owner = owner or owner_of(private)
        return _errors(private, owner, counts_public_callees=self.counts_public_callees, within=self.within)

    def _callee(self, expression: ast.expr) -> FunctionType | None:
        target = self._target(expression)
        if isinstance(target, type):
            return unwrapped(inspect.getattr_static(target, "__init__", None))
        return unwrapped(target)

    def _owner_of(self, expression: ast.expr) -> type | None:
        """Return the class of the object whose method is called."""
        if not isinstance(expression, ast.Attribute):
            return None
        if _is_super(expression.value):
            return self.owner
        owner = _type_of(expression.value, self.function, self.variables)
        return owner if isinstance(owner, type) else None

    def _target(self, expression: ast.expr) -> object:
        if isinstance(expression, ast.Name):
            if expression.id in self.variables:
                return inspect.getattr_static(self.variables[expression.id], "__call__", None)
            return self.function.__globals__.get(expression.id)
        return self._member(expression) if isinstance(expression, ast.Attribute) else None

    def _member(self, expression: ast.Attribute) -> object:
        if _is_super(expression.value):
            return _member_above(owner_of(self.function), expression.attr)
        owner = _type_of(expression.value, self.function, self.variables)
        if owner is not None:
            member = inspect.getattr_static(owner, expression.attr, None)
            if member is None or isinstance(member, property | functools.cached_property):
                kind = _type_of(expression, self.function, self.variables)
                return inspect.getattr_static(kind, "__call__", None) if kind else None
            return member
        holder = evaluate_any(ast.unparse(expression.value), self.function.__globals__)
        return inspect.getattr_static(holder, expression.attr, None) if holder is not None else None


@functools.cache
def refused_by_constraints(owner: type | None, callee: FunctionType) -> tuple[Error, ...]:
    """Return the `violations` of the repository of a service, if the service inherits the method that writes."""
    if owner is None or callee.__qualname__ not in {"EntityService.create", "EntityService.update"}:
        return ()
    repositories = [kind for kind in descendants(EntityRepository) if _entity_of(kind) is _entity_of(owner)]
    return tuple(error for kind in repositories for error in kind.violations.values())


def _entity_of(kind: type) -> Any:
    """Return the entity of a repository or service: the first type argument of its base."""
    arguments = map(typing.get_args, getattr(kind, "__orig_bases__", ()))
    return next((found[0] for found in arguments if found), None)


def _is_super(expression: ast.expr) -> bool:
    return ast.unparse(expression) == "super()"


def _member_above(owner: type | None, name: str) -> object:
    """Return what `super()` finds in a method of `owner`."""
    bases = owner.__mro__[1:] if owner else ()
    return next((vars(base)[name] for base in bases if name in vars(base)), None)


@functools.cache
def _variables(function: FunctionType, node: Node, owner: type | None = None) -> dict[str, Any]:
    """Return the types of parameters and of the variables that are assigned once from something of a known type."""
    variables: dict[str, Any] = {name: _plain(hint) for name, hint in _hints(function).items() if name != "return"}
    owner = owner or owner_of(function)
    if owner is not None and node.args.args:
        variables[node.args.args[0].arg] = owner
    for statement in ast.walk(node):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            variables[statement.targets[0].id] = _type_of(statement.value, function, variables)
        elif isinstance(statement, ast.withitem) and isinstance(statement.optional_vars, ast.Name):
            variables[statement.optional_vars.id] = _type_of(statement.context_expr, function, variables)
    return {name: kind for name, kind in variables.items() if kind is not None}


def _type_of(expression: ast.expr, function: FunctionType, variables: dict[str, Any]) -> Any:
    match expression:
        case ast.Await(value=value):
            return _type_of(value, function, variables)
        case ast.Name(id=name):
            return variables.get(name)
        case ast.Attribute(value=value, attr=attribute):
            owner = _type_of(value, function, variables)
            return None if owner is None else _attribute_type(owner, attribute)
        case ast.Call():
            reader = _Reader(function, counts_public_callees=False, variables=variables)
            target = reader._target(expression.func)
            if isinstance(target, type):
                return target
            callee = unwrapped(target)
            return None if callee is None else _plain(_hints(callee).get("return"))
    return None


@functools.cache
def _attribute_type(owner: type, name: str) -> Any:
    member = inspect.getattr_static(owner, name, None)
    getter = unwrapped(member) if isinstance(member, property | functools.cached_property) else None
    if getter is not None:
        return _plain(_hints(getter).get("return"))
    for base in owner.__mro__:
        initializer = unwrapped(vars(base).get("__init__"))
        node = node_of(initializer) if initializer else None
        if initializer is None or node is None:
            continue
        variables = _variables(initializer, node)
        for statement in ast.walk(node):
            match statement:
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)], value=value):
                    if attribute == name:
                        return _type_of(value, initializer, variables)
    return _plain(_hints(owner).get(name))


def _plain(hint: Any) -> Any:
    """Return the class in a type hint: without None, and what a context manager yields."""
    if hint is None or isinstance(hint, str):
        return None
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        alternatives = [kind for kind in typing.get_args(hint) if kind is not type(None)]
        return _plain(alternatives[0]) if len(alternatives) == 1 else None
    origin = typing.get_origin(hint)
    if origin in CONTEXT_MANAGERS:
        return _plain(typing.get_args(hint)[0])
    return hint if isinstance(hint, type) and origin is None else None


@functools.cache
def _hints(subject: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(subject)
    except (NameError, TypeError):  # a name that is imported for the type checker only
        return {}


def _uncaught(errors: Iterator[Error], caught: tuple[Error, ...]) -> Iterator[Error]:
    return (error for error in errors if not issubclass(error, caught))


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """Return whether the handler may let through what it caught."""
    return any(
        node.exc is None or (isinstance(node.exc, ast.Name) and node.exc.id == handler.name)
        for node in ast.walk(handler)
        if isinstance(node, ast.Raise)
    )
