"""Warm servers stay between commands, are shared by those at once, and end by themselves."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import child_environment
from embedded.errors import EmbeddedError
from embedded.sockets import remove_private_directory
from embedded.warm import open_warm_services
from tests.test_embedded.tools import BACKEND, answers, is_alive, kill, sql, valkey, wait_until

pytestmark = pytest.mark.process

IDLE_SECONDS = 1.0


@pytest.fixture
def warm_var(var: Path) -> Iterator[Path]:
    """A directory for warm servers, whose keeper has ended afterwards."""
    yield var
    if (var / "owner.lock").exists():
        wait_until(lambda: not is_alive(_keeper(var)))


def _keeper(var: Path) -> int:
    return int((var / "owner.lock").read_text())


def _server(var: Path, name: str) -> int:
    return int((var / name / "server.lock").read_text())


def test_servers_stay_for_the_next_command_and_end_without_one(warm_var: Path) -> None:
    with open_warm_services(warm_var, idle_seconds=IDLE_SECONDS) as first:
        sql(first, "CREATE TABLE kept ()")
    with open_warm_services(warm_var) as second:
        assert second == first
        assert sql(second, "SELECT count(*) FROM kept") == "0"
        keeper = _keeper(warm_var)
    wait_until(lambda: not is_alive(keeper))
    assert not answers(first)
    assert not (warm_var / "run").exists()


def test_servers_do_not_end_while_a_guest_is_there(warm_var: Path) -> None:
    with open_warm_services(warm_var, idle_seconds=IDLE_SECONDS) as urls:
        sql(urls, f"SELECT pg_sleep({3 * IDLE_SECONDS})")
        assert is_alive(_keeper(warm_var))


def test_commands_at_once_start_one_keeper(warm_var: Path) -> None:
    command = (
        "from pathlib import Path; from embedded.warm import open_warm_services\n"
        f"with open_warm_services(Path({str(warm_var)!r}), idle_seconds={IDLE_SECONDS}):\n"
        f"    print(Path({str(warm_var / 'owner.lock')!r}).read_text())\n"
    )
    environment = child_environment(PYTHONPATH=str(BACKEND))
    commands = [
        subprocess.Popen([sys.executable, "-c", command], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({process.communicate(timeout=60)[0] for process in commands}) == 1


@pytest.mark.parametrize("victim", ["postgres", "valkey", "keeper"])
def test_what_was_killed_is_started_anew(warm_var: Path, victim: str) -> None:
    with open_warm_services(warm_var, idle_seconds=IDLE_SECONDS):
        servers = {name: _server(warm_var, name) for name in ("postgres", "valkey")}
        kill(servers.get(victim, _keeper(warm_var)))
        wait_until(lambda: not any(is_alive(pid) for name, pid in servers.items() if victim in {name, "keeper"}))
    with open_warm_services(warm_var, idle_seconds=IDLE_SECONDS) as urls:
        assert sql(urls, "SELECT 1") == "1"
        assert valkey(urls).ping()
        assert servers.keys() <= {name for name, pid in servers.items() if _server(warm_var, name) != pid}


def test_a_command_that_was_killed_keeps_no_server(warm_var: Path) -> None:
    command = (
        "import time; from pathlib import Path; from embedded.warm import open_warm_services\n"
        f"with open_warm_services(Path({str(warm_var)!r}), idle_seconds={IDLE_SECONDS}):\n"
        "    print(flush=True); time.sleep(60)\n"
    )
    environment = child_environment(PYTHONPATH=str(BACKEND))
    with subprocess.Popen([sys.executable, "-c", command], env=environment, stdout=subprocess.PIPE) as guest:
        assert guest.stdout
        guest.stdout.readline()
        kill(guest.pid)
    wait_until(lambda: not is_alive(_keeper(warm_var)))


def test_data_that_cannot_be_used_are_made_anew(warm_var: Path) -> None:
    (warm_var / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    with open_warm_services(warm_var, idle_seconds=IDLE_SECONDS) as urls:
        assert sql(urls, "SELECT 1") == "1"


def test_servers_of_other_code_end(warm_var: Path) -> None:
    source = BACKEND / "embedded" / "warm.py"
    with open_warm_services(warm_var):
        keeper = _keeper(warm_var)
        os.utime(source)
    wait_until(lambda: not is_alive(keeper))


def test_servers_that_do_not_start_say_why(warm_var: Path) -> None:
    (warm_var / "run").unlink(missing_ok=True)
    (warm_var / "run").mkdir()
    with pytest.raises(EmbeddedError, match=r"do not start: .*Is a directory"), open_warm_services(warm_var):
        pass


def test_nothing_is_left_of_a_directory_that_is_removed(warm_var: Path) -> None:
    with open_warm_services(warm_var) as urls:
        keeper = _keeper(warm_var)
        sockets = (warm_var / "run").readlink()
    (warm_var / "run").unlink()
    wait_until(lambda: not is_alive(keeper))
    assert not answers(urls)
    remove_private_directory(sockets)
