"""The units of `deploy/systemd` are sound, and the scripts beside them put releases into service in the right order."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from dotenv import dotenv_values

from api.server.granian import WORKER_STOP_SECONDS
from core.settings import REPOSITORY_ROOT, Settings
from worker.worker import SHUTDOWN_GRACE_SECONDS

DIRECTORY = REPOSITORY_ROOT / "deploy" / "systemd"
ANALYZE = shutil.which("systemd-analyze")
SERVICES = ("app-api@8001", "app-worker@1", "app-scheduler", "app-migrate@1", "app-backup")
UNITS = (*(f"{name}.service" for name in SERVICES), "app-backup.timer", "app.target")
# The level that systemd-analyze calls OK; 10 is a service without limits.
MOST_EXPOSED = "20"
# Stand-ins for the programs of the release script. Each notes how it was called.
STAND_INS = {
    "python3": 'echo python3 "$@" >> "$LOG"; [ "$2" = venv ] && mkdir -p "$3/bin" && cp "$(dirname "$0")/tool" "$3/bin/pip" '
    '&& cp "$(dirname "$0")/tool" "$3/bin/python"',
    "tool": 'echo "${0##*/}" "$@" >> "$LOG"',
    "curl": 'echo curl "$@" >> "$LOG"',
    "systemctl": 'echo systemctl "$@" >> "$LOG"; case "$*" in *"$FAILING"*) exit 1 ;; enable*) shift; '
    'for unit; do mkdir -p "$UNITS/app.target.wants"; touch "$UNITS/app.target.wants/$unit.service"; done ;; esac',
}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def seconds(unit: str, name: str) -> float:
    [value] = re.findall(rf"^{name}=(\d+)$", (DIRECTORY / unit).read_text(), re.MULTILINE)
    return float(value)


def test_a_program_is_killed_only_after_it_had_time_to_stop() -> None:
    drain = float(dotenv_values(DIRECTORY / "app.env")["DRAIN_SECONDS"] or 0)
    assert seconds("app-api@.service", "TimeoutStopSec") > drain + WORKER_STOP_SECONDS
    assert seconds("app-worker@.service", "TimeoutStopSec") > SHUTDOWN_GRACE_SECONDS


def set_by(unit: str) -> dict[str, str]:
    """Return the settings of a unit: of a template, those of the instance that its name has."""
    template = re.sub(r"@\w+", "@", unit)
    lines = re.findall(r"^Environment=(.+)$", (DIRECTORY / f"{template}.service").read_text(), re.MULTILINE)
    instance = unit.partition("@")[2]
    return dict(word.replace("%i", instance).split("=", 1) for line in lines for word in line.split())


def test_the_settings_of_the_example_and_of_the_units_are_settings() -> None:
    of_units = {name for unit in SERVICES for name in set_by(unit)}
    of_file = set(dotenv_values(DIRECTORY / "app.env"))
    assert {"PORT", "METRICS_PORT"} <= of_units
    assert "PUBLIC_URL" in of_file
    assert [name for name in of_units | of_file if name.lower() not in Settings.model_fields] == []
    assert of_units & of_file == set()  # a line of the file replaces what a unit sets


def test_every_program_has_ports_of_its_own_and_prometheus_scrapes_them() -> None:
    enabled = re.findall(r"app-[\w@]+", re.findall(r"systemctl enable .*", (DIRECTORY / "release.sh").read_text())[0])
    ports = {unit: {name: port for name, port in set_by(unit).items() if name.endswith("PORT")} for unit in enabled}
    taken = [port for of_unit in ports.values() for port in of_unit.values()]
    assert len(taken) == len(set(taken)) == 6
    for_metrics = {f"127.0.0.1:{port}" for each in ports.values() for name, port in each.items() if "METRICS" in name}
    config = yaml.safe_load((REPOSITORY_ROOT / "deploy/monitoring/prometheus.yml").read_text())
    scraped = [target for job in config["scrape_configs"] for one in job["static_configs"] for target in one["targets"]]
    assert sorted(scraped) == sorted(for_metrics)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root directory with systemd's own units, ours, and the program that they start."""
    shutil.copytree("/usr/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    shutil.copytree(DIRECTORY, tmp_path / "etc/systemd/system")
    for release in ("current", "releases/1"):
        python = tmp_path / "srv/app" / release / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text("#!/bin/sh\n")
        python.chmod(0o755)
    return tmp_path


def analyze(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [ANALYZE or "", f"--root={root}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze")
def test_systemd_accepts_the_units_and_finds_them_closed(root: Path) -> None:
    accepted = analyze(root, "verify", *UNITS)
    assert (accepted.returncode, accepted.stderr) == (0, "")
    for unit in UNITS[: len(SERVICES)]:
        exposed = analyze(root, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit)
        assert exposed.returncode == 0, exposed.stdout


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze")
@pytest.mark.parametrize(
    ("file", "sound", "flawed"),
    [
        ("app-api@.service", "KillMode=mixed", "KillMod=mixed"),
        ("app-worker@.service", "ExecStart=/srv/app/current/", "ExecStart=/srv/app/"),
        ("app-.service.d/common.conf", "ProtectSystem=strict", "ProtectSystem=very"),
    ],
)
def test_systemd_finds_a_flaw(root: Path, file: str, sound: str, flawed: str) -> None:
    unit = root / "etc/systemd/system" / file
    assert sound in unit.read_text()
    unit.write_text(unit.read_text().replace(sound, flawed))
    found = analyze(root, "verify", *UNITS)
    assert (found.returncode, found.stderr) != (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze")
def test_systemd_finds_a_unit_without_limits(root: Path) -> None:
    shutil.rmtree(root / "etc/systemd/system/app-.service.d")
    exposed = analyze(root, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", UNITS[0])
    assert exposed.returncode != 0


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A directory in place of a server, with an archive of a release."""
    for name, script in STAND_INS.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    for name in ("app/releases", "units", "source/backend"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copytree(REPOSITORY_ROOT / "deploy", tmp_path / "source/deploy")
    shutil.copy(DIRECTORY / "app.env", tmp_path)
    pack(tmp_path)
    script = (DIRECTORY / "release.sh").read_text()
    for before, after in {
        "home=/srv/app\n": f"home={tmp_path}/app\n",
        "settings=/etc/app.env\n": f"settings={tmp_path}/app.env\n",
        "units=/etc/systemd/system\n": f"units={tmp_path}/units\n",
        "date +%Y%m%d%H%M%S": "date +%N",
    }.items():
        assert before in script
        script = script.replace(before, after)
    (tmp_path / "release.sh").write_text(script)
    return tmp_path


def pack(server: Path) -> None:
    """Make the archive of the release."""
    archive, source = server / "release.tar.gz", server / "source"
    subprocess.run(["tar", "-czf", archive, "-C", source, "backend", "deploy"], check=True)


@pytest.fixture
def release(server: Path) -> Run:
    def run(argument: str, *, failing: str = "nothing") -> "subprocess.CompletedProcess[str]":
        (server / "log").write_text("")
        environment = {
            "PATH": f"{server}/bin:{os.environ['PATH']}",
            "LOG": str(server / "log"),
            "UNITS": str(server / "units"),
            "FAILING": failing,
        }
        return subprocess.run(
            ["sh", "release.sh", argument], cwd=server, env=environment, capture_output=True, text=True, check=False
        )

    return run


def calls(server: Path) -> list[str]:
    """Return how the programs were called, without options and directories."""
    lines = (server / "log").read_text().splitlines()
    return [re.sub(r" --?[a-z-]+( 60| 1|=\S+| /dev/null)?|\S+/(?=[\w.]+$)", "", line) for line in lines]


def current(server: Path, name: str = "current") -> str:
    return (server / "app" / name).resolve().name


def test_a_release_migrates_and_replaces_one_program_after_the_other(server: Path, release: Run) -> None:
    done = release("release.tar.gz")
    assert (done.returncode, done.stderr) == (0, "")
    name = current(server)
    assert calls(server)[-10:] == [
        "systemctl daemon-reload",
        f"systemctl start app-migrate@{name}",
        "systemctl enable app.target app-api@8001 app-api@8002 app-worker@1 app-scheduler",
        "systemctl restart app-worker@1.service",
        "systemctl restart app-scheduler.service",
        "systemctl restart app-api@8001.service",
        "curl ready",
        "systemctl restart app-api@8002.service",
        "curl ready",
        "systemctl start app.target",
    ]
    assert (server / "units/app-.service.d/common.conf").exists()


def test_a_release_that_does_not_migrate_changes_nothing(server: Path, release: Run) -> None:
    release("release.tar.gz")
    first = current(server)
    failed = release("release.tar.gz", failing="app-migrate")
    assert (failed.returncode, current(server)) == (1, first)
    assert not [call for call in calls(server) if "restart" in call]


def test_the_release_before_is_put_back_and_old_ones_are_removed(server: Path, release: Run) -> None:
    for _ in range(5):
        release("release.tar.gz")
    newest, before = current(server), current(server, "previous")
    assert len(list((server / "app/releases").iterdir())) <= 5
    done = release("--back")
    assert (done.returncode, current(server), current(server, "previous")) == (0, before, newest)
    assert calls(server) == [  # the newer workers run what the newer APIs have enqueued
        "systemctl restart app-api@8001.service",
        "curl ready",
        "systemctl restart app-api@8002.service",
        "curl ready",
        "systemctl restart app-worker@1.service",
        "systemctl restart app-scheduler.service",
        "systemctl start app.target",
    ]


def test_without_a_release_before_there_is_no_way_back(server: Path, release: Run) -> None:
    release("release.tar.gz")
    first = current(server)
    refused = release("--back")
    assert (refused.returncode, refused.stderr) == (1, "There is no previous release.\n")
    assert (current(server), calls(server)) == (first, [])


def test_after_a_change_of_settings_the_same_release_starts_again(server: Path, release: Run) -> None:
    release("release.tar.gz")
    first = current(server)
    assert release("--restart").returncode == 0
    assert current(server) == first
    assert calls(server) == [
        "systemctl restart app-worker@1.service",
        "systemctl restart app-scheduler.service",
        "systemctl restart app-api@8001.service",
        "curl ready",
        "systemctl restart app-api@8002.service",
        "curl ready",
        "systemctl start app.target",
    ]


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("10.0.0.11", "10.0.0.11"),
        ("::", "[::1]"),
        ("fd00::1", "[fd00::1]"),
    ],
)
def test_an_api_is_asked_where_it_listens(server: Path, release: Run, host: str, asked: str) -> None:
    with (server / "app.env").open("a") as settings:
        settings.write(f"HOST={host}\n")
    release("release.tar.gz")
    assert f" http://{asked}:8001/api/ready\n" in (server / "log").read_text()


def test_the_account_of_the_programs_may_read_what_a_careful_root_installs(server: Path, release: Run) -> None:
    private = 0o077
    (server / "source/backend/main.py").touch(0o600)
    pack(server)
    before = os.umask(private)
    try:
        release("release.tar.gz")
    finally:
        os.umask(before)
    installed = (server / "app/current").resolve()
    found = [installed, *installed.rglob("*")]
    assert (installed / "backend/main.py") in found
    assert [path for path in found if not path.stat().st_mode & 0o004] == []
