"""Each check of `main.py check` passes on what is right, and fails on what is wrong, with the remedy."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core import db
from core.email import SmtpMailer
from core.pool import Connection
from core.redis import server as redis_server
from core.settings import Environment, Settings
from domain.tasks import broker
from repository.operations.revision import MigrationHistory
from service.checks import CHECKS
from service.factory import create_factory
from service.operations.assembly import assemble_installation
from service.operations.checks import addresses, database, machine, redis
from service.operations.checks.email import check_email
from service.operations.checks.finding import Check, Finding, Installation, State, ok
from service.operations.checks.running import has_failed, run_checks
from tests.support.databases import UNREACHABLE
from tests.support.own_valkey import configured, own_valkey
from tests.support.tls_proxy import Certificates, make_certificates
from tests.test_core.test_email import Recorder, serving

Look = Callable[[Installation], Awaitable[Sequence[Finding]]]


@asynccontextmanager
async def installed(settings: Settings, **values: object) -> AsyncIterator[Installation]:
    factory = create_factory(settings.model_copy(update=values), broker, component="check")
    yield assemble_installation(factory.resources)
    await factory.close()


@pytest.fixture
async def installation(settings: Settings) -> AsyncIterator[Installation]:
    async with installed(settings) as installation:
        yield installation


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


async def found(look: Look, installation: Installation) -> dict[str, Finding]:
    return {finding.name: finding for finding in await look(installation)}


async def test_nothing_is_wrong_with_the_servers_of_development(installation: Installation) -> None:
    findings = await run_checks(CHECKS, installation)
    assert [finding for finding in findings if finding.state is State.FAILED] == []
    names = [finding.name for finding in findings]
    assert len(set(names)) == len(names)
    assert {"postgresql", "migrations", "rights", "worker", "scheduler", "redis", "files", "email"} <= set(names)


async def test_everything_is_down_and_each_check_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    away: dict[str, object] = {
        "database_url": UNREACHABLE,
        "redis_url": "redis://127.0.0.1:1",
        "smtp_url": SecretStr("smtp://127.0.0.1:1?tls=none"),
        "var_directory": tmp_path / "file",
    }
    started = time.monotonic()
    async with installed(settings, **away) as installation:
        findings = await run_checks(CHECKS, installation)
    assert time.monotonic() - started < 5
    assert [each.name for each in findings if each.state is State.FAILED] == ["postgresql", "redis", "email", "files"]
    assert has_failed(findings)


async def test_a_check_that_hangs_or_breaks_spoils_no_other(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = asyncio.Event()

    async def hang(_: Installation) -> Sequence[Finding]:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await ends.wait()  # as a client does that says goodbye to a server that hangs
        return []

    async def break_down(_: Installation) -> Sequence[Finding]:
        raise KeyError("x")

    async def answer(_: Installation) -> Sequence[Finding]:
        return [ok("sound", "yes")]

    monkeypatch.setattr("service.operations.checks.running.CHECK_SECONDS", 0.1)
    checks = (Check("slow", hang), Check("broken", break_down), Check("sound", answer))
    slow, broken, sound = await run_checks(checks, installation)
    ends.set()
    assert (slow.state, slow.text) == (State.FAILED, "no answer within 6 s")
    assert (broken.state, broken.text) == (State.FAILED, "the check itself failed: KeyError: 'x'")
    assert sound.state is State.OK


async def test_a_database_without_migrations_fails(installation: Installation) -> None:
    unknown = MigrationHistory("next", frozenset({"next", *installation.migrations.revisions}))
    finding = (await found(database.check_database, replace(installation, migrations=unknown)))["migrations"]
    assert (finding.state, finding.remedy) == (State.FAILED, "apply the migrations: `main.py upgrade-database`")


async def test_a_database_ahead_of_the_release_passes(installation: Installation) -> None:
    older = MigrationHistory("older", frozenset({"older"}))
    finding = (await found(database.check_database, replace(installation, migrations=older)))["migrations"]
    assert (finding.state, finding.text) == (State.OK, "it is ahead of this release")


@pytest.mark.parametrize(
    ("name", "change", "state", "remedy"),
    [
        ("encoding", {"encoding": "SQL_ASCII"}, State.FAILED, "create the database anew with ENCODING 'UTF8'"),
        ("postgresql", {"is_standby": True}, State.FAILED, "name the primary"),
        ("postgresql", {"is_read_only": True}, State.FAILED, "look where default_transaction_read_only is set"),
        (
            "extensions",
            {"has_trigrams": False, "offers_trigrams": False},
            State.FAILED,
            "install PostgreSQL's contrib package",
        ),
        (
            "extensions",
            {"has_trigrams": False, "may_create": False},
            State.FAILED,
            "have a superuser run CREATE EXTENSION pg_trgm in the database",
        ),
        ("extensions", {"has_trigrams": False}, State.OK, None),
    ],
)
async def test_what_the_database_lacks_fails(
    installation: Installation, name: str, change: dict[str, Any], state: State, remedy: str | None
) -> None:
    class Changed:
        def __getattr__(self, attribute: str) -> Any:
            return getattr(installation.primary, attribute)

        async def describe(self) -> Any:
            return replace(await installation.primary.describe(), **change)

    findings = await database.check_database(replace(installation, primary=Changed()))  # type: ignore[arg-type]
    finding = next(each for each in findings if each.name == name)
    assert (finding.state, finding.remedy) == (state, remedy)


@pytest.mark.parametrize(("skew", "state"), [(0, State.OK), (5, State.WARNING), (60, State.FAILED)])
def test_a_clock_that_differs_is_told(skew: int, state: State) -> None:
    assert database._clock(timedelta(seconds=skew)).state is state


async def test_too_few_connections_fail(settings: Settings) -> None:
    async with installed(settings, api_workers=9) as installation:
        assert (await found(database.check_database, installation))["connections"].state is State.FAILED


async def test_an_older_postgresql_fails_with_its_version(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "OLDEST_MAJOR_VERSION", 99)
    [finding] = await database.check_database(installation)
    assert finding.text == "DATABASE_URL: PostgreSQL 99 or newer is needed, and this is PostgreSQL 18."


async def test_a_user_without_rights_fails(settings: Settings, engine: AsyncEngine, process_number: int) -> None:
    role = f"reader_{process_number}"
    url = engine.url.set(username=role).render_as_string(hide_password=False)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
        await connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        await connection.execute(text(f"GRANT SELECT ON alembic_version, jobs, cron_ticks TO {role}"))
        async with installed(settings, database_url=url, environment=Environment.PRODUCTION) as installation:
            findings = await found(database.check_database, installation)
        await connection.execute(text(f"DROP OWNED BY {role}"))
        await connection.execute(text(f"DROP ROLE {role}"))
    assert findings["rights"].state is State.FAILED
    assert findings["user"].state is State.OK


async def test_production_tells_of_a_superuser_and_of_missing_programs(settings: Settings) -> None:
    async with installed(settings, environment=Environment.PRODUCTION) as installation:
        findings = await found(database.check_database, installation)
    assert findings["user"].state is State.WARNING
    assert (findings["worker"].state, findings["worker"].remedy) == (State.WARNING, "start one: `main.py worker`")
    assert findings["scheduler"].state is State.WARNING


async def test_programs_are_seen_by_their_connections_or_by_what_they_did(settings: Settings) -> None:
    worker = create_factory(settings, broker, component="worker")
    async with worker.unit_of_work() as work:
        await work.operations.health.check()
    async with installed(settings, environment=Environment.PRODUCTION) as installation:
        findings = await found(database.check_database, installation)
        assert findings["worker"].state is State.OK
        assert database._absent("scheduler", 30, installation).text == "worked 30 s ago"
    await worker.close()


async def test_a_pooler_is_noticed_by_its_process_ids(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async with installed(settings, database_transaction_pooling=True) as installation:
        assert (
            await database._pooler(installation)
        ).remedy == "set DATABASE_TRANSACTION_POOLING=false, which is faster"
    monkeypatch.setattr(Connection, "get_server_pid", lambda _: 1)
    async with installed(settings) as installation:
        assert (await database._pooler(installation)).state is State.WARNING


async def test_a_replica_that_is_none_fails(settings: Settings) -> None:
    async with installed(settings, database_replica_url=settings.database_url) as installation:
        [finding] = await database.check_replica(installation)
    assert (finding.state, finding.text) == (State.FAILED, "DATABASE_REPLICA_URL leads to no standby.")
    async with installed(settings, database_replica_url=UNREACHABLE) as installation:
        [finding] = await database.check_replica(installation)
    assert finding.state is State.WARNING
    assert finding.text.startswith("DATABASE_REPLICA_URL: PostgreSQL cannot be reached (")


async def test_redis_is_described(settings: Settings, own_redis: str) -> None:
    async with installed(settings, redis_url=own_redis) as installation:
        assert {each.state for each in (await found(redis.check_redis, installation)).values()} == {State.OK}
        async with configured(own_redis, **{"maxmemory": "1mb", "maxmemory-policy": "allkeys-lru"}):
            findings = await found(redis.check_redis, installation)
        assert (findings["eviction"].state, findings["eviction"].remedy) == (
            State.WARNING,
            "set maxmemory-policy noeviction",
        )
        assert (findings["redis memory"].state, findings["redis memory"].remedy) == (State.WARNING, "raise maxmemory")


async def test_a_redis_that_refuses_or_takes_no_changes_fails(
    settings: Settings, own_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with installed(settings, redis_url=own_redis.replace("unix://", "unix://x:wrong@")) as installation:
        [finding] = await redis.check_redis(installation)
        assert (finding.state, finding.text[:45]) == (State.FAILED, "REDIS_URL: Redis refuses the user or the pass")
    async with installed(settings, redis_url=own_redis) as installation, Redis.from_url(own_redis) as client:
        await client.replicaof("127.0.0.1", "1")
        [finding] = await redis.check_redis(installation)
        await client.replicaof("NO", "ONE")
        assert (finding.state, finding.remedy) == (State.FAILED, "name the primary in REDIS_URL")
        monkeypatch.setattr(redis_server, "OLDEST_VERSION", (99, 0))
        [finding] = await redis.check_redis(installation)
        assert finding.text.startswith("REDIS_URL: Redis 99.0 or newer is needed")


async def test_the_mail_server_is_signed_in_to_and_gets_no_email_unasked(installation: Installation) -> None:
    recorder = Recorder()
    with serving(recorder) as address:
        asked = replace(
            installation,
            mailer=SmtpMailer(f"smtp://{address}?tls=none"),
            settings=installation.settings.model_copy(update={"smtp_url": SecretStr(f"smtp://{address}?tls=none")}),
        )
        [finding] = await check_email(asked)
        assert (finding.state, recorder.envelopes) == (State.OK, [])
        [finding] = await check_email(replace(asked, recipient="ada@example.com"))
        assert finding.text == "sent to ada@example.com; look whether it arrives"
        assert len(recorder.envelopes) == 1
        [finding] = await check_email(replace(asked, mailer=SmtpMailer(f"smtp://{address}")))
        assert (finding.state, finding.remedy) == (State.FAILED, "correct SMTP_URL and MAIL_FROM")


async def test_files_and_space_are_looked_at(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    async with installed(settings, var_directory=tmp_path / "file") as installation:
        [finding] = await machine.check_files(installation)
        assert finding.state is State.FAILED
        assert "VAR_DIRECTORY" in (finding.remedy or "")
    async with installed(settings, var_directory=tmp_path) as installation:
        [finding] = await machine.check_files(installation)
        assert finding.state is State.OK
        assert list((tmp_path / "files").rglob("*-*")) == []
        for free, state in ((2**40, State.OK), (2**30, State.WARNING), (2**20, State.FAILED)):
            monkeypatch.setattr(machine, "free_share", lambda _, free=free: (free, 0.05))
            [finding] = await machine.check_disk(installation)
            assert finding.state is state


async def test_production_without_pages_fails_unless_another_server_has_them(
    settings: Settings, tmp_path: Path
) -> None:
    missing: dict[str, object] = {"frontend_directory": tmp_path}
    for change, state in (
        ({}, State.OK),
        ({"environment": Environment.PRODUCTION}, State.FAILED),
        ({"environment": Environment.PRODUCTION, "public_api_url": "https://api.example.com"}, State.OK),
    ):
        async with installed(settings, **missing | change) as installation:
            [finding] = await machine.check_frontend(installation)
        assert finding.state is state


@pytest.mark.parametrize(
    ("host", "proxies", "state"),
    [
        ("0.0.0.0", "10.0.0.0/8", State.OK),
        ("127.0.0.1", "127.0.0.1/32", State.OK),
        ("127.0.0.1", "10.0.0.0/8", State.WARNING),
        ("0.0.0.0", "0.0.0.0/0", State.FAILED),
    ],
)
async def test_proxies_that_cannot_be_right_are_told(settings: Settings, host: str, proxies: str, state: State) -> None:
    change: dict[str, object] = {"host": host, "trusted_proxies": proxies, "environment": Environment.PRODUCTION}
    async with installed(settings, **change) as installation:
        [finding] = await addresses.check_proxies(installation)
    assert finding.state is state


HEALTHY = b'HTTP/1.1 200 OK\r\nx-request-id: 1\r\ncontent-length: 24\r\n\r\n{"data":{"status":"ok"}}'
OTHER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"


@asynccontextmanager
async def answering(response: bytes, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Yield the address of a server with one response to everything."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(("response", "state"), [(HEALTHY, State.OK), (OTHER, State.WARNING)])
async def test_the_address_must_be_answered_by_the_product(settings: Settings, response: bytes, state: State) -> None:
    async with answering(response) as address, installed(settings, public_url=f"http://{address}") as installation:
        [finding] = await addresses.check_address(installation)
    assert finding.state is state
    async with installed(settings, public_url="http://127.0.0.1:1") as installation:
        [finding] = await addresses.check_address(installation)
    assert finding.state is State.WARNING


async def test_a_certificate_that_is_not_trusted_or_ends_soon_is_told(
    settings: Settings, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)
    async with answering(HEALTHY, context) as address, installed(settings, public_url=f"https://{address}") as one:
        [finding] = await addresses.check_address(one)
        assert finding.text.startswith("This machine does not trust the authority")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
        answer, certificate = await addresses.check_address(one)
        other_name = f"https://localhost:{address.partition(':')[2]}"
        async with installed(settings, public_url=other_name) as other:
            [refused] = await addresses.check_address(other)
    assert answer.state is State.OK
    assert certificate.text == "It expires in 0 days."
    assert "ostname mismatch" in refused.text


async def test_metrics_that_are_off_are_told(settings: Settings) -> None:
    async with installed(settings, environment=Environment.PRODUCTION) as installation:
        [finding] = await addresses.check_metrics(installation)
        assert finding.state is State.WARNING
    for response, state in ((HEALTHY, State.OK), (HEALTHY.replace(b"200 OK", b"401 No"), State.WARNING)):
        async with answering(response) as address:
            port = int(address.partition(":")[2])
            token: dict[str, object] = {"metrics_token": SecretStr("t" * 32), "port": port}
            for change in (token, {"metrics_port": port}):
                async with installed(settings, **change) as installation:
                    [finding] = await addresses.check_metrics(installation)
                assert (finding.state, f":{port}/metrics" in finding.text) == (state, True)
    for change, setting in (
        ({"metrics_token": SecretStr("t" * 32), "port": 1}, "PORT"),
        ({"metrics_port": 1}, "METRICS_PORT"),
    ):
        async with installed(settings, **change) as installation:
            [finding] = await addresses.check_metrics(installation)
        assert finding.text.endswith(f"no API answers at http://127.0.0.1:1/metrics, where {setting} leads")
