"""Errors are caught by name, say a fixed sentence, and know no HTTP."""

import ast
import re
from collections.abc import Iterator

from rules.findings import Finding, Rule
from rules.names import Module, Project
from rules.reserved import Reserved, uses
from rules.scopes import Scope

SWALLOWED = Rule("nothing-is-swallowed", "Catch the expected error by its name, and let others pass.")  # fmt: skip
SENTENCE = Rule("error-is-a-sentence", 'Write `message = "Note not found."`: a fixed sentence that a user may read.')
NO_HTTP = Rule("errors-know-no-http", "Write the status and the number in api/exceptions.py.")
ALL = {"builtins.Exception", "builtins.BaseException", "builtins.ExceptionGroup", "builtins.BaseExceptionGroup"}
HTTP_NAMES = {"status_code", "status", "internal_code", "code", "headers", "http_status", "number", "detail"}
RESERVED = (Reserved(NO_HTTP, ("http",), only=("api/*", "core/*", "service/*", "embedded/*")),)


def found(project: Project) -> Iterator[Finding]:
    """Yield errors that vanish, and errors of the domain that are more than a sentence."""
    yield from uses(project, RESERVED)
    for module in project.modules.values():
        yield from swallowed(module)
        if not module.file.startswith("api/"):
            yield from wrong_errors(module)


def swallowed(module: Module) -> Iterator[Finding]:
    """Yield blocks that keep every error to themselves."""
    for call, scope in module.calls:
        if "contextlib.suppress" in module.meaning(call.func, scope) and any(
            _means_all(module, each, scope) for each in call.args
        ):
            yield SWALLOWED.broken(module.file, call.lineno, "every error is suppressed")
    for handler, scope in _handlers(module):
        if (handler.type is None or _means_all(module, handler.type, scope)) and not _is_told(module, handler):
            yield SWALLOWED.broken(module.file, handler.lineno, "every error is caught and forgotten")


def _handlers(module: Module) -> Iterator[tuple[ast.ExceptHandler, Scope]]:
    for scope in [module.scope, *module.scopes]:
        for node in ast.walk(scope.node):
            if isinstance(node, ast.ExceptHandler):
                yield node, scope


def _means_all(module: Module, node: ast.expr, scope: Scope) -> bool:
    return bool(module.meaning(node, scope) & ALL)


def _is_told(module: Module, handler: ast.ExceptHandler) -> bool:
    """Return whether the handler raises, logs, uses the error, or gives its reason to ruff as well."""
    if re.search(r"# noqa: BLE001  \(\w", module.text.splitlines()[handler.lineno - 1]):
        return True
    for node in (inner for statement in handler.body for inner in ast.walk(statement)):
        is_log = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")
        is_used = isinstance(node, ast.Name) and node.id == handler.name
        if isinstance(node, ast.Raise) or is_log or is_used:
            return True
    return False


def wrong_errors(module: Module) -> Iterator[Finding]:
    """Yield errors whose message is no fixed sentence, or that hold a status or a number."""
    for kind in module.classes:
        if not _is_error(module.project, kind):
            continue
        for name, value, line in _assigned(kind.node):
            if name == "message" and not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                yield SENTENCE.broken(module.file, line, "the message is put together")
            if name in HTTP_NAMES:
                yield NO_HTTP.broken(module.file, line, f"`{name}` belongs to HTTP")


def _assigned(kind: ast.AST) -> Iterator[tuple[str, ast.expr | None, int]]:
    for node in kind.body if isinstance(kind, ast.ClassDef) else []:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if (
                isinstance(target, ast.Name)
                and isinstance(node, ast.Assign | ast.AnnAssign)
                and (node.value or target.id in HTTP_NAMES)
            ):
                yield target.id, node.value, node.lineno


def _is_error(project: Project, kind: Scope, below: frozenset[str] = frozenset()) -> bool:
    """Return whether a class is an error of the domain; `below` led here, and may not again."""
    if not isinstance(kind.node, ast.ClassDef) or kind.name in below:
        return False
    for base in kind.node.bases:
        for name in project.value(base, kind.parent or kind):
            above = project.scope_of(name)
            if name == "domain.errors.AppError" or (above and _is_error(project, above, below | {kind.name})):
                return True
    return False
