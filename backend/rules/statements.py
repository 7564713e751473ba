"""SQL is fixed text, scoped, and read page by page; tables stay in repositories."""

import ast
import re
from collections.abc import Iterator

from rules.findings import Finding, Rule
from rules.names import Module, Project
from rules.reserved import MIGRATIONS, Reserved, is_permitted, uses
from rules.scopes import Scope

FIXED = Rule(
    "sql-is-not-built", "Write the statement with `select(…)`, or as a literal with `bindparam(…)` for its values."
)
TABLES = Rule("tables-stay-in-repositories", "Return entities of the domain from the repository, and use those.")
OFFSET = Rule("no-offset", "Page with `self._fetch_page(…)`.")
STAR = Rule("no-select-star", "Name the columns.")
UNSCOPED = Rule("unscoped-says-why", "Remove it, or say behind it in a comment why rows of all users are meant.")
SYSTEM = Rule(
    "the-system-acts-in-the-background", "Take the actor of the unit of work: `work.actor`, or `self._actor`."
)
LOOPS = Rule("no-query-in-a-loop", "Write one statement for all rows, with `in_(…)`, a join or `selectinload(…)`.")
ENTITIES = Rule("repositories-return-entities", "Return a dataclass of the domain, read by a `RowMapper`.")
CLASSIC = Rule("no-classic-column", "Write `name: Mapped[…] = mapped_column(…)`.")
BASE = Rule("one-base", "Derive it from `repository.base_model.BaseTableModel`.")
BACKREF = Rule("no-backref", 'Declare the relationship on both sides, as `Mapped[…] = relationship(lazy="raise")` with `back_populates`.')  # fmt: skip
ALONE = Rule("migrations-stand-alone", "Write the tables and statements of that time into the migration.")  # fmt: skip
WAY_BACK = Rule("migrations-have-a-way-back", "Write in `downgrade` what takes `upgrade` back.")

ALL_COLUMNS = re.compile(r"\bselect\s+(\w+\.)?\*|^\*$|returning\s+\*", re.IGNORECASE)
TEXTS = re.compile(r"sqlalchemy(\.\w+)*\.(text|literal_column|DDL|TextClause)|alembic\.op\.execute")
# Methods that take text for the database.
TEXT_METHODS = {"exec_driver_sql", "op", "bool_op", "prefix_with", "suffix_with", "with_hint", "with_statement_hint"}
RESERVED = (
    Reserved(CLASSIC, ("sqlalchemy.Column",), only=("repository/operations/differences.py", "repository/operations/definitions.py", MIGRATIONS, "[!r]*"), roles=("annotation", "typing", "import"), instances_are_free=True),
    # Other layers use no repository either.
    Reserved(TABLES, ("repository.models", "repository.base_model"), only=("[!s]*",)),
    Reserved(
        BASE, ("sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.DeclarativeBaseNoMeta", "sqlalchemy.orm.declarative_base", "sqlalchemy.orm.registry", "sqlalchemy.orm.as_declarative", "sqlalchemy.orm.MappedAsDataclass", "sqlalchemy.ext", "sqlalchemy.MetaData", "sqlalchemy.Table"),
        only=("repository/base_model.py", "repository/jobs/job_statements.py", "repository/operations/*", MIGRATIONS), free=("sqlalchemy.ext", "sqlalchemy.ext.asyncio"),
    ),
)  # fmt: skip
# Those of the template whose names and states come from the code, and a published migration.
MAY_BUILD = ("repository/folding.py", "repository/jobs/job_statements.py", "repository/migrations/env.py", "repository/sql/statements.py", "repository/migrations/versions/20261127_folded_texts.py")  # fmt: skip
# Its loop is over tables.
MAY_LOOP = ("repository/identity/credential_repository.py", "repository/operations/*", MIGRATIONS)
MAY_ACT_AS_SYSTEM = ("cli/*", "worker/*", "service/factory.py", "service/identity/email_quota.py", "service/live/event_streams.py", "repository/sql/owned_repository.py", "domain/permissions.py")  # fmt: skip


def found(project: Project) -> Iterator[Finding]:
    """Yield statements that are built, unscoped or unbounded, and tables outside of repositories."""
    yield from uses(project, RESERVED)
    for module in project.modules.values():
        if not is_permitted(module.file, MAY_BUILD):
            yield from built_statements(module)
        if module.file.startswith("repository/migrations/versions/"):
            yield from dependent_migrations(module)
            continue
        if not is_permitted(module.file, MAY_ACT_AS_SYSTEM):
            yield from (
                SYSTEM.broken(module.file, each.line, "the system acts here")
                for each in module.references
                if each.attribute == "SYSTEM" and each.means(["domain.permissions"])
            )
        if module.file != "repository/session.py":
            yield from silent_unscoped(module)
        if module.file.startswith(("repository/", "service/", "api/", "domain/")):
            yield from pages_by_offset(module)
        if module.file.startswith("repository/"):
            yield from stars(module)
            yield from (
                BACKREF.broken(module.file, word.value.lineno, "a relationship is declared from afar")
                for call, _ in module.calls
                for word in call.keywords
                if word.arg == "backref"
            )
            yield from returned_tables(module)
        if module.file.startswith("repository/") and not is_permitted(module.file, MAY_LOOP):
            yield from queries_in_loops(module)


