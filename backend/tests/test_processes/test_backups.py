"""A backup of a product in use, restored into an empty database, is that product again."""

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest

from core.settings import child_environment
from tests.support.databases import create_database
from tests.support.pictures import picture
from tests.test_processes.conftest import MAIN, Stack, eventually

pytestmark = pytest.mark.process

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
TABLES = "SELECT relname FROM pg_stat_user_tables ORDER BY relname"


def run(*arguments: str | Path, **settings: str) -> str:
    """Run a command of `main.py` as an operator does, and return what it writes."""
    environment = child_environment(ENVIRONMENT="development", **settings)
    command = [sys.executable, MAIN, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def counts(stack: Stack, url: str) -> dict[str, int]:
    """Return the number of rows of each table."""
    tables = [name for (name,) in await stack.sql(TABLES, url=url)]
    return {name: (await stack.sql(f"SELECT count(*) FROM {name}", url=url))[0][0] for name in tables}


def test_a_restored_backup_is_the_same_product(stack: Stack, tmp_path: Path) -> None:
    stack.start("serve")
    assert stack.sign_up(EMAIL).status_code == 201  # its jobs wait: there is no worker
    stack.http.headers["Sec-Fetch-Site"] = "same-origin"
    sent = stack.http.put("/api/users/me/avatar", files={"file": ("me.png", picture(), "image/png")})
    avatar = sent.json()["data"]["avatar_url"]
    made = run(
        *("backup", tmp_path / "backups"),
        DATABASE_URL=stack.database_url,
        REDIS_URL=stack.redis_url,
        VAR_DIRECTORY=str(stack.mailbox.parent),
    )
    backup = Path(made.partition(":")[0])
    before = asyncio.run(counts(stack, stack.database_url))
    stack.terminate("serve")

    url, var = create_database(stack.database_url, "restored"), str(tmp_path / "restored")
    assert "1 files" in run("restore", backup, DATABASE_URL=url, REDIS_URL=stack.redis_url, VAR_DIRECTORY=var)
    assert asyncio.run(counts(stack, url)) == before
    assert before["users"] == 1
    assert before["jobs"] >= 1

    stack.start("serve", DATABASE_URL=url, VAR_DIRECTORY=var)
    with httpx.Client(base_url=stack.address, headers=stack.http.headers, timeout=15) as browser:
        assert browser.post("/api/auth/signin", json={"email": EMAIL, "password": PASSWORD}).status_code == 200
        assert browser.get(avatar).is_success
    stack.start("worker", DATABASE_URL=url, VAR_DIRECTORY=var)
    eventually(lambda: list((tmp_path / "restored" / "mailbox").glob("*.eml")), within=30)
