"""Limits of coroutines, which other requests wait for: the event loop, threads, sleeping, clocks and files."""

import ast
from collections.abc import Iterator

from rules.findings import Finding, Rule
from rules.names import Module, Project, Reference
from rules.reserved import MIGRATIONS, Reserved, is_permitted, uses

# The template's machinery, which starts and stops programs.
PROGRAMS = ("cli/*", "embedded/*", "worker/*", "api/app.py", "api/server/*", MIGRATIONS)
CORE = ("core/pool.py", "core/redis/*", "core/replica.py", "core/runtime/*")
LOOP = (
    *PROGRAMS,
    *CORE,
    "api/documentation.py",
    "api/middleware/overload.py",
    "api/middleware/slow_requests.py",
    "api/middleware/unread_bodies.py",
    "repository/operations/revision.py",
    "repository/operations/temporary_database.py",
    "service/factory.py",
    "service/public_network.py",
    "service/identity/identity_cache.py",
    "service/identity/token_usage_recorder.py",
    "service/jobs/wake_ups.py",
    "service/live/event_streams.py",
    "service/operations/cpu_pool.py",
    "service/operations/metrics_page.py",
)
THREADS = (
    "api/app.py",
    "api/server/granian.py",
    "core/metrics/*",
    "core/runtime/signals.py",
    "core/trace_export.py",
    "embedded/*",
    "service/operations/confined_*.py",
    "service/operations/cpu_pool.py",
    "service/public_network.py",
)
FILES = (
    "cli/*",
    "embedded/*",
    "api/files/csv_export.py",
    "api/server/*",
    "api/routes/operations/swagger.py",
    "core/database_url.py",
    "core/email.py",
    "core/local_files.py",
    "core/metrics/*",
    "core/redis/redis_url.py",
    "core/runtime/failpoints.py",
    "core/setting_values.py",
    "core/settings.py",
    "core/translation.py",
    "repository/operations/*",
    "service/files/zip_archive.py",
    "service/identity/password_policy.py",
    "service/operations/backups.py",
    "service/operations/confined_*.py",
    "service/operations/cpu_pool.py",
    "service/operations/demo/*",
    MIGRATIONS,
)

STRUCTURED = Rule(
    "structured-concurrency",
    "Write `async with asyncio.TaskGroup() as group` and `group.create_task(…)`, `asyncio.timeout(…)` for a limit, or enqueue a job for what outlives the request.",
)
TO_THREAD = Rule(
    "no-threads",
    "Await an asynchronous client, compute in `CpuPool` (service/operations/cpu_pool.py), or give `asyncio.to_thread` what waits for a file: `await asyncio.to_thread(path.read_text)`.",
)
BLOCKING = Rule("nothing-blocks", "Store files with `FileStore` (service/files/file_store.py); read what ships with the code once, at the start.")  # fmt: skip
SLEEP = Rule("no-polling", "Enqueue a job with `run_at`, or wait for an `asyncio.Event` within `asyncio.timeout(…)`.")
CLOCK = Rule("one-clock", "Write `time.monotonic()` for a duration and `datetime.now(UTC)` for a moment.")
CONTEXT = Rule("no-context-variables", "Take the value as a parameter; what every log line needs is bound by `bind_contextvars`.")  # fmt: skip

