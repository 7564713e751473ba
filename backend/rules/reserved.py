"""Names that only some files may use. Any other reference is found: to call them, to pass them on, to import them."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rules import imports
from rules.findings import Finding, Rule
from rules.names import Project, Reference, is_in

MIGRATIONS = "repository/migrations/*"
NAMES = (ast.Name, ast.Import, ast.ImportFrom)
# How many files that may use something a finding names.
SHOWN = 3
STARTS = ("api/app.py", "cli/*", "embedded/*")


@dataclass(frozen=True, slots=True)
class Reserved:
    """Names that are reserved for a few files.

    Attributes:
        names: dotted names, with everything in them.
        attributes: names of attributes, of whatever object.
        only: the files that may use them, as patterns; `*` matches folders.
        within: the files that the rule is about.
        free: dotted names that may be used everywhere; of one that is in `names`, the name itself.
        roles: how they may be referred to everywhere.
        instances_are_free: whether their instances may be used everywhere.
    """

    rule: Rule
    names: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    within: tuple[str, ...] = ("*",)
    free: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    instances_are_free: bool = False

    def concerns(self, file: str) -> bool:
        """Return whether the file may not use it."""
        return is_permitted(file, self.within) and not is_permitted(file, self.only)

    def is_used_by(self, reference: Reference) -> str | None:
        """Return the reserved name that is used, or None."""
        if reference.role in self.roles:
            return None
        if reference.attribute in self.attributes and not isinstance(reference.node, NAMES):
            return f".{reference.attribute}"
        return next((name.replace("()", "") for name in reference.names if self._reserves(name)), None)

    def _reserves(self, name: str) -> bool:
        if (self.instances_are_free and "()" in name) or not any(is_in(name, each) for each in self.names):
            return False
        return not any(name == each if each in self.names else is_in(name, each) for each in self.free)


ENVIRONMENT = Rule("environment", "Add a field to `Settings` in core/settings.py, and take its value as a parameter.")
SETTINGS = Rule("one-settings", "Take `settings: Settings` as a parameter; the entry points load them once.")
LOGGING = Rule("structured-log", 'Write `log = structlog.get_logger()` at the top of the module, and `log.info("what happened", key=value)`.')  # fmt: skip
OUTPUT = Rule("no-print", 'Write `log.info("what happened", key=value)`; commands in cli/ write with `typer.echo`.')
PROGRAMS = Rule(
    "no-programs", "Compute in `ConfinedProcess` (service/operations/confined_process.py), or do it in a job."
)
DATA = Rule("data-is-not-code", "Read the data with a Pydantic model, or with `json`.")
PROTOCOL = Rule("protocol-not-abc", "Declare a `Protocol` where it is used. Implementations do not inherit from it.")
JOBS = Rule("jobs-go-through-the-outbox", "Write `work.outbox.enqueue(…)` or `work.outbox.publish(…)`.")  # fmt: skip
COMMIT = Rule("only-the-unit-of-work-commits", "Return to commit and raise to roll back; what must outlive a refusal goes into `autonomous_transaction`.")  # fmt: skip
LIBRARY = Rule("libraries-have-a-place", "Take the client that service/resources.py holds as a parameter; a new library gets a line in LIBRARIES in backend/rules/reserved.py.")  # fmt: skip
SESSIONS = Rule("sessions-are-opened-once", "Use `work.session` in a repository; service/unit_of_work.py opens it.")
CORE_TABLES = Rule("features-query-mapped-classes", "Write `select(models.Note)`.")  # fmt: skip
GATHER = Rule("task-group-not-gather", "Write `async with asyncio.TaskGroup() as group` and `group.create_task(…)`.")  # fmt: skip

# Libraries whose objects only their place may use, even if another file was handed one.
CLIENTS = {"httpx2", "obstore", "redis"}
# Where each library is used. One that is not listed is used nowhere.
LIBRARIES = {
    "PIL": ("service/*",),
    "aiosmtplib": ("core/email.py",),
    "alembic": ("repository/*",),
    "argon2": ("service/security.py",),
    "asyncpg": ("core/*", "repository/connection.py", "repository/operations/*", "repository/sql/*"),
    "blockbuster": ("core/runtime/blocking.py",),
    "cronsim": ("domain/taskiq_broker.py",),
    "cryptography": ("service/*",),
    "dotenv": ("*",),  # `environment` says where
    "email_validator": ("service/*",),
    "fastapi": ("*",),  # `http-stays-in-the-api`
    "fastapi_offline": ("api/*",),
    "granian": ("api/server/*",),
    "httpx2": (
        "service/external_server.py",
        "service/public_network.py",
        "service/identity/openid_connect.py",
        "service/operations/checks/addresses.py",
    ),
    "idna": ("service/*",),
    "jinja2": ("api/routes/operations/dev.py", "service/*"),
    "jwt": ("service/identity/*", "service/security.py"),
    "markupsafe": ("service/*",),
    "obstore": ("core/storage.py", "service/files/file_store.py"),
    "opentelemetry": ("core/trace_export.py",),
    "orjson": ("*",),
    "prometheus_client": ("core/metrics/*",),
    "pydantic": ("*",),  # `the-domain-is-pure`
    "pydantic_core": ("*",),
    "pydantic_settings": ("*",),  # `environment`
    "pyotp": ("service/*",),
    "click": ("*",),
    "rich": ("*",),
    "redis": ("core/redis/*", "worker/stream_broker.py", "service/resources.py", "service/operations/*"),
    "segno": ("service/*",),
    "sentry_sdk": ("core/sentry.py",),
    "sqlalchemy": ("*",),  # `sql-stays-in-repositories`
    "starlette": ("*",),  # `http-stays-in-the-api`
    "structlog": ("*",),  # `structured-log`
    "taskiq": ("*",),  # `jobs-go-through-the-outbox`
    "taskiq_redis": ("*",),
    "typer": ("*",),  # `no-print`
    "typst": ("service/*",),
    "uvloop": ("cli/running.py",),
    "watchfiles": ("embedded/*",),
    "wrapt": ("core/trace_export.py",),
    "webauthn": ("service/*", "api/routes/identity/passkeys.py"),
}

RESERVED = (
    Reserved(
        ENVIRONMENT,
        ("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv", "os.path.expandvars", "dotenv", "pydantic_settings"),
        attributes=("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv", "expandvars"),
        only=("core/settings.py", "core/setting_values.py"),
    ),
    Reserved(SETTINGS, ("core.settings.load_settings",), only=(*STARTS, MIGRATIONS), roles=("import",)),
    Reserved(
        SETTINGS, ("core.settings.Settings",), only=("core/settings.py", "cli/development.py"), instances_are_free=True,
        roles=("annotation", "typing", "import", "base", "value", "decorator"),
    ),
    Reserved(
        LOGGING, ("logging", "syslog", "warnings", "structlog"), attributes=("getLogger",),
        only=("core/logging.py", "core/sentry.py", MIGRATIONS), free=("structlog", "structlog.get_logger", "structlog.contextvars"),
    ),
    Reserved(
        OUTPUT,
        ("builtins.print", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__", "sys.displayhook", "sys.excepthook", "pprint", "rich", "click", "faulthandler", "contextlib.redirect_stdout", "contextlib.redirect_stderr", "typer",
         *(f"traceback.print_{what}" for what in ("exc", "exception", "last", "list", "stack", "tb"))),
        only=("cli/*", "core/logging.py", "embedded/console.py", "embedded/up.py"),
    ),
    Reserved(
        PROGRAMS,
        ("subprocess", "multiprocessing", "pty", "os.system", "os.popen", "os.fork", "os.forkpty", "os.startfile", "os.posix_spawn", "os.posix_spawnp",
         *(f"asyncio.create_subprocess_{kind}" for kind in ("exec", "shell")),
         *(f"os.{kind}{end}" for kind in ("exec", "spawn") for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe"))),
        attributes=("popen", "create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell"),
        only=("service/operations/confined_*.py", "embedded/*", "api/server/granian.py", "repository/operations/postgres_programs.py"),
    ),
    Reserved(
        DATA,
        ("pickle", "_pickle", "marshal", "shelve", "code", "codeop", "ctypes", "builtins.eval", "builtins.exec", "builtins.compile", "types.FunctionType", "types.CodeType"),
        only=("embedded/launcher.py",),
    ),
    Reserved(PROTOCOL, ("abc", "_py_abc", "builtins.NotImplementedError"), attributes=("__subclasshook__", "__abstractmethods__", "__isabstractmethod__")),
    Reserved(JOBS, ("taskiq", "taskiq_redis"), only=("worker/*", "api/*")),  # `api-starts-without-taskiq`
    Reserved(JOBS, attributes=("kiq", "kicker", "AsyncKicker")),
    Reserved(JOBS, attributes=("xadd", "lpush", "rpush", "lpushx", "rpushx", "zadd"), only=("core/redis/*",)),
    Reserved(
        JOBS, ("service.jobs.wake_ups", "core.redis.job_stream", "repository.jobs"),
        only=("service/jobs/*", "service/factory.py", "service/resources.py", "worker/*", "core/redis/*", "repository/*"), roles=("annotation", "typing"),
    ),
    Reserved(
        COMMIT, attributes=("commit", "rollback", "begin", "begin_twophase"),
        only=("service/unit_of_work.py", "repository/session.py", "core/db.py", MIGRATIONS),
    ),
    Reserved(
        SESSIONS,
        ("sqlalchemy.create_engine", "sqlalchemy.engine", "sqlalchemy.ext.asyncio", "sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.scoped_session", "sqlalchemy.orm.Session",
         "sqlalchemy.orm.session", "repository.session.open_session", "core.db.open_database"),
        only=("repository/session.py", "repository/sql/session_driver.py", "service/unit_of_work.py", "service/resources.py",
              "service/operations/start_check.py", "service/operations/backups.py", "core/db.py", "core/replica.py", MIGRATIONS),
        roles=("annotation", "typing", "import"), instances_are_free=True,
    ),
    Reserved(
        SESSIONS, ("core.db.Database().transaction", "core.db.Database().acquire", "core.replica.Replica().acquire"),
        only=("core/*", "service/unit_of_work.py", "service/resources.py", "service/*/resources.py", "service/operations/start_check.py", "service/operations/backups.py", "service/operations/assembly.py", "repository/connection.py"),
    ),
    Reserved(CORE_TABLES, attributes=("__table__",), only=("repository/*/*",), within=("repository/*_repository.py",)),
    Reserved(
        imports.CONTRACTS["sql-stays-in-repositories"], ("sqlalchemy.ext.asyncio", "sqlalchemy.orm.Session"),
        only=("repository/*", "core/db.py", "service/unit_of_work.py", "service/factory.py"), roles=("annotation", "typing"),
    ),
    Reserved(GATHER, ("asyncio.gather",)),
    Reserved(
        LIBRARY, ("urllib.request", "http.client", "http.server", "socketserver", "socket", "ssl", "smtplib", "ftplib", "telnetlib", "imaplib", "poplib", "xmlrpc", "sqlite3", "dbm"),
        only=("embedded/*", "core/*", "service/public_network.py"), free=("socket.gaierror",),
    ),
    Reserved(
        LIBRARY, attributes=("open_connection", "open_unix_connection", "start_server", "create_connection", "sock_connect"),
        only=("embedded/*",),
    ),
    *(
        Reserved(LIBRARY, (library,), only=only, instances_are_free=library not in CLIENTS)
        for library, only in LIBRARIES.items()
    ),
)  # fmt: skip


def found(project: Project) -> Iterator[Finding]:
    """Yield every use of reserved names, and of libraries that have no place."""
    yield from uses(project, RESERVED)
    for module in project.modules.values():
        for reference in module.references:
            if library := _unknown_library(project, reference):
                yield LIBRARY.broken(module.file, reference.line, f"`{library}` is used here, and no file may use it")


def uses(project: Project, table: tuple[Reserved, ...]) -> Iterator[Finding]:
    """Yield every reference to a reserved name from a file that may not use it."""
    by_word = _by_word(table)
    for module in project.modules.values():
        concerned = {each for each in table if each.concerns(module.file)}
        for reference in module.references:
            words = {name.partition(".")[0].removesuffix("()") for name in reference.names} | {
                f".{reference.attribute}"
            }
            for each in {each for word in words for each in by_word.get(word, ())} & concerned:
                if used := each.is_used_by(reference):
                    wrong = f"`{used}` is used here, and {_users(each)} may use it"
                    yield each.rule.broken(module.file, reference.line, wrong)


def _unknown_library(project: Project, reference: Reference) -> str | None:
    """Return the library that an import names, if it is not listed."""
    top = reference.imported.partition(".")[0]
    is_listed = not top or top in LIBRARIES or top in sys.stdlib_module_names
    return None if is_listed or project.module_of(top) else top


def _by_word(table: tuple[Reserved, ...]) -> dict[str, list[Reserved]]:
    """Return the reservations by the first parts of names, and by attributes with a dot: most references meet none."""
    found: dict[str, list[Reserved]] = {}
    for each in table:
        for word in {*(name.partition(".")[0] for name in each.names), *(f".{name}" for name in each.attributes)}:
            found.setdefault(word, []).append(each)
    return found


def _users(reserved: Reserved) -> str:
    named = ", ".join(reserved.only[:SHOWN])
    more = f" and {len(reserved.only) - SHOWN} more" if len(reserved.only) > SHOWN else ""
    return f"only {named}{more}" if named else "no file"


def is_permitted(file: str, only: tuple[str, ...]) -> bool:
    """Return whether a pattern names the file."""
    return any(fnmatchcase(file, pattern) for pattern in only)
