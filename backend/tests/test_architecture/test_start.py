"""Programs load what their start needs.

A large library loads when it is first used, inside the function that uses it.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_architecture.findings import Finding, assert_none

BACKEND = Path(__file__).parents[2]
# Large libraries that a start does not need. Loading all of them takes 0.3 s and 20 MB, in every process.
LATE = frozenset(
    {
        "alembic",
        "cryptography.hazmat",
        "httpx2",
        "jinja2",
        "jwt",
        "google.protobuf",
        "obstore",
        "opentelemetry.exporter",
        "opentelemetry.instrumentation",
        "opentelemetry.sdk",
        "PIL",
        "pyotp",
        "requests",
        "rich",
        "segno",
        "sentry_sdk",
        "typst",
        "webauthn",
        "wrapt",
    }
)
TASKIQ = frozenset({"taskiq", "taskiq_redis"})
# Modules that a command loads when it runs, and not to print its help.
AT_RUN_TIME = frozenset({"fastapi", "pydantic", "redis", "sqlalchemy", "structlog", "uvloop"})

LEAN = "from core.runtime.lean import leave_out_unused_libraries; leave_out_unused_libraries()"  # as the server process does
# The command, up to where it would run.
COMMAND = "from cli import servers; servers.run_until_signalled = lambda *_, **__: None; servers."
# Everything else that a start does without a server.
FACTORY = """
from core.settings import load_settings
from domain.tasks import broker
from service.factory import create_factory
settings = load_settings(database_url="postgresql://unused@localhost/unused", redis_url="redis://localhost")
factory = create_factory(settings, broker, component="test")
"""
PROGRAMS = {
    "serve": (f"{LEAN}{FACTORY}from api.app import create_app; create_app(settings, factory=factory)", LATE | TASKIQ),
    "worker": (f"{COMMAND}worker(None){FACTORY}", LATE),
    "scheduler": (f"{COMMAND}scheduler(){FACTORY}", LATE | TASKIQ),
    "up": (
        "import embedded.up",
        LATE | TASKIQ | {"asyncpg", "fastapi", "redis", "sqlalchemy", "watchfiles"},
    ),
    "--help": ("import cli.app", LATE | TASKIQ | AT_RUN_TIME),
    "env-example": ("from core.settings import environment_reference", LATE | TASKIQ | {"fastapi", "sqlalchemy"}),
}

# Prints each late library with the first module of the product on the way to its import.
WATCH = """
import sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in late:
            frame = sys._getframe(1)
            while frame and not frame.f_code.co_filename.startswith(backend):
                frame = frame.f_back
            where = f"{frame.f_code.co_filename.removeprefix(backend)}:{frame.f_lineno}" if frame else "it"
            print(name, where)

sys.meta_path.insert(0, Watch())
"""


def loaded_too_early(program: str, late: frozenset[str]) -> list[Finding]:
    """Return each library of `late` that the program loads, with the line that does."""
    code = f"late = {set(late)!r}; backend = {f'{BACKEND}/'!r}\n{WATCH}\n{program}"
    run = subprocess.run([sys.executable, "-c", code], cwd=BACKEND, capture_output=True, text=True, check=True)
    instead = (
        "Import it inside the function that uses it, and under TYPE_CHECKING for annotations (docs/ARCHITECTURE.md)."
    )
    return [
        Finding(file, int(line or 1), "late-imports", f"{library} is loaded at the start", instead)
        for library, where in map(str.split, run.stdout.splitlines())
        for file, _, line in [where.partition(":")]
    ]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_starts_without_large_libraries(name: str) -> None:
    program, late = PROGRAMS[name]
    assert_none(loaded_too_early(program, late))


def test_an_early_import_is_found_with_its_place() -> None:
    [found] = loaded_too_early("import repository.operations.migrate", frozenset({"alembic"}))
    assert str(found).startswith("repository/operations/migrate.py:14: late-imports: alembic is loaded")
