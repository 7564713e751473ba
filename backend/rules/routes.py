"""Tools of a route, and the form of statuses, routers and cookies."""

import ast
from collections.abc import Iterator, Sequence

from rules.findings import Finding, Rule
from rules.names import Module, Project
from rules.reserved import Reserved, uses
from rules.scopes import Scope

MACHINERY = ("api/app.py", "api/conditional.py", "api/cookies.py", "api/dependencies.py", "api/document*.py", "api/error_handlers.py", "api/files/*", "api/idempotency.py", "api/identity/*", "api/languages.py", "api/live/*", "api/middleware/*", "api/paging.py", "api/routers.py", "api/server/*", "api/validation.py")  # fmt: skip
HTTP_EXCEPTION = Rule("no-http-exception", "Raise an error of the domain, and give it its number in api/exceptions.py.")
BACKGROUND = Rule("no-background-tasks", "Write `work.outbox.enqueue(…)`.")  # fmt: skip
BY_HAND = Rule("no-answer-by-hand", "Return `Data(data=…Response.of(…))`; raise an error to refuse.")
TOOLS = Rule("tools-of-a-route", "Write it with `APIRouter`, `Query`, `Header`, `Form` and the aliases of api/dependencies.py.")  # fmt: skip
COOKIES = Rule("cookies-have-a-place", "Take `cookies: cookies_dep`; api/cookies.py writes cookies with the right attributes.")  # fmt: skip
ASSEMBLED = Rule("app-is-assembled-once", "Write pure ASGI middleware in api/middleware, and add it in api/app.py.")
STATUS = Rule("status-by-name", "Write `status.HTTP_201_CREATED`, or the name of the status that is meant.")
ROUTERS = Rule("router-is-named", 'Write `router = APIRouter(prefix="/api/notes", tags=["notes"])` once, at the top of the module.')  # fmt: skip
BODY = Rule("body-is-a-schema", 'Take `body: NoteRequest`, a schema of api/schemas with `extra="forbid"`.')
ONE_CALL = Rule("one-call", "Make one call to a service; what needs several belongs into a service or a controller.")
SESSION = Rule("no-session-in-a-route", "Call a service of the unit of work, such as `work.notes`.")

RESERVED = (
    Reserved(HTTP_EXCEPTION, ("fastapi.HTTPException", "fastapi.exceptions", "fastapi.WebSocketException"), only=("[!a]*", "api/error_handlers.py", "api/middleware/slow_requests.py", "api/server/*", "api/validation.py")),
    Reserved(BACKGROUND, ("fastapi.BackgroundTasks", "fastapi.background", "starlette.background"), only=("[!a]*",)),
    Reserved(
        BY_HAND, ("fastapi.responses.JSONResponse", "fastapi.responses.ORJSONResponse", "fastapi.responses.UJSONResponse", "fastapi.responses.PlainTextResponse", "starlette.responses", "fastapi.encoders"),
        only=(*MACHINERY, "api/routes/identity/auth.py", "[!a]*"), free=("starlette.responses.RedirectResponse",),
    ),
    Reserved(
        TOOLS, ("fastapi", "starlette"),
        free=("fastapi", "fastapi.FastAPI", "fastapi.Security", "fastapi.params", "fastapi.APIRouter", "fastapi.Query", "fastapi.Path", "fastapi.Header", "fastapi.Form", "fastapi.File", "fastapi.Request", "fastapi.Response", "fastapi.UploadFile", "fastapi.status", "fastapi.Depends",
              "fastapi.responses.FileResponse", "fastapi.responses.HTMLResponse", "fastapi.responses.RedirectResponse", "fastapi.responses.StreamingResponse",
              # Named by other rules.
              "fastapi.responses.JSONResponse", "fastapi.responses.ORJSONResponse", "fastapi.responses.UJSONResponse", "fastapi.responses.PlainTextResponse", "starlette.responses", "fastapi.encoders",
              "fastapi.HTTPException", "fastapi.exceptions", "fastapi.WebSocketException", "fastapi.BackgroundTasks", "fastapi.background", "starlette.background", "fastapi.concurrency", "starlette.concurrency"),
        only=(*MACHINERY, "[!a]*"),
    ),
    Reserved(COOKIES, attributes=("set_cookie", "delete_cookie"), only=("api/cookies.py", "api/identity/openid.py", "api/middleware/read_your_writes.py")),
    Reserved(ASSEMBLED, ("starlette.middleware.base", "fastapi.middleware"), only=()),
    Reserved(
        ASSEMBLED, attributes=("add_middleware", "middleware", "exception_handler", "add_exception_handler", "on_event", "add_event_handler", "mount", "add_api_route", "add_route", "add_websocket_route", "websocket"),
        only=("api/app.py", "api/error_handlers.py", "api/routers.py", "api/documentation.py", "api/server/*", "core/*", "embedded/*", "service/*", "worker/*", "cli/*", "repository/*", "domain/*"),
    ),
    Reserved(BODY, ("fastapi.Request().json", "fastapi.Request().body", "fastapi.Request().form", "fastapi.Request().stream"), only=MACHINERY),
)  # fmt: skip


