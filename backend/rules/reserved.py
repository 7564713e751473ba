"""Names that only some files may use. Any other reference is found: to call them, to pass them on, to import them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rules import imports
from rules.findings import Finding, Rule
from rules.names import Module, Project, Reference, is_in

MIGRATIONS = "repository/migrations/*"
STARTS = ("api/app.py", "cli/*", "embedded/*")


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is reserved for a few files.

    Attributes:
        names: dotted names; what is in them is reserved as well.
        attributes: names of attributes, of whatever object.
        only: the files that may use them, as patterns; `*` matches folders.
        free: dotted names that may be used everywhere; of one that is in `names`, the name itself.
        roles: how they may be referred to everywhere.
        instances_are_free: whether what was made of them may be used everywhere.
    """

    rule: Rule
    names: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    instances_are_free: bool = False

    def is_used_by(self, reference: Reference) -> str | None:
        """Return what is used of it, or None."""
        if reference.role in self.roles:
            return None
        is_attribute = isinstance(reference.node, ast.Attribute | ast.Call | ast.Subscript)
        if is_attribute and reference.attribute in self.attributes:
            return f".{reference.attribute}"
        return next((name.replace("()", "") for name in reference.names if self._reserves(name)), None)

    def _reserves(self, name: str) -> bool:
        if self.instances_are_free and "()" in name:
            return False
        is_free = any(name == each if each in self.names else is_in(name, each) for each in self.free)
        return not is_free and any(is_in(name, each) for each in self.names)


ENVIRONMENT = Rule("environment", "Add a field to `Settings` in core/settings.py, and take its value as a parameter.")
SETTINGS = Rule("one-settings", "Take `settings: Settings` as a parameter; the entry points load them once.")
LOGGING = Rule("structured-log", 'Write `log = structlog.get_logger()` at the top of the module, and `log.info("what happened", key=value)`.')  # fmt: skip
OUTPUT = Rule("no-print", 'Write `log.info("what happened", key=value)`; commands in cli/ write with `typer.echo`.')
PROGRAMS = Rule(
    "no-programs", "Compute in `ConfinedProcess` (service/operations/confined_process.py), or do it in a job."
)
DATA = Rule("data-is-not-code", "Read the data with a Pydantic model, or with `json`.")
PROTOCOL = Rule("protocol-not-abc", "Declare a `Protocol` where it is used. Implementations do not inherit from it.")
JOBS = Rule("jobs-go-through-the-outbox", "Write `work.outbox.enqueue(…)` or `work.outbox.publish(…)`: a job is written in the transaction.")  # fmt: skip
COMMIT = Rule("only-the-unit-of-work-commits", "Return to commit and raise to roll back; what must outlive a refusal goes into `autonomous_transaction`.")  # fmt: skip
CLIENTS = Rule(
    "clients-have-a-place", "Take the client that service/resources.py holds as a parameter; add a new one to core/."
)
SESSIONS = Rule("sessions-are-opened-once", "Use `work.session` in a repository; service/unit_of_work.py opens it.")
CORE_TABLES = Rule("features-query-mapped-classes", "Write `select(models.Note)`: a session cannot see whose rows a Core table has.")  # fmt: skip
GATHER = Rule("task-group-not-gather", "Write `async with asyncio.TaskGroup() as group`: when one of gather's coroutines fails, the others keep running.")  # fmt: skip

