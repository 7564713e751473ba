"""The ast-grep rules in `rules/`: the code keeps them, and each finds what it is there to find and nothing else."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.test_architecture.source import BACKEND, tool

# rule, file, code that it must find there
FOUND = [
    ("only-the-unit-of-work-commits", "service/note_service.py", "await session.commit()"),
    ("only-the-unit-of-work-commits", "repository/note_repository.py", "self._session.rollback()"),
    ("only-the-unit-of-work-commits", "repository/note_repository.py", "async with engine.begin() as c:\n    pass"),
    ("only-the-unit-of-work-commits", "service/factory.py", "class Factory:\n    def f(self, s):\n        s.commit()"),
    ("only-the-unit-of-work-commits", "cli/users.py", "work.session.commit()"),
    ("assembled-by-the-factory", "api/routes/notes.py", "NoteService(UserRepository(c))"),
    ("assembled-by-the-factory", "domain/tasks.py", "service.note_service.NoteService(actor)"),
    ("assembled-by-the-factory", "service/note_service.py", "UserRepository(connection)"),
    ("jobs-go-through-the-outbox", "service/note_service.py", "await print_note.kiq(note_id)"),
    ("jobs-go-through-the-outbox", "service/note_service.py", "print_note.kicker().with_labels(a=1)"),
    ("jobs-go-through-the-outbox", "service/note_service.py", "from taskiq.kicker import AsyncKicker"),
    ("jobs-go-through-the-outbox", "domain/tasks.py", "AsyncKicker('run_job', broker, {})"),
    ("features-query-mapped-classes", "repository/note_repository.py", "select(models.Note.__table__.c.id)"),
    ("dependencies-are-aliases", "api/routes/notes.py", "async def f(user: User = Depends(get_user)): ..."),
    ("dependencies-are-aliases", "api/routes/notes.py", "async def f(user: Annotated[User, Depends(u)]): ..."),
    ("dependencies-are-aliases", "api/dependencies.py", "CurrentUser = Annotated[User, Depends(get_user)]"),
    ("scopes-are-for-dependencies-py", "api/routes/notes.py", "work_dep = Annotated[W, Depends(w, scope='request')]"),
    ("task-group-not-gather", "service/controllers/home.py", "await asyncio.gather(a(), b())"),
    ("task-group-not-gather", "core/redis/client.py", "from asyncio import gather"),
    ("task-group-not-gather", "core/redis/client.py", "from asyncio import sleep, gather as g"),
    ("protocol-not-abc", "core/storage.py", "from abc import ABC, abstractmethod"),
    ("protocol-not-abc", "core/storage.py", "import abc"),
    ("loggers-come-from-structlog", "service/note_service.py", "log = logging.getLogger(__name__)"),
    ("loggers-come-from-structlog", "service/note_service.py", "from logging import getLogger"),
    ("loggers-come-from-structlog", "service/note_service.py", "def f():\n    log = structlog.get_logger()"),
    ("loggers-come-from-structlog", "service/note_service.py", "logger = structlog.get_logger()"),
    ("the-environment-is-read-by-settings", "core/email.py", "os.environ['SMTP_URL']"),
    ("the-environment-is-read-by-settings", "cli/running.py", "os.getenv('PORT')"),
    ("the-environment-is-read-by-settings", "embedded/up.py", "from os import path, environ"),
]

# rule, file, code that looks alike and must not be found there
ALLOWED = [
    (
        "only-the-unit-of-work-commits",
        "service/unit_of_work.py",
        "class UnitOfWork:\n    def c(self):\n        s.commit()",
    ),
    ("only-the-unit-of-work-commits", "repository/migrations/env.py", "connection.commit()"),
    ("only-the-unit-of-work-commits", "repository/note_repository.py", "session.begin_nested()"),
    ("assembled-by-the-factory", "service/factory.py", "UserService(UserRepository(c))"),
    ("assembled-by-the-factory", "service/live/assembly.py", "NotificationService(UserRepository(c))"),
    ("assembled-by-the-factory", "service/note_service.py", "class NoteService(BaseService): ..."),
    ("assembled-by-the-factory", "service/note_service.py", "def f(users: UserRepository) -> NoteService: ..."),
    ("jobs-go-through-the-outbox", "service/note_service.py", "work.outbox.enqueue(PrintNote(note_id))"),
    ("features-query-mapped-classes", "repository/jobs/job_repository.py", "_TABLE = models.Job.__table__"),
    ("dependencies-are-aliases", "api/dependencies.py", "user_dep = Annotated[User, Depends(get_user)]"),
    ("dependencies-are-aliases", "api/routes/notes.py", "r.get('/', dependencies=[Depends(require_permission(p))])"),
    ("scopes-are-for-dependencies-py", "api/dependencies.py", "work_dep = Annotated[W, Depends(w, scope='function')]"),
    ("scopes-are-for-dependencies-py", "api/routes/notes.py", "form_dep = Annotated[Form, Depends()]"),
    ("task-group-not-gather", "service/controllers/home.py", "async with asyncio.TaskGroup() as group: ..."),
    ("protocol-not-abc", "core/storage.py", "from collections.abc import Sequence"),
    ("loggers-come-from-structlog", "core/logging.py", "logging.getLogger()"),
    ("loggers-come-from-structlog", "service/note_service.py", "log = structlog.get_logger()"),
    ("the-environment-is-read-by-settings", "core/settings.py", "os.environ['PORT']"),
    ("the-environment-is-read-by-settings", "core/email.py", "from os import getpid"),
]


def scan(directory: Path) -> set[tuple[str, str]]:
    """Return (rule, file) for all that the rules find below `directory`."""
    command = [tool("ast-grep"), "scan", "--json=stream", "--config", str(BACKEND / "sgconfig.yml"), "."]
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert result.returncode in {0, 1}, result.stderr
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    return {(finding["ruleId"], finding["file"].removeprefix("./")) for finding in findings}


def found(directory: Path, rule: str, file: str, code: str) -> bool:
    path = directory / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{code}\n")
    return (rule, file) in scan(directory)


def test_the_code_keeps_every_rule() -> None:
    assert scan(BACKEND) == set()


@pytest.mark.parametrize(("rule", "file", "code"), FOUND)
def test_a_rule_finds_what_it_forbids(tmp_path: Path, rule: str, file: str, code: str) -> None:
    assert found(tmp_path, rule, file, code)


@pytest.mark.parametrize(("rule", "file", "code"), ALLOWED)
def test_a_rule_leaves_alone_what_it_allows(tmp_path: Path, rule: str, file: str, code: str) -> None:
    assert not found(tmp_path, rule, file, code)


def test_every_rule_is_proven_both_ways() -> None:
    rules = {
        line.removeprefix("id: ")
        for file in (BACKEND / "rules").glob("*.yml")
        for line in file.read_text().splitlines()
        if line.startswith("id: ")
    }
    assert rules == {rule for rule, _, _ in FOUND} == {rule for rule, _, _ in ALLOWED}
