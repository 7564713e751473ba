"""The options of a URL about TLS hold for every connection, whichever command makes it."""

import asyncio
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import product
from core.db import CONNECT_TIMEOUT_SECONDS, connect, open_database
from core.pool import NoConnection
from core.redis.client import create_redis
from core.runtime.outages import Outage
from core.settings import Settings
from embedded.services import Urls
from repository.operations import migrate
from repository.operations.revision import MigrationError
from tests.support.tls_proxy import Certificates, TlsProxy, make_certificates, tls_proxy
from worker.stream_broker import create_stream_broker


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def postgres_socket(services: Urls) -> str:
    return f"{unquote(services.database_url.partition('?host=')[2])}/.s.PGSQL.5432"


@pytest.fixture
def secure(postgres_socket: str, certificates: Certificates) -> Iterator[TlsProxy]:
    with tls_proxy(postgres_socket, certificates) as proxy:
        yield proxy


@pytest.fixture
def plain(postgres_socket: str) -> Iterator[TlsProxy]:
    with tls_proxy(postgres_socket, None) as proxy:
        yield proxy


def _url(proxy: TlsProxy, database_url: str, options: str, certificates: Certificates) -> str:
    name = urlsplit(database_url).path
    filled = options.format(
        authority=certificates.authority, certificate=certificates.certificate, key=certificates.key
    )
    return f"postgresql://{product.IDENTIFIER}@127.0.0.1:{proxy.port}{name}{filled}"


@pytest.mark.parametrize(
    ("options", "is_encrypted"),
    [
        ("", True),
        ("?sslmode=disable", False),
        ("?sslmode=allow", False),
        ("?sslmode=prefer", True),
        ("?sslmode=require", True),
        ("?ssl=true", True),
        ("?ssl=disable", False),
        ("?sslmode=verify-ca&sslrootcert={authority}", True),
        ("?sslmode=verify-full&sslrootcert={authority}", True),
        ("?sslmode=require&sslnegotiation=direct", True),
        ("?sslmode=require&connect_timeout=5&keepalives=1&channel_binding=prefer&gssencmode=disable", True),
        ("?sslmode=require&application_name=x&options=-c%20search_path%3Dpublic", True),
    ],
)
async def test_every_mode_is_the_same_for_a_program_and_for_its_migrations(
    secure: TlsProxy, database_url: str, certificates: Certificates, options: str, *, is_encrypted: bool
) -> None:
    url = _url(secure, database_url, options, certificates)
    connection = await connect(url)
    await connection.close()
    assert (secure.encrypted, secure.plain) == ((1, 0) if is_encrypted else (0, 1))


def test_migrations_go_over_tls(secure: TlsProxy, database_url: str, certificates: Certificates) -> None:
    url = _url(secure, database_url, "?sslmode=verify-full&sslrootcert={authority}", certificates)
    migrate.upgrade(url)
    assert migrate.differences(url) == []
    assert secure.encrypted == 2
    assert secure.plain == 0


async def test_the_pool_of_a_replica_goes_over_tls(
    secure: TlsProxy, settings: Settings, database_url: str, certificates: Certificates
) -> None:
    url = _url(secure, database_url, "?sslmode=verify-full&sslrootcert={authority}", certificates)
    database = open_database(settings, application_name="tests", url=url)
    async with database.acquire() as connection:
        assert await connection.fetchval("SELECT 1") == 1
    await database.close()
    assert secure.encrypted == 1


@pytest.mark.parametrize("options", ["?sslmode=verify-full&sslrootcert=system", "?sslrootcert=system"])
async def test_the_system_s_authorities_may_be_asked_for(
    secure: TlsProxy,
    database_url: str,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    options: str,
) -> None:
    url = _url(secure, database_url, options, certificates)
    with pytest.raises(NoConnection, match="certificate verify failed"):
        await connect(url)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    connection = await connect(url)
    await connection.close()
    assert secure.encrypted == 1


async def test_a_client_shows_its_certificate(
    postgres_socket: str, database_url: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    shown = "&sslcert={certificate}&sslkey={key}"
    with tls_proxy(postgres_socket, certificates, asks_for_certificate=True) as proxy:
        for options in ("?sslmode=require", "?sslmode=require&sslnegotiation=direct", "?sslrootcert=system"):
            with pytest.raises(NoConnection):
                await connect(_url(proxy, database_url, options, certificates))
            connection = await connect(_url(proxy, database_url, options + shown, certificates))
            await connection.close()


@pytest.mark.parametrize("options", ["?sslmode=require", "?sslmode=verify-full&sslrootcert={authority}"])
async def test_a_server_without_tls_is_refused_where_tls_is_asked_for(
    plain: TlsProxy, database_url: str, certificates: Certificates, options: str
) -> None:
    url = _url(plain, database_url, options, certificates)
    with pytest.raises(NoConnection, match="rejected SSL upgrade"):
        await connect(url)


@pytest.mark.parametrize("options", ["", "?sslmode=prefer", "?sslmode=allow", "?sslmode=disable"])
async def test_a_server_without_tls_will_do_where_tls_is_not_asked_for(
    plain: TlsProxy, database_url: str, certificates: Certificates, options: str
) -> None:
    connection = await connect(_url(plain, database_url, options, certificates))
    await connection.close()


def test_a_command_says_what_is_wrong_with_the_certificate(
    secure: TlsProxy, database_url: str, certificates: Certificates, tmp_path: Path
) -> None:
    other = make_certificates(tmp_path)
    url = _url(secure, database_url, "?sslmode=verify-full&sslrootcert={authority}", other)
    with pytest.raises(
        MigrationError, match=r"DATABASE_URL: PostgreSQL cannot be reached \(.*certificate verify failed"
    ):
        migrate.upgrade(url)
    assert certificates.authority != other.authority


@pytest.mark.parametrize(
    ("options", "works"),
    [
        ("?ssl_ca_certs={authority}", True),
        ("?ssl_cert_reqs=none", True),
        ("?ssl_ca_certs={authority}&ssl_certfile={certificate}&ssl_keyfile={key}", True),
        ("", False),
    ],
)
async def test_redis_is_spoken_to_over_tls_by_the_api_and_by_workers(
    services: Urls, settings: Settings, certificates: Certificates, options: str, *, works: bool
) -> None:
    socket = unquote(urlsplit(services.redis_url).path)
    asks = "certfile" in options
    with tls_proxy(socket, certificates, asks_for_certificate=asks) as proxy:
        filled = options.format(
            authority=certificates.authority, certificate=certificates.certificate, key=certificates.key
        )
        url = f"rediss://127.0.0.1:{proxy.port}/0{filled}"
        configured = settings.model_copy(update={"redis_url": url})
        stream = create_stream_broker(configured, queue="tests", stop=asyncio.Event(), concurrency=1, outage=Outage())
        for client in (create_redis(url), Redis(connection_pool=stream.connection_pool)):
            if works:
                assert await client.ping()
            else:
                with pytest.raises(RedisError, match="certificate verify failed"):
                    await client.ping()
            await client.aclose()
        await stream.connection_pool.disconnect()
        assert proxy.plain == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such time limit")
@pytest.mark.parametrize("options", ["?sslmode=require", "?sslmode=disable"])
async def test_the_system_ends_a_connection_to_a_host_that_is_cut_off(
    options: str, secure: TlsProxy, certificates: Certificates, database_url: str
) -> None:
    connection = await connect(_url(secure, database_url, options, certificates))
    client: socket.socket = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]
    assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == CONNECT_TIMEOUT_SECONDS * 1000
    assert client.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    await connection.close()