RESERVED = (
    Reserved(SLEEP, ("asyncio.sleep",), only=LOOP),
    Reserved(
        TO_THREAD,
        ("threading", "_thread", "concurrent", "queue", "anyio.to_thread", "fastapi.concurrency", "starlette.concurrency"),
        only=THREADS,
    ),
    Reserved(TO_THREAD, attributes=("run_in_executor",), only=("service/public_network.py",)),
    Reserved(STRUCTURED, ("anyio", "trio")),
    Reserved(
        STRUCTURED,
        ("asyncio",),
        free=("asyncio", "asyncio.TaskGroup", "asyncio.timeout", "asyncio.timeout_at", "asyncio.Lock", "asyncio.Event", "asyncio.Semaphore",
              "asyncio.Queue", "asyncio.CancelledError", "asyncio.TimeoutError", "asyncio.sleep", "asyncio.to_thread", "asyncio.gather",
              "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "asyncio.open_connection", "asyncio.open_unix_connection"),
        only=LOOP,
    ),
    Reserved(STRUCTURED, attributes=("run_until_complete", "call_soon", "call_later", "call_at", "call_soon_threadsafe", "run_forever"), only=LOOP),
    Reserved(
        CLOCK,
        ("time",),
        free=("time", "time.monotonic", "time.perf_counter", "time.monotonic_ns", "time.perf_counter_ns", "time.sleep"),
        only=("core/redis/requests.py", "embedded/*", "api/identity/openid.py", "service/identity/openid_connect.py", "service/identity/totp.py",
              "service/live/notification_service.py", "service/security.py"),
    ),
    Reserved(CONTEXT, ("contextvars",), only=("core/runtime/*", "repository/sql/session_driver.py")),
)  # fmt: skip


BLOCKS = (
    Reserved(BLOCKING, ("redis.Redis", "redis.StrictRedis", "redis.from_url", "redis.ConnectionPool", "redis.client", "redis.cluster", "redis.sentinel"), only=("embedded/*",)),
    Reserved(
        BLOCKING,
        ("time.sleep", "builtins.open", "builtins.input", "io.open", "io.FileIO", "codecs.open", "shutil", "tempfile", "glob", "fileinput", "select", "zipfile", "tarfile", "linecache", "mmap", "fcntl"),
        only=FILES,
    ),
    Reserved(
        BLOCKING, ("os",),
        free=("os", "os.PathLike", "os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv", "os.path.expandvars", "os.fspath", "os.urandom", "os.system", "os.popen",
              "os.path", "os.path.join", "os.path.basename", "os.path.dirname", "os.path.splitext", "os.path.normpath", "os.getpid", "os.cpu_count"),
        only=FILES,
    ),
    Reserved(
        BLOCKING, tuple(f"pathlib.Path().{name}" for name in ("open", "exists", "stat", "glob", "rename", "replace", "resolve", "rmdir", "chmod", "owner", "unlink", "touch")),
        attributes=("read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "is_file", "is_dir", "rglob", "mkdir", "samefile", "symlink_to"),
        only=FILES,
    ),
)  # fmt: skip
# They give a thread what computes for a moment, at a start or in a development page.
MAY_USE_THREADS = (
    "api/documentation.py",
    "api/files/csv_export.py",
    "api/routes/operations/*",
    "core/email.py",
    "service/files/images.py",
    "service/files/zip_archive.py",
    "service/operations/backups.py",
    "service/operations/demo/*",
    "service/operations/metrics_page.py",
    "service/operations/checks/*",
    "service/operations/start_check.py",
)


def found(project: Project) -> Iterator[Finding]:
    """Yield calls that stop or leave the event loop outside of their places."""
    yield from uses(project, RESERVED)
    for module in project.modules.values():
        in_threads = [node for call in _to_thread(module) for node in _run_by(module, call)]
        blocking = [each for each in module.references if _blocks(module, each)]
        for reference in blocking:
            if reference.node not in in_threads:
                yield BLOCKING.broken(module.file, reference.line, f"`{reference.attribute}` is used here, and blocks")
        if not is_permitted(module.file, MAY_USE_THREADS):
            yield from misused_threads(module, {each.node for each in blocking})
        if not is_permitted(module.file, LOOP):
            yield from loose_tasks(module)


def _blocks(module: Module, reference: Reference) -> bool:
    return any(each.is_used_by(reference) for each in BLOCKS if not is_permitted(module.file, each.only))


def _to_thread(module: Module) -> list[ast.Call]:
    """Return the calls of `asyncio.to_thread`."""
    return [call for call, scope in module.calls if "asyncio.to_thread" in module.meaning(call.func, scope)]


def _run_by(module: Module, call: ast.Call) -> Iterator[ast.AST]:
    """Yield all code of the function that a thread is given, if it stands in this module."""
    given = call.args[0] if call.args else call
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
    yield given
    for node in (given, *(each for each in functions if each.name == ast.unparse(given).rpartition(".")[2])):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            yield from ast.walk(node)


def misused_threads(module: Module, blocking: set[ast.AST]) -> Iterator[Finding]:
    """Yield threads for functions that do not wait, and threads that nothing waits for."""
    awaited = {node.value for node in ast.walk(module.tree) if isinstance(node, ast.Await)}
    right = {call.func for call in _to_thread(module) if call in awaited and blocking & {*_run_by(module, call)}}
    for reference in module.references:
        is_domain = module.file.startswith("domain/")
        is_used = reference.role not in {"import", "typing"} or is_domain
        if is_used and "asyncio.to_thread" in reference.names and (is_domain or reference.node not in right):
            yield TO_THREAD.broken(module.file, reference.line, "a thread is given what does not wait for a file")


def loose_tasks(module: Module) -> Iterator[Finding]:
    """Yield tasks that no group waits for."""
    for reference in module.references:
        if reference.attribute == "create_task" and not _is_of_a_group(reference):
            if reference.names and all(name.startswith("asyncio.create_task") for name in reference.names):
                continue  # found above
            yield STRUCTURED.broken(module.file, reference.line, "this task belongs to no `TaskGroup`")


def _is_of_a_group(reference: Reference) -> bool:
    # A context manager of ours that makes a group is declared as an iterator of it.
    return bool(reference.names) and reference.means(["asyncio.TaskGroup", "collections.abc.AsyncIterator"])