def found(project: Project) -> Iterator[Finding]:
    """Yield forbidden tools in a route."""
    yield from uses(project, RESERVED)
    for module in project.modules.values():
        if module.file.startswith("api/") and not module.file.startswith("api/server/"):
            yield from numbers_for_statuses(module)
            yield from cookies_by_header(module)
        if module.file.startswith("api/routes/"):
            yield from unnamed_routers(module)
            yield from sessions(module)
        if module.file.startswith("api/routes/") and not module.file.startswith("api/routes/operations/"):
            yield from second_calls(module)


def numbers_for_statuses(module: Module) -> Iterator[Finding]:
    """Yield statuses that are numbers."""
    for call, scope in module.calls:
        for word in call.keywords:
            if word.arg == "status_code" and _is_number(module, word.value, scope):
                yield STATUS.broken(module.file, word.value.lineno, "a status is written as a number")
    for node in ast.walk(module.tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        is_status = any(isinstance(target, ast.Attribute) and target.attr == "status_code" for target in targets)
        if isinstance(node, ast.Assign) and is_status and _is_number(module, node.value, module.scope):
            yield STATUS.broken(module.file, node.lineno, "a status is written as a number")


def _is_number(module: Module, value: ast.expr, scope: Scope) -> bool:
    if isinstance(value, ast.Name):
        around: Scope | None = scope
        while around is not None and value.id not in around.bindings:
            around = around.parent
        bound = [each.value for each in around.bindings[value.id]] if around else []
        return any(isinstance(each, ast.Constant) for each in bound)
    is_http_status = any(name.startswith("http.HTTPStatus") for name in module.meaning(value, scope))
    return is_http_status or (isinstance(value, ast.Constant) and isinstance(value.value, int))


def cookies_by_header(module: Module) -> Iterator[Finding]:
    """Yield cookies that are written as a header."""
    if module.file in {"api/cookies.py", "api/document_details.py"} or module.file.startswith("api/middleware/"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and str(node.value).lower() in {"set-cookie", "b'set-cookie'"}:
            yield COOKIES.broken(module.file, node.lineno, "a cookie is written by hand")


def unnamed_routers(module: Module) -> Iterator[Finding]:
    """Yield routers that the application does not include: it takes `router` of each module, with those in it."""
    included = {"router"}
    for call, _ in module.calls:
        if ast.unparse(call.func) == "router.include_router":
            included |= {ast.unparse(each) for each in call.args}
    named = [
        node.value
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _target(node) in included
    ]
    for call, scope in module.calls:
        if "fastapi.APIRouter" in module.meaning(call.func, scope) and call not in named:
            yield ROUTERS.broken(module.file, call.lineno, "the application does not include this router")
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "include_router"
            and ast.unparse(call.func.value) != "router"
        ):
            yield ROUTERS.broken(module.file, call.lineno, "a router is included past the module's `router`")


def _target(node: ast.Assign | ast.AnnAssign) -> str:
    return ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)


def sessions(module: Module) -> Iterator[Finding]:
    """Yield routes that reach past the services."""
    for reference in module.references:
        is_attribute = not isinstance(reference.node, ast.Name) and reference.role not in {"import", "typing"}
        if is_attribute and reference.attribute in {"session", "connection", "replica_connection"}:
            yield SESSION.broken(
                module.file, reference.line, f"a route uses `{reference.attribute}` of the unit of work"
            )


def second_calls(module: Module) -> Iterator[Finding]:
    """Yield the second call that a route makes on one way through it to what the unit of work offers."""
    for route in (node for node in module.tree.body if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list):
        works = {argument.arg for argument in [*route.args.args, *route.args.kwonlyargs] if _is_work(argument)}
        for call in _calls(route.body, works)[1:]:
            yield ONE_CALL.broken(module.file, call.lineno, f"{route.name} makes a second call")


def _calls(nodes: Sequence[ast.AST], works: set[str]) -> list[ast.Await]:
    """Return the calls on the way with the most of them."""
    found: list[ast.Await] = []
    for node in nodes:
        if isinstance(node, ast.Await) and _root(node.value) in works:
            found.append(node)
        elif isinstance(node, ast.If):
            one, other = _calls(node.body, works), _calls(node.orelse, works)
            found += one if len(one) > len(other) else other
        else:
            found += _calls([*ast.iter_child_nodes(node)], works)
    return found


def _is_work(argument: ast.arg) -> bool:
    return argument.annotation is not None and "unit_of_work_dep" in ast.unparse(argument.annotation)


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
