"""Rules about how something is written, where to use it is fine.

They concern dependencies, construction, starts, settings and imports by name.
"""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from rules.findings import Finding, Rule
from rules.names import Module, Project
from rules.reserved import COMMIT, MIGRATIONS

ALIASES = Rule("dependencies-are-aliases", "Declare it once, as `name_dep = Annotated[…, Depends(…)]`, and write `name: name_dep`.")  # fmt: skip
SCOPES = Rule("scopes-are-for-dependencies-py", "Use `unit_of_work_dep`, or another alias of api/dependencies.py.")  # fmt: skip
ASSEMBLED = Rule("assembled-by-the-factory", "Take it as a parameter of `__init__`; service/factory.py and service/*/assembly.py build it.")  # fmt: skip
AT_IMPORT = Rule("nothing-starts-at-import", "Build it in `create_app`, `Resources` or the function that runs the program, and pass it on.")  # fmt: skip
IMPORTED = Rule("imports-are-written", "Write an `import` statement.")  # fmt: skip
DESCRIBED = Rule("settings-are-described", 'Write `name: type = Field(default, description="What it decides.")`.')
LISTED = Rule("settings-are-documented", "Run `make format`, which writes `.env.example`.")
SECRET = Rule("secrets-are-secret-str", "Declare it as `SecretStr`, which no log and no error shows.")
UNUSED = Rule("private-names-are-used", "Delete it.")
LAYER = Rule("code-is-in-a-layer", "Move it into api, worker, service, domain, repository, core or cli.")
READ = Rule("settings-are-read", "Read `settings.name` where it decides something, or delete the setting.")
DEPENDS = ("fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.params.Security")
NOT_CALLED = frozenset({"annotation", "typing", "import", "base"})
BUILT = re.compile(r"(api|service|repository|worker)\.[\w.]*\b[A-Z]\w*(Repository|Service|Controller)")
BUILDERS = (
    "service/factory.py", "service/*assembly.py", "service/resources.py", "service/*/resources.py",
    "service/operations/start_check.py",  # asks before there is a factory
    "service/operations/backups.py",  # as above
)  # fmt: skip
STARTING = re.compile(
    r"(api|cli|core|repository|service|worker|embedded)\.[\w.]*\b(open|create|start|connect|configure|load|run|serve)_\w+"
    r"|core\.settings\.Settings|service\.(factory\.(Factory|Work)|resources\.Resources)"
    r"|(redis|asyncpg|httpx2?|obstore|aiosmtplib|sentry_sdk|taskiq|taskiq_redis|subprocess|socket)\.[\w.]+"
    r"|asyncio\.(run|new_event_loop|Runner)|sqlalchemy\.[\w.]*create_(async_)?engine|threading\.Thread"
)  # fmt: skip
BY_NAME = (
    "importlib.import_module", "importlib.reload", "importlib.util.module_from_spec", "importlib.machinery",
    "importlib.__import__", "builtins.__import__", "pkgutil", "runpy", "sys.modules", "imp", "zipimport",
)  # fmt: skip
FINDING_MODULES = (  # they import whatever stands in a folder
    "api/routers.py", "repository/models/__init__.py", "service/operations/demo/demo_content.py",
    "core/runtime/lean.py", "core/sentry.py", "core/tracing.py",
)  # fmt: skip
SECRET_NAME = re.compile(r"(^|_)(password|passphrase|secret|token|api_key|private_key|secret_keys?|credentials?)(_|$)")
TRANSACTION = re.compile(
    r"\s*(commit|rollback|abort|begin( transaction)?|start transaction|savepoint \w+|release( savepoint)? \w+|autocommit)( work| and chain)?\s*;?\s*",
    re.IGNORECASE,
)
# Bases, whose methods wait for the features of a product.
FOR_FEATURES = (
    "repository/sql/*",
    "repository/entity_repository.py",
    "service/base_service.py",
    "service/entity_service.py",
)
# They are no part of the running product.
BESIDE_THE_LAYERS = frozenset({"main.py", "rules", "tests"})
SETTINGS_FILE = "core/settings.py"


def found(project: Project) -> Iterator[Finding]:
    """Yield the findings about the form of declarations."""
    for module in project.modules.values():
        yield from _dependencies(module)
        yield from _constructions(module)
        yield from _starts(module)
        yield from _transactions(module)
        if module.file not in FINDING_MODULES:
            yield from (
                IMPORTED.broken(module.file, each.line, f"`{each.attribute}` imports a module by its name")
                for each in module.references
                if each.means(BY_NAME)
            )
    yield from _settings(project)
    yield from _unused(project)
    yield from _outside(project)


def _dependencies(module: Module) -> Iterator[Finding]:
    declared = {
        node
        for statement in module.tree.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]).endswith("_dep")
        for node in ast.walk(statement.value)
    }
    # `dependencies=[Depends(require_permission(…))]` returns nothing that a parameter could hold.
    guards = {
        node
        for each in ast.walk(module.tree)
        if isinstance(each, ast.keyword) and each.arg == "dependencies"
        for node in ast.walk(each.value)
    }
    for reference in module.references:
        is_used = reference.means(DEPENDS) and reference.role not in {"import", "typing"}
        if is_used and reference.node not in declared | guards:
            yield ALIASES.broken(module.file, reference.line, "a dependency is declared in place")
    for call, scope in module.calls:
        has_scope = any(keyword.arg == "scope" for keyword in call.keywords)
        if has_scope and module.file != "api/dependencies.py" and module.meaning(call.func, scope) & {*DEPENDS}:
            yield SCOPES.broken(module.file, call.lineno, "a dependency has a scope, which api/dependencies.py decides")


