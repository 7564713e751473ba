"""A program starts only if its servers accept it; what may come in a moment is logged."""

import errno
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from core.local_files import missing_frontend, require_frontend
from core.redis import server as redis_server
from core.settings import Environment, Settings, SettingsError
from repository.operations.revision import MigrationHistory
from service.operations import start_check
from service.operations.start_check import check_database, check_directory, check_redis, check_start
from tests.support.databases import UNREACHABLE
from tests.support.own_valkey import configured, own_valkey


def _with(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update=values)


async def test_a_sound_start_is_silent(settings: Settings) -> None:
    with capture_logs() as lines:
        await check_start(settings, stores_files=True)
    assert lines == []


async def test_servers_that_are_away_are_logged_with_their_reason(settings: Settings) -> None:
    with capture_logs() as lines:
        await check_start(
            _with(settings, database_url=UNREACHABLE, redis_url="redis://127.0.0.1:1"), stores_files=False
        )
    database, redis = lines
    assert database["event"] == "database unavailable"
    assert database["reason"].startswith("DATABASE_URL: PostgreSQL cannot be reached (")
    assert redis["event"] == "redis unavailable"
    assert redis["reason"].startswith("REDIS_URL: Redis cannot be reached (")


async def test_missing_migrations_are_logged_with_the_command(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationHistory, "is_applied", lambda *_: False)
    with capture_logs() as lines:
        await check_database(settings)
    [line] = lines
    assert (line["event"], line["remedy"]) == (
        "migrations missing",
        "apply the migrations: `main.py upgrade-database`",
    )


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


async def test_redis_that_rejects_the_password_is_refused(settings: Settings, own_redis: str) -> None:
    refused = r"REDIS_URL: Redis refuses the user or the password \(.*\); correct them in REDIS_URL\."
    async with configured(own_redis, requirepass="right"):
        for url in (own_redis, own_redis.replace("unix://", "unix://:wrong@")):
            with pytest.raises(SettingsError, match=refused):
                await check_redis(_with(settings, redis_url=url))
        await check_redis(_with(settings, redis_url=own_redis.replace("unix://", "unix://:right@")))


async def test_a_database_that_redis_does_not_have_is_refused(settings: Settings, own_redis: str) -> None:
    with pytest.raises(SettingsError, match=r"has no database of this number; correct the path of REDIS_URL"):
        await check_redis(_with(settings, redis_url=f"{own_redis}?db=99"))


async def test_a_redis_that_lacks_commands_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "OLDEST_VERSION", (99, 0))
    with pytest.raises(SettingsError, match=r"Redis 99\.0 or newer is needed, or Valkey, and this is Valkey \d"):
        await check_redis(settings)


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        ({"maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"}, "set maxmemory-policy noeviction."),
        ({"maxmemory-policy": "allkeys-lru"}, None),  # it never has to evict
    ],
    ids=str,
)
async def test_a_redis_that_may_lose_data_is_logged(
    settings: Settings, own_redis: str, configuration: dict[str, str], reason: str | None
) -> None:
    async with configured(own_redis, **configuration):
        with capture_logs() as lines:
            await check_redis(_with(settings, redis_url=own_redis))
    assert [line["reason"].endswith(reason) for line in lines] == ([True] if reason else [])


async def test_a_redis_that_takes_no_changes_is_logged(settings: Settings, own_redis: str) -> None:
    async with Redis.from_url(own_redis) as client:
        await client.replicaof("127.0.0.1", "1")
        with capture_logs() as lines:
            await check_redis(_with(settings, redis_url=own_redis))
        await client.replicaof("NO", "ONE")
    assert [line["reason"] for line in lines] == [
        "REDIS_URL leads to a replica, which takes no changes; name the primary."
    ]


def test_a_directory_that_cannot_be_written_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"VAR_DIRECTORY: .*/file/files cannot be written \(Not a directory\)"):
        check_directory(_with(settings, var_directory=tmp_path / "file"))


def test_a_full_disk_is_logged(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(start_check, "try_directory", refuse)
    with capture_logs() as lines:
        check_directory(settings)
    assert [line["event"] for line in lines] == ["storage full"]


def test_production_needs_a_front_end_unless_another_server_has_it(settings: Settings, tmp_path: Path) -> None:
    missing = _with(settings, frontend_directory=tmp_path)
    production = _with(missing, environment=Environment.PRODUCTION)
    with pytest.raises(SettingsError, match=re.escape(missing_frontend(production))):
        require_frontend(production)
    require_frontend(missing)
    require_frontend(_with(production, public_api_url="https://api.example.com"))
    (tmp_path / "index.html").touch()
    require_frontend(production)