def built_statements(module: Module) -> Iterator[Finding]:
    """Yield texts of SQL that are not fixed where they are written."""
    fixed: set[int] = set()
    for call, scope in module.calls:
        is_text = any(TEXTS.fullmatch(name) for name in module.meaning(call.func, scope))
        is_method = isinstance(call.func, ast.Attribute) and call.func.attr in TEXT_METHODS
        if not (is_text or (is_method and module.file.startswith("repository/"))):
            continue
        fixed.add(id(call.func))
        is_construct = bool(call.args) and any(
            name.startswith("sqlalchemy.") for name in module.meaning(call.args[0], scope)
        )
        if call.args and not is_construct and not is_fixed(call.args[0], scope):
            yield FIXED.broken(module.file, call.lineno, "the text of a statement is put together")
    for reference in module.references:
        is_passed = reference.role == "value" and any(TEXTS.fullmatch(name) for name in reference.names)
        if is_passed and id(reference.node) not in fixed and not reference.scope.runs_at_import:
            yield FIXED.broken(module.file, reference.line, "a function that makes SQL of text is passed on")


def is_fixed(text: ast.expr, scope: Scope) -> bool:
    """Return whether an expression consists of constants of modules."""
    names = [node for node in ast.walk(text) if isinstance(node, ast.Name)]
    return not any(_is_local(name.id, scope) for name in names) and not any(
        isinstance(node, ast.Call) and not scope.runs_at_import for node in ast.walk(text)
    )


def _is_local(name: str, scope: Scope | None) -> bool:
    while scope is not None and name not in scope.bindings:
        scope = scope.parent
    return scope is not None and not scope.runs_at_import


def pages_by_offset(module: Module) -> Iterator[Finding]:
    """Yield pages by offset."""
    for call, _ in module.calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        line = (call.func.end_lineno or call.lineno) if isinstance(call.func, ast.Attribute) else call.lineno
        if name in {"offset", "slice"} and module.file not in {
            "repository/sql/paging.py",
            "repository/jobs/job_repository.py",
        }:
            yield OFFSET.broken(module.file, line, "rows are skipped by number")


def stars(module: Module) -> Iterator[Finding]:
    """Yield statements that read all columns."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or id(node) in documents:
            continue
        if isinstance(node.value, str) and ALL_COLUMNS.search(node.value):
            yield STAR.broken(module.file, node.lineno, "all columns are read")


def silent_unscoped(module: Module) -> Iterator[Finding]:
    """Yield statements for all users without a word why."""
    lines = ["", *module.text.splitlines()]
    marks = {each.line for each in module.references if each.attribute == "unscoped"}
    marks |= {word.value.lineno for call, _ in module.calls for word in call.keywords if word.arg == "unscoped"}
    for line in marks:
        if not _says_why(lines[line]) and not lines[line - 1].strip().startswith("#"):
            yield UNSCOPED.broken(module.file, line, "rows of all users are meant, and nothing says why")


def _says_why(line: str) -> bool:
    """Return whether a line has a comment for people."""
    return bool(re.search(r"#\s*\w+", re.sub(r"# (violation \d+$|type: ignore\S*|noqa\S*( \w+)*)", "", line)))


def returned_tables(module: Module) -> Iterator[Finding]:
    """Yield public methods of repositories that return rows as objects of a session."""
    for kind in module.classes:
        if not (isinstance(kind.node, ast.ClassDef) and kind.node.name.endswith("Repository")):
            continue
        for method in kind.node.body:
            if (
                not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
                or method.name.startswith("_")
                or method.returns is None
            ):
                continue
            for node in ast.walk(method.returns):
                names = module.meaning(node, kind) if isinstance(node, ast.Name | ast.Attribute) else frozenset()
                if any(name.startswith("repository.models.") and not name.islower() for name in names):
                    yield ENTITIES.broken(module.file, method.returns.lineno, f"{method.name} returns rows of a table")
                    break


def queries_in_loops(module: Module) -> Iterator[Finding]:
    """Yield statements that run once for each row."""
    for loop in ast.walk(module.tree):
        if isinstance(loop, ast.For | ast.AsyncFor):
            inner: list[ast.AST] = [*loop.body]
        elif isinstance(loop, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            inner = [*((loop.key, loop.value) if isinstance(loop, ast.DictComp) else (loop.elt,))]
        else:
            continue
        for node in (each for part in inner for each in ast.walk(part)):
            if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
                yield LOOPS.broken(module.file, node.lineno, "a statement runs for each element")


def dependent_migrations(module: Module) -> Iterator[Finding]:
    """Yield migrations that use today's code, or cannot be taken back."""
    own = {name.split(".")[0] for name in module.project.modules}
    for reference in module.references:
        if reference.role == "import" and any(name.split(".")[0] in own for name in reference.names):
            yield ALONE.broken(module.file, reference.line, "a migration uses the code of today")
    ways = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    up, down = ways.get("upgrade"), ways.get("downgrade")
    if up and not _is_empty(up) and (down is None or _is_empty(down)):
        yield WAY_BACK.broken(module.file, (down or up).lineno, "nothing takes this migration back")


def _is_empty(function: ast.FunctionDef) -> bool:
    return all(
        isinstance(node, ast.Pass | ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in function.body
    )
