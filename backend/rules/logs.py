"""Contents of a log line: a constant event, fields, and no secret."""

import ast
import re
from collections.abc import Iterator

from rules.findings import Finding, Rule
from rules.names import Module, Names, Project
from rules.reserved import LOGGING
from rules.scopes import Scope

EVENT = Rule("log-event-is-constant", 'Write `log.info("what happened", key=value)`: the values in keywords.')
SECRET = Rule("no-secrets-in-logs", "Leave the secret out; log the id of what it belongs to.")
# How many assignments a value is followed through.
MOST_ASSIGNMENTS = 2
LOGGER = "structlog.get_logger"
LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "msg", "log"})
BINDING = frozenset({"structlog.contextvars.bind_contextvars", "structlog.contextvars.bound_contextvars"})
_SECRET = re.compile(
    r"(?:^|_)(?:passwords?|passphrases?|passwd|pwd|tokens?|secrets?|authorization|cookies?|recovery_codes?|credentials?|api_keys?|headers|asdict|astuple|model_dump|model_dump_json"
    r"|private_keys?|secret_keys?|otp|totp|jwt|bearer|locals|vars|globals|environ|__dict__)(?:_|$)"
)
# Suffixes of names that are about a secret and do not tell it.
_HARMLESS = re.compile(r"_(?:ids?|count|kind|type|at|seconds|limit|quota)$")
HARMLESS_CALLS = frozenset({"builtins.len", "builtins.bool", "builtins.type", "builtins.isinstance", "builtins.id"})


def found(project: Project) -> Iterator[Finding]:
    """Yield loggers that are made in the wrong place, events that are not constant, and secrets in log calls."""
    for module in project.modules.values():
        if module.file != "core/logging.py":
            yield from _misplaced_loggers(module)
            for call, scope in module.calls:
                yield from _in_call(module, call, scope)


def _misplaced_loggers(module: Module) -> Iterator[Finding]:
    placed = {
        statement.value.func
        for statement in module.tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and not statement.value.args
        and [ast.unparse(target) for target in statement.targets] == ["log"]
    }
    for reference in module.references:
        is_logger = LOGGER in reference.names and reference.role not in {"import", "typing"}
        if is_logger and reference.node not in placed:
            yield LOGGING.broken(module.file, reference.line, "a logger is made elsewhere than in `log`")


def _in_call(module: Module, call: ast.Call, scope: Scope) -> Iterator[Finding]:
    meant = module.meaning(call.func, scope)
    if not (_methods(meant) or meant & BINDING):
        return
    event = call.args[0] if call.args else None
    if _methods(meant) & LEVELS and (len(call.args) != 1 or not _is_constant(event)):
        yield EVENT.broken(module.file, call.lineno, "the event of a log line is put together, or has values in it")
    for node, name in _told(module, call, scope):
        line = getattr(node, "lineno", call.lineno)
        yield SECRET.broken(module.file, line, f"`{name}` would be in the log")


def _methods(meant: Names) -> set[str]:
    """Return the called methods of loggers."""
    return {name.rpartition(".")[2] for name in meant if name.startswith(f"{LOGGER}().")}


def _is_constant(event: ast.expr | None) -> bool:
    return isinstance(event, ast.Constant) and isinstance(event.value, str) and not re.search(r"%[srd(]|\{\w*\}", event.value)  # fmt: skip


def _told(module: Module, call: ast.Call, scope: Scope) -> Iterator[tuple[ast.AST, str]]:
    """Yield the arguments of a log call that bear the name of a secret."""
    for keyword in call.keywords:
        if keyword.arg and _is_secret(keyword.arg) and not _is_harmless(module, keyword.value, scope):
            yield keyword, keyword.arg
    for value in (*call.args[1:], *call.args[:1], *(keyword.value for keyword in call.keywords)):
        yield from _named(module, value, scope)


def _named(module: Module, node: ast.AST, scope: Scope, depth: int = 0) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.expr) and _is_harmless(module, node, scope):
        return
    match node:
        case ast.Name(id=name):
            if _is_secret(name):
                yield node, name
            for binding in scope.bindings.get(name, []) if depth < MOST_ASSIGNMENTS else ():
                if binding.value is not None and binding.scope is scope:
                    yield from ((node, told) for _, told in _named(module, binding.value, scope, depth + 1))
            return
        case ast.Attribute(attr=name):
            if _is_secret(name):
                yield node, name
            return  # of `token.id`, the id is told
        case (
            ast.Subscript(slice=ast.Constant(value=str(name)))
            | ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_])
        ):  # of `headers["host"]`, the host is told
            if _is_secret(name.replace("-", "_")):
                yield node, name
            holder = node.value if isinstance(node, ast.Subscript) else node.func.value  # type: ignore[attr-defined]
            if ast.unparse(holder).rpartition(".")[2] == "headers":
                return
        case ast.Dict(keys=keys):
            named = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            yield from ((node, name) for name in named if _is_secret(name))
        case ast.Call(func=ast.Attribute(value=holder, attr=name)):
            if _is_secret(name):
                yield node, name
            yield from _named(module, holder, scope, depth)
        case ast.Call(keywords=keywords):
            yield from ((node, each.arg) for each in keywords if each.arg and _is_secret(each.arg))
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Call) and child is node.func and isinstance(child, ast.Attribute)):
            yield from _named(module, child, scope, depth)


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name.lower())) and not _HARMLESS.search(name.lower())


def _is_harmless(module: Module, value: ast.expr, scope: Scope) -> bool:
    if isinstance(value, ast.Constant | ast.Compare):
        return True
    return isinstance(value, ast.Call) and bool(module.meaning(value.func, scope) & HARMLESS_CALLS)