def _constructions(module: Module) -> Iterator[Finding]:
    if any(fnmatchcase(module.file, pattern) for pattern in BUILDERS):
        return
    asked = {node.value for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}  # `Repository.owner`
    asked |= {*_types_of_dependencies(module)}
    not_built = NOT_CALLED | {"value"} if module.file.startswith("repository/") else NOT_CALLED
    for reference in module.references:
        if (
            reference.node not in asked
            and reference.role not in not_built
            and (built := _built(module.project, reference.names))
        ):
            yield ASSEMBLED.broken(module.file, reference.line, f"{built} is used as a value")
    for call, scope in module.calls:
        if isinstance(call.func, ast.Call) and (built := _built(module.project, module.meaning(call.func, scope))):
            yield ASSEMBLED.broken(module.file, call.lineno, f"{built} is built")


def _built(project: Project, names: frozenset[str]) -> str | None:
    found = (name for name in names if any(BUILT.fullmatch(each) for each in project.ancestors(name)))
    return next((name.rpartition(".")[2] for name in found), None)


def _starts(module: Module) -> Iterator[Finding]:
    if fnmatchcase(module.file, MIGRATIONS):  # Alembic runs them by importing them
        return
    mains = {node for each in module.tree.body if _is_main(each) for node in ast.walk(each)}
    for call, scope in module.calls:
        if not scope.runs_at_import or call in mains:
            continue
        started = next((name for name in module.meaning(call.func, scope) if STARTING.fullmatch(name)), None)
        if started:
            yield AT_IMPORT.broken(module.file, call.lineno, f"`{started}` runs when the module is imported")


def _transactions(module: Module) -> Iterator[Finding]:
    """Yield texts that end or begin a transaction when a database runs them."""
    if module.file in {"core/db.py", "repository/sql/session_driver.py"} or fnmatchcase(module.file, MIGRATIONS):
        return
    parts = {part for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(module.tree):
        text = node.value if isinstance(node, ast.Constant) and node not in parts else None
        if isinstance(node, ast.Constant) and isinstance(text, str) and TRANSACTION.fullmatch(text):
            yield COMMIT.broken(module.file, node.lineno, f"`{text.strip()}` is a statement here")


def _unused(project: Project) -> Iterator[Finding]:
    """Yield private names that nothing refers to. Others may be there for the features of a product."""
    references = [each for module in project.modules.values() for each in module.references]
    used = {each.attribute for each in references}
    imported = {each.attribute for each in references if each.role in {"import", "typing"}}
    for module in project.modules.values():
        if fnmatchcase(module.file, MIGRATIONS):
            continue
        own = {each.attribute for each in module.references} | imported
        for name, line, is_member in module.defined:
            is_offered = is_member and any(fnmatchcase(module.file, pattern) for pattern in FOR_FEATURES)
            is_private = re.fullmatch(r"_[A-Za-z]\w*", name) is not None
            if is_private and not is_offered and name not in (used if is_member else own):
                yield UNUSED.broken(module.file, line, f"nothing refers to {name}")


def _types_of_dependencies(module: Module) -> Iterator[ast.expr]:
    """Yield what the aliases of dependencies say they return: `NoteService` of `Annotated[NoteService, Depends(…)]`."""
    for statement in module.tree.body:
        match statement:
            case ast.Assign(value=ast.Subscript(value=annotated, slice=ast.Tuple(elts=[type_, *_]))) if ast.unparse(
                statement.targets[0]
            ).endswith("_dep") and "typing.Annotated" in module.meaning(annotated, module.scope):
                yield type_


def _outside(project: Project) -> Iterator[Finding]:
    """Yield files that no rule would read."""
    known = {name.partition(".")[0] for name in project.modules} | BESIDE_THE_LAYERS
    for file in sorted([*project.root.glob("*.py"), *project.root.glob("*/**/*.py")]):
        name = file.relative_to(project.root).as_posix()
        if name.partition("/")[0] not in known:
            yield LAYER.broken(name, 1, "this file is in no layer, so that no rule reads it")


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test).startswith("__name__ ==")


def _settings(project: Project) -> Iterator[Finding]:
    module = project.modules.get("core.settings")
    fields = _fields(module) if module else []
    page = project.root.parent / ".env.example"
    documented = set(re.findall(r"^#?(\w+)=", page.read_text(encoding="utf-8"), re.MULTILINE))
    read = {each.attribute for every in project.modules.values() for each in every.references}
    for field in fields:
        name = ast.unparse(field.target)
        told = [each for each in ast.walk(field) if isinstance(each, ast.keyword) and each.arg == "description"]
        if not told:
            yield DESCRIBED.broken(SETTINGS_FILE, field.lineno, f"{name} has no description")
        if name.upper() not in documented:
            yield LISTED.broken(SETTINGS_FILE, field.lineno, f"{name.upper()} is not in .env.example")
        if SECRET_NAME.search(name) and re.search(r"\bstr\b", ast.unparse(field.annotation)):
            yield SECRET.broken(SETTINGS_FILE, field.lineno, f"{name} is a secret and a plain string")
        if name not in read:
            yield READ.broken(SETTINGS_FILE, field.lineno, f"nothing reads {name}")


def _fields(module: Module) -> list[ast.AnnAssign]:
    """Return the settings."""
    classes = [scope.node for scope in module.classes if scope.name == "core.settings.Settings"]
    return [
        each
        for node in classes
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.AnnAssign) and not ast.unparse(each.annotation).startswith("ClassVar")
    ]