RESERVED = (
    Reserved(
        ENVIRONMENT,
        ("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv", "os.path.expandvars", "dotenv", "pydantic_settings"),
        only=("core/settings.py", "core/setting_values.py"),
    ),
    Reserved(SETTINGS, ("core.settings.load_settings",), only=(*STARTS, MIGRATIONS), roles=("import",)),
    Reserved(
        LOGGING, ("logging", "syslog", "warnings", "structlog"), only=("core/logging.py", "core/sentry.py", MIGRATIONS),
        free=("structlog", "structlog.get_logger", "structlog.contextvars"),
    ),
    Reserved(
        OUTPUT,
        ("builtins.print", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__", "pprint", "rich", "typer.echo", "typer.secho", "typer.style", "click"),
        only=("cli/*", "core/logging.py", "embedded/console.py", "embedded/up.py"),
    ),
    Reserved(
        PROGRAMS,
        ("subprocess", "multiprocessing", "pty", "os.system", "os.popen", "os.fork", "os.forkpty", "os.posix_spawn", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell",
         *(f"os.{kind}{end}" for kind in ("exec", "spawn") for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe"))),
        only=("service/operations/confined_*.py", "embedded/*", "api/server/granian.py"),
    ),
    Reserved(
        DATA,
        ("pickle", "_pickle", "marshal", "shelve", "code", "ctypes", "builtins.eval", "builtins.exec", "builtins.compile"),
        only=("embedded/launcher.py",),
    ),
    Reserved(PROTOCOL, ("abc", "_py_abc", "builtins.NotImplementedError")),
    Reserved(JOBS, ("taskiq", "taskiq_redis"), only=("worker/*", "api/*")),  # `api-starts-without-taskiq`
    Reserved(JOBS, attributes=("kiq", "kicker"), only=()),
    Reserved(JOBS, attributes=("xadd", "lpush", "rpush"), only=("core/redis/*",)),
    Reserved(
        COMMIT, attributes=("commit", "rollback", "begin", "begin_twophase"),
        only=("service/unit_of_work.py", "repository/session.py", "core/db.py", MIGRATIONS),
    ),
    Reserved(
        SESSIONS,
        ("sqlalchemy.create_engine", "sqlalchemy.engine", "sqlalchemy.ext.asyncio", "sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.scoped_session", "sqlalchemy.orm.Session",
         "sqlalchemy.orm.session", "repository.session.open_session", "core.db.open_database"),
        only=("repository/session.py", "repository/sql/session_driver.py", "service/unit_of_work.py", "service/resources.py",
              "service/operations/connection_budget.py", "core/db.py", "core/replica.py", MIGRATIONS),
        roles=("annotation", "typing", "import"), instances_are_free=True,
    ),
    Reserved(CORE_TABLES, attributes=("__table__",), only=("repository/*/*", "repository/ownership.py", "[!r]*")),
    Reserved(
        imports.CONTRACTS["sql-stays-in-repositories"], ("sqlalchemy.ext.asyncio", "sqlalchemy.orm.Session"),
        only=("repository/*", "core/db.py", "service/unit_of_work.py", "service/factory.py"), roles=("annotation", "typing"),
    ),
    Reserved(GATHER, ("asyncio.gather",)),
    Reserved(CLIENTS, ("asyncpg",), only=("core/*", "repository/connection.py", "repository/operations/*", "repository/sql/*", MIGRATIONS)),
    Reserved(CLIENTS, ("redis",), only=("core/redis/*", "worker/stream_broker.py", "service/resources.py", "service/operations/*")),
    Reserved(CLIENTS, ("obstore", "boto3", "botocore", "aiobotocore"), only=("core/storage.py", "service/files/file_store.py")),
    Reserved(CLIENTS, ("aiosmtplib", "smtplib"), only=("core/email.py",)),
    Reserved(CLIENTS, ("sentry_sdk",), only=("core/sentry.py",)),
    Reserved(
        CLIENTS, ("httpx2", "httpx", "requests", "aiohttp", "urllib3", "urllib.request", "http.client", "websockets"),
        only=("service/external_server.py", "service/public_network.py", "service/identity/openid_connect.py", "embedded/up.py"),
    ),
    Reserved(
        CLIENTS, ("socket", "asyncio.open_connection", "asyncio.open_unix_connection", "ftplib", "telnetlib", "imaplib", "poplib", "xmlrpc"),
        only=("embedded/*", "service/public_network.py"),
    ),
    Reserved(CLIENTS, ("sqlite3", "dbm", "psycopg", "psycopg2", "pymongo", "aiosqlite")),
)  # fmt: skip


def found(project: Project) -> Iterator[Finding]:
    """Yield every use of what is reserved here."""
    return uses(project, RESERVED)


def uses(project: Project, table: tuple[Reserved, ...]) -> Iterator[Finding]:
    """Yield every reference to a reserved name from a file that may not use it."""
    for module in project.modules.values():
        reserved = [each for each in table if not is_permitted(module.file, each.only)]
        for reference in module.references:
            yield from (finding for each in reserved if (finding := _finding(module, each, reference)))


def is_permitted(file: str, only: tuple[str, ...]) -> bool:
    """Return whether a pattern names the file."""
    return any(fnmatchcase(file, pattern) for pattern in only)


def _finding(module: Module, reserved: Reserved, reference: Reference) -> Finding | None:
    used = reserved.is_used_by(reference)
    if used is None:
        return None
    where = " and ".join(reserved.only[:2]) or "nothing"
    return reserved.rule.broken(module.file, reference.line, f"`{used}` is used here, and {where} alone may use it")
