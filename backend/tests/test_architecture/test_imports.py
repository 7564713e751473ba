"""Allowed imports: the contracts in pyproject.toml.

`backend/rules/imports.py` has the rules that are no contract.
"""

import graphlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from importlinter.application import use_cases

from tests.test_architecture.import_graph import CACHE, CONFIGURATION, append, build_graph

CONTRACTS: list[str] = [contract["name"] for contract in CONFIGURATION.contracts_options]

# The table of tasks is read by the entry points alone.
TASKS = "domain.tasks"
REGISTRY = "domain.taskiq_broker"

# For every contract the imports that it is there to refuse: the file, the line, and the contracts that must break.
LAYERS = "Imports point down"
EMBEDDED = "The embedded servers know nothing of the product but its settings"
HTTP = "HTTP stays in the API layer"
SQL = "SQL stays in repositories"
REPOSITORIES = "Only services talk to repositories"
FACTORY = "The factory is for front doors"
WORKERS = "Workers are an entry point, not a library"
TASKIQ = "The API starts without Taskiq"
CLIENTS = "Clients of the outside world come from the resources"
REFUSED = [
    ("service/user_service.py", "from api.schemas.users import UserResponse", {LAYERS}),
    ("repository/user_repository.py", "from service.security import hash_token", {LAYERS}),
    ("domain/user.py", "from service.security import hash_token", {LAYERS}),
    ("domain/user.py", "from api.cookies import SessionCookies", {LAYERS}),
    ("core/metrics/metrics.py", "from domain.user import User", {LAYERS}),
    ("api/app.py", "from embedded.services import open_services", {LAYERS}),
    ("embedded/up.py", "from cli.users import create_admin", {LAYERS, EMBEDDED}),
    ("service/user_service.py", "from cli.jobs import list_jobs", {LAYERS}),
    ("embedded/services.py", "from service.security import hash_token", {EMBEDDED}),
    ("service/auth_service.py", "from fastapi import HTTPException", {HTTP}),
    ("domain/tasks.py", "import starlette.requests", {HTTP}),
    ("service/auth_service.py", "from sqlalchemy import select", {SQL}),
    ("api/routes/users.py", "import sqlalchemy.orm", {SQL}),
    ("domain/tasks.py", "from sqlalchemy import select", {SQL}),
    ("cli/database.py", "from sqlalchemy import select", {SQL}),
    ("core/metrics/metrics.py", "from sqlalchemy import select", {SQL}),
    ("api/routes/users.py", "from repository.models import User", {REPOSITORIES}),
    ("cli/users.py", "from repository.models import User", {REPOSITORIES}),
    ("domain/tasks.py", "from repository.models import User", {REPOSITORIES, LAYERS}),
    ("service/jobs/outbox.py", "from service.factory import Factory", {FACTORY}),
    ("api/routes/users.py", "from domain.tasks import broker", {WORKERS}),
    ("service/jobs/outbox.py", "from domain.tasks import broker", {WORKERS}),
    ("api/app.py", "from worker.worker import run_worker", {LAYERS, TASKIQ}),
    ("service/jobs/outbox.py", "from worker.job_runner import JobRunner", {LAYERS, WORKERS}),
    ("core/redis/job_stream.py", "from taskiq import TaskiqMessage", {TASKIQ}),
    ("domain/tasks.py", "from worker.job_runner import JobRunner", {LAYERS, WORKERS}),
    ("domain/tasks.py", "from service.factory import Factory", {LAYERS, FACTORY}),
    ("api/routes/users.py", "from core.redis.client import create_redis", {CLIENTS}),
    ("service/mail/email_service.py", "from core.email import Mailbox", {CLIENTS}),
    ("domain/tasks.py", "from core.db import Database", {CLIENTS}),
]


def broken_contracts() -> set[str]:
    report = use_cases.create_report(CONFIGURATION, cache_dir=CACHE)
    assert not report.could_not_run
    return {str(contract.name) for contract, check in report.get_contracts_and_checks() if not check.kept}


def test_imports_keep_every_contract() -> None:
    assert broken_contracts() == set()


@pytest.mark.parametrize(("file", "line", "contracts"), REFUSED)
def test_a_forbidden_import_breaks_its_contract(copied_tree: Path, file: str, line: str, contracts: set[str]) -> None:
    append(copied_tree / file, line)
    assert broken_contracts() == contracts


def test_every_contract_is_proven_to_bite() -> None:
    assert set(CONTRACTS) == set().union(*(contracts for _, _, contracts in REFUSED))


def find_circle(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the modules of a circle of imports, or nothing."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = build_graph()
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert find_circle(imports) == []
    circle = find_circle({**imports, "core.db": {"service.unit_of_work"}})
    assert {"core.db", "service.unit_of_work"} <= set(circle)
