"""All settings, read once from the environment.

This is the only module that reads the environment. The entry point builds `Settings` and passes it on; there is no
global.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self, get_args
from urllib.parse import unquote, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core import database_url
from core.addresses import is_loopback, is_unspecified, parse_listen_address, url_host
from core.redis import redis_url
from core.setting_values import find_values, port_of, split_url
from core.smtp_server import SmtpServer

REPOSITORY_ROOT = Path(__file__).resolve().parents[2]

# Not read in production, where the orchestrator provides the settings.
ENV_FILE = REPOSITORY_ROOT / ".env"

# Published with the source, so production refuses it.
DEVELOPMENT_JWT_SECRET = "development-only-secret-which-production-refuses"  # noqa: S105

# RFC 7518 section 3.2: an HS256 key must be at least as long as the hash, 256 bits.
JWT_SECRET_MIN_BYTES = 32

METRICS_TOKEN_MIN_BYTES = 32

# A random secret has more different pieces of three characters; one that repeats a word or a character has fewer.
DIFFERENT_PIECES = 16
# None of them occurs in a random secret by chance.
PLACEHOLDERS = ("change", "secret", "password", "example", "default", "insecure", "placeholder", "12345678", "abcdefgh")
GOOD_SECRET = "`openssl rand -hex 32`"  # noqa: S105  (how to make one)

# Settings whose value contains a secret.
SETTINGS_WITH_SECRETS = ("database_url", "database_replica_url", "redis_url", "oidc_providers")

# A worker's own connections, in addition to those of its jobs: claims, heartbeats, sweeps.
JOB_ENGINE_CONNECTIONS = 4

# prometheus_client reads this variable and shares the values of several processes through files there.
SHARED_METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

# The port that the documents use in addresses.
DEFAULT_PORT = 8000

# The value of TRUSTED_PROXIES when clients connect without a proxy.
NO_PROXIES = "none"

# A developer's own proxy, such as Vite. No other machine can connect from these addresses.
LOOPBACK_NETWORKS = "127.0.0.0/8,::1/128"

# Names of this machine.
LOOPBACK_HOSTS = ("localhost", ".localhost", "127.0.0.1", "[::1]")

# One entry of ALLOWED_HOSTS.
HOST_PATTERN = re.compile(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")

# One entry of ALLOWED_ORIGINS, as browsers write it.
ORIGIN_PATTERN = re.compile(r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[0-9]+)?")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# Stores that support writing, listing and deleting. obstore has more names for the same stores.
STORAGE_SCHEMES = ("s3", "gs", "az", "file")

# The protocol of OTLP that the locked exporter speaks.
OTLP_PROTOCOL = "http/protobuf"


# Of Pydantic's errors.
_PLAIN_WORDS = {
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
}


# How a program exits that refuses its configuration: EX_CONFIG of sysexits.h. Restarting it would not help.
REFUSED_EXIT_CODE = 78


class SettingsError(Exception):
    """The configuration is wrong. The message names everything to set or correct, in one line; `problems` has each."""

    def __init__(self, message: str, *, problems: Sequence[str] = ()) -> None:
        self.problems = problems or [message.removesuffix(".")]
        super().__init__(message)


class _Unsafe(ValueError):
    """Settings that are valid one by one contradict each other."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


# Settings import no other layer, so a test compares this with the roles in the domain.
ROLES_BEYOND_MEMBER = ("admin", "moderator")


class Environment(StrEnum):
    """Where the program runs. It decides defaults, never business rules."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class TracesSampler(StrEnum):
    """The samplers of OpenTelemetry's specification that need nothing else."""

    ALWAYS_ON = "always_on"
    ALWAYS_OFF = "always_off"
    TRACEIDRATIO = "traceidratio"
    PARENTBASED_ALWAYS_ON = "parentbased_always_on"
    PARENTBASED_ALWAYS_OFF = "parentbased_always_off"
    PARENTBASED_TRACEIDRATIO = "parentbased_traceidratio"


def _asyncpg_url(value: object) -> object:
    """Accept the `postgres://` of hosting platforms, and name our driver."""
    if isinstance(value, str) and value.split("://", 1)[0] in {"postgres", "postgresql"}:
        return "postgresql+asyncpg://" + value.split("://", 1)[1]
    return value


def _absent_if_empty(value: object) -> object:
    return None if value == "" else value


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _named_values(value: SecretStr | str | None) -> dict[str, str]:
    """Return the values of a list in OpenTelemetry's form, by name: `name=value,name=value`, percent-encoded."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value or ""
    pairs = [word.partition("=") for word in _words(text)]
    if not all(name.strip() and separator for name, separator, _ in pairs):
        raise ValueError("must look like name=value,name=value")
    return {name.strip(): unquote(content.strip()) for name, _, content in pairs}


def _list_in_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value or "[]")
    except ValueError:
        parsed = None
    if not isinstance(parsed, list):
        raise ValueError("must be a list in JSON")  # noqa: TRY004  (Pydantic expects a ValueError)
    return parsed


PostgresUrl = Annotated[str, BeforeValidator(_asyncpg_url)]
EmptyIsAbsent = BeforeValidator(_absent_if_empty)
MetricsPort = Annotated[Annotated[int, Field(ge=1, le=65535)] | None, EmptyIsAbsent]


class OidcProvider(BaseModel):
    """An OpenID Connect provider that users may sign in with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")  # part of URLs
    label: str = Field(min_length=1, max_length=50)
    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    scopes: str = "openid email profile"

    @field_validator("issuer")
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        url = split_url(value)
        if url.scheme not in {"http", "https"} or not url.hostname or url.username or url.query or url.fragment:
            raise ValueError("must look like https://accounts.example.com")
        return value

    @field_validator("scopes")
    @classmethod
    def _asks_for_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must contain openid")
        return value


class Settings(BaseSettings):
    """The typed configuration. Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, allow_inf_nan=False)

    environment: Environment = Field(
        Environment.DEVELOPMENT, description="development, test or production. Production refuses unsafe defaults."
    )
    host: str = Field("127.0.0.1", description="Address the API listens on; 0.0.0.0 or :: for all addresses.")
    port: int = Field(DEFAULT_PORT, ge=1, le=65535, description="Port the API listens on.")
    api_workers: int = Field(1, ge=1, le=64, description="Number of API server processes.")
    api_requests_at_once: int = Field(
        100, ge=1, description="Requests one API process handles at once. Further requests get a 503."
    )
    drain_seconds: float = Field(
        0,
        ge=0,
        le=600,
        description="How long the API keeps serving after a stop signal, while it reports unready. Set it longer than the check "
        "interval of your load balancer.",
    )
    public_url: Annotated[str | None, EmptyIsAbsent] = Field(
        None, description="Where users open the product, e.g. https://app.example.com. Links in emails start with it."
    )
    public_api_url: Annotated[str | None, EmptyIsAbsent] = Field(
        None,
        description="Where browsers reach the API if another server has the front end, e.g. https://api.example.com. Empty: PUBLIC_URL, "
        "and the API serves the front end.",
    )
    allowed_origins: str = Field(
        "",
        description="Origins of front ends that other servers have, separated by commas, e.g. https://app.example.com. They must be "
        "of the same site as the API: the cookies of a session are SameSite=Lax.",
    )
    allowed_hosts: str = Field(
        "",
        description="Further host names to accept, separated by commas: www.example.com, .example.com for all subdomains, * "
        "for any. PUBLIC_URL's host is always accepted, in development also those of this machine.",
    )
    var_directory: Path = Field(
        REPOSITORY_ROOT / "var", description="Data of the embedded servers and of the development mailbox."
    )
    frontend_directory: Path = Field(
        REPOSITORY_ROOT / "frontend" / "dist", description="Directory of the built front end, which the API serves."
    )

    demo_content: bool = Field(
        True, description="Whether `make up` fills a new database with example content. Never in production."
    )

    database_url: Annotated[PostgresUrl | None, EmptyIsAbsent] = Field(
        None,
        description="postgresql://user:password@host/name, with libpq's options such as sslmode. Empty: start the embedded server "
        "(development only).",
    )
    database_replica_url: Annotated[PostgresUrl | None, EmptyIsAbsent] = Field(
        None,
        description="A streaming replica of DATABASE_URL for reads that tolerate a short delay. One server only.",
    )
    database_replica_max_lag_seconds: float = Field(
        5,
        ge=2,
        le=300,
        description="A replica that lags further behind is not used. After a write, a user reads from the primary for this long.",
    )
    database_pool_size: int = Field(10, ge=1, le=200, description="PostgreSQL connections per process.")
    database_reserved_connections: int = Field(
        10,
        ge=0,
        description="PostgreSQL connections to leave free beyond one API, worker and scheduler: for further processes on any "
        "machine, migrations and manual access. Programs refuse to start if PostgreSQL allows too few.",
    )
    database_transaction_pooling: bool = Field(
        False,
        description="Set to true if DATABASE_URL leads to PgBouncer in transaction mode. Turns off prepared statements and session state.",
    )
    database_pool_timeout_seconds: float = Field(
        3, gt=0, le=300, description="How long a request waits for a free connection before it gets a 503."
    )
    database_statement_timeout_seconds: float = Field(
        30, gt=0, le=86_400, description="PostgreSQL cancels statements that run longer."
    )

    redis_url: Annotated[str | None, EmptyIsAbsent] = Field(
        None,
        description="redis://host:6379/0, or rediss://…?ssl_ca_certs=… Empty: start the embedded server (development only).",
    )

    jwt_secret_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_JWT_SECRET),
        description="Secret that signs access tokens. Production needs at least 32 random bytes.",
    )
    jwt_access_token_expire_minutes: int = Field(15, ge=1, le=1440, description="Lifetime of an access token.")
    jwt_previous_secret_keys: SecretStr = Field(
        SecretStr(""),
        description="Former values of JWT_SECRET_KEY, separated by commas. Data they signed or encrypted stays valid.",
    )
    session_expire_days: int = Field(30, ge=1, le=400, description="A session ends after this many days without use.")
    session_longest_days: int = Field(90, ge=1, le=400, description="A session ends after this many days in any case.")
    identity_snapshot_seconds: float = Field(
        1,
        ge=0,
        le=1,
        description="How long a process caches the user of an access token. Revocation takes effect after this time at the latest.",
    )
    signup_enabled: bool = Field(
        True, description="Anyone can create an account. Without it, an admin invites every user."
    )
    signup_enumeration_safe: bool = Field(
        False,
        description="Do not reveal at sign-up whether an address has an account. Every sign-up gets an email instead, and only "
        "verified addresses can sign in.",
    )
    trusted_proxies: str = Field(
        "",
        description="Networks of your proxies, separated by commas, whose X-Forwarded-For is trusted: 10.0.0.0/8. Required in "
        "production; none if clients connect directly. In development the default is this machine.",
    )

    oidc_providers: Annotated[tuple[OidcProvider, ...], NoDecode, BeforeValidator(_list_in_json)] = Field(
        (),
        description='OpenID Connect providers for signing in, as JSON: [{"name": "example", "label": "Example", '
        '"issuer": "https://accounts.example.com", "client_id": "…", "client_secret": "…"}]',
    )
    mfa_required_for: str = Field(
        "",
        description="Roles, separated by commas, that grant no permissions until the user has set up a second factor: admin,moderator",
    )
    rate_limits_enabled: bool = Field(
        True, description="Limit guesses at passwords and codes, and apply the three request limits below."
    )
    rate_limit_reads_per_minute: int = Field(
        1_200, ge=1, description="GET requests per minute and user, or per IP address without a session."
    )
    rate_limit_writes_per_minute: int = Field(300, ge=1, description="Other requests, counted the same way.")
    rate_limit_expensive_per_minute: int = Field(
        60, ge=1, description="Expensive requests, such as checking a password, counted the same way."
    )

    password_hash_threads: int = Field(
        2, ge=1, le=64, description="Argon2 hashes computed at once. More than the number of cores only costs memory."
    )
    password_hash_queue: int = Field(
        64, ge=1, description="Hashes that may wait. When the queue is full, sign-in gets a 503."
    )

    smtp_url: Annotated[SecretStr | None, EmptyIsAbsent] = Field(
        None,
        description="smtp://user:password@host:587 (requires STARTTLS) or smtps://…:465; smtp://…?tls=none sends without "
        "encryption. Empty: keep emails in /dev/mailbox.",
    )
    mail_from: str = Field(
        "no-reply@localhost",
        description="Sender of all emails: an address, or Name <address>. Without a name it is the product's.",
    )
    support_email: Annotated[str | None, EmptyIsAbsent] = Field(
        None, description="Receives replies to emails, and is the contact in the API's documentation. Empty: none."
    )

    metrics_token: Annotated[SecretStr | None, EmptyIsAbsent] = Field(
        None,
        description="Bearer token for /metrics, at least 32 characters. Empty: /metrics is off in production and open elsewhere.",
    )
    metrics_host: str = Field(
        "127.0.0.1", description="Address of the three ports below; 0.0.0.0 or :: for all addresses."
    )
    metrics_port: MetricsPort = Field(
        None, description="Port for the API's metrics alone, which no proxy exposes. Empty: none."
    )
    worker_metrics_port: MetricsPort = Field(
        None, description="Port for a worker's metrics; each worker on a machine needs its own. Empty: none."
    )
    scheduler_metrics_port: MetricsPort = Field(None, description="Port for a scheduler's metrics. Empty: none.")
    revision: str = Field("", description="The source revision that runs, such as a commit, which metrics show.")

    audit_log_days: int = Field(365, ge=1, description="Audit log entries are deleted after this many days.")

    unverified_account_days: int = Field(
        30, ge=1, le=3650, description="Accounts that never verified their address are deleted after this many days."
    )

    worker_concurrency: int = Field(20, ge=1, le=1000, description="Jobs one worker process runs at once.")

    worker_queues: str = Field(
        "default,files:4,mails:10,reports:2",
        pattern=r"^[a-z0-9_-]+(:[1-9][0-9]{0,2})?(,[a-z0-9_-]+(:[1-9][0-9]{0,2})?)*$",
        description="Queues a worker serves, each with its own concurrency if it differs from WORKER_CONCURRENCY.",
    )
    report_keep_days: int = Field(30, ge=1, le=3650, description="Reports are deleted after this many days.")
    storage_url: Annotated[SecretStr | None, EmptyIsAbsent] = Field(
        None,
        description="s3://bucket/prefix?region=… (or gs:, az:, file:), with obstore's options. Empty: keep files in var/files.",
    )
    failpoint: Annotated[str | None, EmptyIsAbsent] = Field(
        None, description="Where a process kills itself, to test crashes. Ignored in production."
    )

    logging_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR."
    )
    sentry_enabled: bool = Field(False, description="Send unhandled errors of the API and the worker to Sentry.")
    sentry_dsn: Annotated[SecretStr | None, EmptyIsAbsent] = Field(None, description="The DSN of your Sentry project.")

    otel_exporter_otlp_endpoint: Annotated[str | None, EmptyIsAbsent] = Field(
        None,
        description="Send traces to this OTLP collector, e.g. http://collector:4318. Empty: no traces, and nothing is loaded.",
    )
    otel_exporter_otlp_headers: Annotated[SecretStr | None, EmptyIsAbsent] = Field(
        None, description="Headers for the collector, such as its key: name=value,name=value, with values as in URLs."
    )
    otel_exporter_otlp_protocol: str = Field(
        OTLP_PROTOCOL, description="How traces are sent. Only http/protobuf is supported."
    )
    otel_traces_sampler: TracesSampler = Field(
        TracesSampler.PARENTBASED_ALWAYS_ON,
        description="Which requests are traced: parentbased_always_on, parentbased_traceidratio, always_on, always_off, and the "
        "other names of OpenTelemetry.",
    )
    otel_traces_sampler_arg: float = Field(
        1,
        ge=0,
        le=1,
        description="The share of requests that a sampler with traceidratio in its name traces: 0.1 for a tenth.",
    )
    otel_service_name: str = Field(
        "",
        description="The name of this program in traces. Empty: that of the product, with -api, -worker or -scheduler.",
    )
    otel_resource_attributes: str = Field(
        "", description="What else traces say of this program: name=value,name=value, with values as in URLs."
    )
    otel_sdk_disabled: bool = Field(False, description="Turn traces off, whatever the other variables say.")

    max_body_bytes: int = Field(1024 * 1024, ge=1024, description="Larger request bodies get a 413.")
    body_timeout_seconds: float = Field(
        20, gt=0, le=3_600, description="Request bodies that take longer to arrive get a 408."
    )
    max_upload_bytes: int = Field(
        8 * 1024 * 1024,
        ge=1024,
        description="The limit for uploads, which are stored on disk and not in memory.",
    )
    max_exported_rows: int = Field(
        200_000,
        ge=1,
        description="The limit for lists as CSV. A million rows take 120 MB of the temporary directory, and most of the minute after "
        "which an export is given up.",
    )

    @field_validator("var_directory", "frontend_directory")
    @classmethod
    def _starts_at_the_repository(cls, value: Path) -> Path:
        return REPOSITORY_ROOT / value

    @field_validator("database_url", "database_replica_url")
    @classmethod
    def _is_a_postgres_url(cls, value: str | None) -> str | None:
        if value is not None:
            database_url.check_url(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_a_redis_url(cls, value: str | None) -> str | None:
        if value is not None:
            redis_url.check_url(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_an_smtp_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            SmtpServer.from_url(value.get_secret_value())
        return value

    @field_validator("mail_from", "support_email")
    @classmethod
    def _is_a_sender(cls, value: str | None) -> str | None:
        if value is None:
            return None
        from email.policy import default  # takes 20 ms, so it is imported only at start-up

        header = default.header_factory("From", " ".join(value.splitlines()))
        senders = [sender for sender in header.addresses if sender.domain and sender.addr_spec.isascii()]
        if header.defects or len(header.addresses) != 1 or not senders or not value.isprintable():
            raise ValueError("must look like no-reply@app.example.com or Name <no-reply@app.example.com>, in ASCII")
        return value

    @field_validator("storage_url")
    @classmethod
    def _is_a_storage_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        url = split_url(value.get_secret_value())
        if url.scheme not in STORAGE_SCHEMES:
            raise ValueError(f"must begin with one of {', '.join(f'{scheme}://' for scheme in STORAGE_SCHEMES)}")
        if url.username is not None:
            raise ValueError("takes keys as options, e.g. ?access_key_id=…&secret_access_key=…")
        return value

    @field_validator("sentry_dsn")
    @classmethod
    def _is_a_dsn(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        url = split_url(value.get_secret_value())
        if url.scheme not in {"http", "https"} or not (url.hostname and url.username and url.path.strip("/")):
            raise ValueError("must look like https://key@sentry.example.com/1")
        port_of(url)
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _is_a_collector(cls, value: str | None) -> str | None:
        if value is None:
            return None
        url = split_url(value)
        if url.scheme not in {"http", "https"} or not url.hostname or url.username or url.query or url.fragment:
            raise ValueError("must look like http://collector:4318; the path v1/traces is added")
        port_of(url)
        return value.rstrip("/")

    @field_validator("otel_exporter_otlp_headers", "otel_resource_attributes")
    @classmethod
    def _has_names_and_values(cls, value: SecretStr | str | None) -> SecretStr | str | None:
        _named_values(value)
        return value

    @field_validator("metrics_token")
    @classmethod
    def _cannot_be_guessed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < METRICS_TOKEN_MIN_BYTES:
            raise ValueError(f"must have at least {METRICS_TOKEN_MIN_BYTES} characters, e.g. from {GOOD_SECRET}")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _names_networks(cls, value: str) -> str:
        try:
            _networks(value)
        except ValueError as error:
            raise ValueError(f"must be networks such as 10.0.0.0/8,127.0.0.1/32 ({error})") from error
        return value

    @field_validator("mfa_required_for")
    @classmethod
    def _names_roles(cls, value: str) -> str:
        if not set(_words(value)) <= set(ROLES_BEYOND_MEMBER):
            raise ValueError(
                f"must be roles beyond that of every member, separated by commas: {','.join(ROLES_BEYOND_MEMBER)}"
            )
        return value

    @field_validator("host", "metrics_host")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        try:
            return parse_listen_address(value)
        except ValueError:
            raise ValueError("must be an address to listen on, such as 127.0.0.1, 0.0.0.0 or ::1") from None

    @field_validator("allowed_hosts")
    @classmethod
    def _names_hosts(cls, value: str) -> str:
        for name in _words(value.lower()):
            if not HOST_PATTERN.fullmatch(name):
                raise ValueError(f"must be host names without scheme and port, such as www.example.com (not {name})")
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _names_origins(cls, value: str) -> str:
        for origin in _words(value.lower()):
            url = split_url(origin)
            is_known_form = ORIGIN_PATTERN.fullmatch(origin) and not origin.endswith(DEFAULT_PORTS[url.scheme])
            if not is_known_form or not (url.scheme == "https" or is_loopback(url.hostname or "")):
                raise ValueError(
                    "must be origins such as https://app.example.com, without a path or a wildcard, and with http only on "
                    f"this machine (not {origin})"
                )
        return value

    @field_validator("oidc_providers")
    @classmethod
    def _names_each_provider_once(cls, value: tuple[OidcProvider, ...]) -> tuple[OidcProvider, ...]:
        for field in ("name", "issuer"):
            if len({getattr(provider, field) for provider in value}) < len(value):
                raise ValueError(f"two providers have the same {field}")
        return value

    @field_validator("public_url", "public_api_url")
    @classmethod
    def _is_an_origin(cls, value: str | None) -> str | None:
        """Return it as browsers write it in `Origin`, which passkeys compare with it."""
        if value is None:
            return None
        url = split_url(value)
        if not url.hostname or url.path.strip("/") or url.query or url.fragment or "@" in url.netloc:
            raise ValueError("must look like https://app.example.com, without a path or a user")
        if is_unspecified(url.hostname):
            raise ValueError(f"{url.hostname} is an address to listen on, which no browser can open")
        port = port_of(url)
        origin = f"{url.scheme}://{_ascii_host(url.hostname)}{'' if port is None else f':{port}'}"
        if not ORIGIN_PATTERN.fullmatch(origin):
            raise ValueError("must look like https://app.example.com")
        return origin.removesuffix(DEFAULT_PORTS[url.scheme])

    @model_validator(mode="after")
    def _is_safe_for_production(self) -> Self:
        problems = [*(_production_problems(self) if self.is_production else []), *_origin_problems(self)]
        if self.sentry_enabled and self.sentry_dsn is None:
            problems.append("SENTRY_DSN must be set when SENTRY_ENABLED is true")
        if self.metrics_port == self.port:
            problems.append("METRICS_PORT must be another port than PORT")
        if self.sends_traces and self.otel_exporter_otlp_protocol != OTLP_PROTOCOL:
            problems.append(f"OTEL_EXPORTER_OTLP_PROTOCOL must be {OTLP_PROTOCOL}; collectors take it at port 4318")
        if self.is_exposed and "environment" not in self.model_fields_set:
            problems.append(
                "ENVIRONMENT must be set when PUBLIC_URL, PUBLIC_API_URL or ALLOWED_HOSTS names other machines: production,"
                " or development, which shows all emails and has an account with a published password"
            )
        if problems:
            raise _Unsafe(problems)
        return self

    @property
    def is_production(self) -> bool:
        """Whether unsafe defaults are refused and cookies are `Secure`."""
        return self.environment is Environment.PRODUCTION

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of the pages that users open, without a trailing slash."""
        return self.public_url or self.local_url

    @property
    def api_origin(self) -> str:
        """Scheme, host and port that browsers use for the API, without a trailing slash."""
        return self.public_api_url or self.public_origin

    @property
    def pages_base(self) -> str:
        """The prefix of redirects from the API to a page: empty, if the API serves the pages."""
        return "" if self.api_origin == self.public_origin else self.public_origin

    @property
    def serves_pages(self) -> bool:
        """Whether the API serves the pages. `PUBLIC_API_URL` says that another server does."""
        return self.public_api_url is None

    @property
    def accepted_origins(self) -> tuple[str, ...]:
        """The origins of front ends that other servers have."""
        return tuple(_words(self.allowed_origins.lower()))

    @property
    def local_url(self) -> str:
        """The API's address on this machine, without a trailing slash."""
        return f"http://{url_host(self.host)}:{self.port}"

    @property
    def is_exposed(self) -> bool:
        """Whether the program accepts host names other than this machine's."""
        names = [*self._own_hosts, *_words(self.allowed_hosts.lower())]
        return not all(is_loopback(name.strip("[]")) for name in names)

    @property
    def shows_developer_pages(self) -> bool:
        """Whether `/dev/mailbox` shows all emails. If other machines can connect, only with ENVIRONMENT set."""
        return not self.is_production and (is_loopback(self.host) or "environment" in self.model_fields_set)

    @property
    def accepted_hosts(self) -> list[str]:
        """The accepted host names, in the form of `ALLOWED_HOSTS`."""
        own = [*self._own_hosts, *_words(self.allowed_hosts.lower())]
        return own if self.is_production else [*own, _host_of(self.local_url), *LOOPBACK_HOSTS]

    @property
    def _own_hosts(self) -> list[str]:
        return [_host_of(self.public_origin), _host_of(self.api_origin)]

    @property
    def passkey_origin(self) -> str:
        """The origin for passkeys. Browsers create none for an IP address (WebAuthn, 5.1.2)."""
        return re.sub(r"://(127\.0\.0\.1|\[::1\])(?=:|$)", "://localhost", self.public_origin)

    @property
    def passkey_relying_party(self) -> str:
        """The host name that passkeys are bound to."""
        return urlsplit(self.passkey_origin).hostname or ""

    @property
    def access_token_lifetime(self) -> timedelta:
        """How long an access token is valid."""
        return timedelta(minutes=self.jwt_access_token_expire_minutes)

    @property
    def queue_concurrency(self) -> dict[str, int]:
        """The number of jobs that a worker runs at once, by queue."""
        queues = (entry.partition(":") for entry in self.worker_queues.split(","))
        return {name: int(number or self.worker_concurrency) for name, _, number in queues}

    @property
    def worker_pool_size(self) -> int:
        """How many connections a worker may hold: one per job, plus some so that claims and heartbeats never wait."""
        return sum(self.queue_concurrency.values()) + JOB_ENGINE_CONNECTIONS

    @property
    def session_lifetime(self) -> timedelta:
        """The lifetime of a session after its last refresh."""
        return timedelta(days=self.session_expire_days)

    @property
    def session_longest_lifetime(self) -> timedelta:
        """The maximum lifetime of a session."""
        return timedelta(days=self.session_longest_days)

    @property
    def audit_log_lifetime(self) -> timedelta:
        """How long security events are kept."""
        return timedelta(days=self.audit_log_days)

    @property
    def mfa_required_roles(self) -> list[str]:
        """The roles that grant no permissions without a second factor."""
        return _words(self.mfa_required_for)

    @property
    def jwt_keys(self) -> list[str]:
        """The accepted keys of access tokens. The first one signs."""
        previous = self.jwt_previous_secret_keys.get_secret_value().split(",")
        return [self.jwt_secret_key.get_secret_value(), *(key.strip() for key in previous if key.strip())]

    @property
    def trusted_networks(self) -> list[IPv4Network | IPv6Network]:
        """The networks of proxies whose X-Forwarded-For is trusted."""
        is_development = self.environment is Environment.DEVELOPMENT
        return _networks(self.trusted_proxies or (LOOPBACK_NETWORKS if is_development else ""))

    @property
    def sends_traces(self) -> bool:
        """Whether traces are on."""
        return self.otel_exporter_otlp_endpoint is not None and not self.otel_sdk_disabled

    @property
    def trace_headers(self) -> dict[str, str]:
        """The headers for the collector, by lower-case name.

        Raises:
            ValueError: they are malformed, which a start refuses.
        """
        return {name.lower(): value for name, value in _named_values(self.otel_exporter_otlp_headers).items()}

    @property
    def trace_resource(self) -> dict[str, str]:
        """The attributes that the operator gives this program in traces.

        Raises:
            ValueError: they are malformed, which a start refuses.
        """
        name = {"service.name": self.otel_service_name} if self.otel_service_name else {}
        return _named_values(self.otel_resource_attributes) | name

    @property
    def mailbox_directory(self) -> Path:
        """Where emails are kept if no SMTP server is configured."""
        return self.var_directory / "mailbox"

    @property
    def files_directory(self) -> Path:
        """Where files are kept if `STORAGE_URL` is empty."""
        return self.var_directory / "files"

    @property
    def unverified_account_lifetime(self) -> timedelta:
        """How long an account with an unverified address is kept."""
        return timedelta(days=self.unverified_account_days)

    def require_database_url(self) -> str:
        """Return the URL of PostgreSQL.

        Raises:
            SettingsError: it is not set.
        """
        if self.database_url is None:
            raise SettingsError("DATABASE_URL is not set; set it, or start everything with `make up`.")
        return self.database_url

    def require_redis_url(self) -> str:
        """Return the URL of Redis.

        Raises:
            SettingsError: it is not set.
        """
        if self.redis_url is None:
            raise SettingsError("REDIS_URL is not set; set it, or start everything with `make up`.")
        return self.redis_url


def _production_problems(settings: Settings) -> list[str]:
    key, *previous = settings.jwt_keys
    token = settings.metrics_token
    rules: list[tuple[bool, str]] = [
        (key == DEVELOPMENT_JWT_SECRET, f"JWT_SECRET_KEY must be set in production, e.g. from {GOOD_SECRET}"),
        (
            any(len(key.encode()) < JWT_SECRET_MIN_BYTES for key in previous),
            f"JWT_PREVIOUS_SECRET_KEYS has a key that is too short: at least {JWT_SECRET_MIN_BYTES} bytes are needed",
        ),
        (
            len(key.encode()) < JWT_SECRET_MIN_BYTES,
            f"JWT_SECRET_KEY is too short for production: at least {JWT_SECRET_MIN_BYTES} bytes are needed",
        ),
        *(
            (any(map(_is_guessable, secrets)), f"{name} is easily guessed; use a random one, e.g. from {GOOD_SECRET}")
            for name, secrets in (
                ("JWT_SECRET_KEY", [key]),
                ("JWT_PREVIOUS_SECRET_KEYS", previous),
                ("METRICS_TOKEN", [token.get_secret_value()] if token else []),
            )
        ),
        (settings.database_url is None, "DATABASE_URL must be set in production"),
        (settings.redis_url is None, "REDIS_URL must be set in production"),
        (settings.smtp_url is None, "SMTP_URL must be set in production"),
        (
            parseaddr(settings.mail_from)[1].endswith("@localhost"),
            "MAIL_FROM must be set in production, to an address that may send from your SMTP server",
        ),
        (
            not settings.trusted_proxies.strip(),
            "TRUSTED_PROXIES must be set in production: the networks of your proxies, e.g. 10.0.0.0/8, or none",
        ),
        (
            not (settings.public_url or "").startswith("https://"),
            "PUBLIC_URL must be set in production and start with https://",
        ),
        (
            not settings.api_origin.startswith("https://") and settings.public_api_url is not None,
            "PUBLIC_API_URL must start with https:// in production",
        ),
        (
            any(not provider.issuer.startswith("https://") for provider in settings.oidc_providers),
            "OIDC_PROVIDERS has an issuer that does not start with https://, which production needs",
        ),
    ]
    return [message for broken, message in rules if broken]


def _is_guessable(secret: str) -> bool:
    """Return whether a secret that is long enough repeats itself or contains what placeholders are made of."""
    if len(secret.encode()) < JWT_SECRET_MIN_BYTES or secret == DEVELOPMENT_JWT_SECRET:
        return False  # refused for that
    pieces = {secret[start : start + 3] for start in range(len(secret) - 2)}
    return len(pieces) < DIFFERENT_PIECES or any(word in secret.lower() for word in PLACEHOLDERS)


def _origin_problems(settings: Settings) -> list[str]:
    problems = [
        f"ALLOWED_ORIGINS has {origin}, which is another site than {settings.api_origin}: browsers would not send it the"
        " cookies of a session"
        for origin in settings.accepted_origins
        if not _may_be_same_site(origin, settings.api_origin)
    ]
    if settings.pages_base and settings.public_origin.lower() not in settings.accepted_origins:
        problems.append(f"ALLOWED_ORIGINS must have {settings.public_origin}, because PUBLIC_API_URL is another origin")
    return problems


def _may_be_same_site(one: str, other: str) -> bool:
    """Whether nothing tells two origins apart as sites. The public suffix list, which we lack, tells more apart."""
    hosts = [urlsplit(origin).hostname or "" for origin in (one, other)]
    if all(map(is_loopback, hosts)):
        return True
    domains = {tuple(host.split(".")[-2:]) for host in hosts}
    return urlsplit(one).scheme == urlsplit(other).scheme and len(domains) == 1


def _networks(value: str) -> list[IPv4Network | IPv6Network]:
    return [] if value.strip().lower() == NO_PROXIES else [ip_network(network) for network in _words(value.lower())]


def _host_of(url: str) -> str:
    """Return the host of an origin in the form of the `Host` header: IPv6 in brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _ascii_host(host: str) -> str:
    """Return a host as browsers write it in `Origin`: ASCII, IPv6 in brackets.

    Raises:
        ValueError: it is no host.
    """
    try:
        return f"[{host}]" if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        raise ValueError("has a host that is no name: a part of it is empty or longer than 63 characters") from None


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401  (the values are checked by the model)
    """Read the settings from the environment, and from `.env` at the repository's root outside of production.

    Args:
        overrides: values by field name; they take precedence over the environment.

    Raises:
        SettingsError: values are missing, malformed or unknown. The message names all of them.
    """
    is_in_production = os.environ.get("ENVIRONMENT", "").lower() == Environment.PRODUCTION
    found, problems = find_values(
        Settings.model_fields,
        _secrets(),
        environment=os.environ,
        env_file=None if is_in_production else ENV_FILE,
    )
    values = {**found, **overrides}
    try:
        settings = Settings(_env_file=None, **values)
    except ValidationError as error:
        problems += _problems(error, values)
    if problems:
        problems = _said_once(problems)
        raise SettingsError(f"{'; '.join(problems)}.", problems=problems)
    return settings


def _said_once(problems: list[str]) -> list[str]:
    """Leave out that a setting is missing where its file was refused."""
    refused = {problem.partition("_FILE: ")[0] for problem in problems if "_FILE: " in problem}
    return [problem for problem in problems if problem.split()[0] not in refused]


def _secrets() -> list[str]:
    """Return the names of settings that are or contain a secret, so they can be read from a file."""
    return [
        name
        for name, field in Settings.model_fields.items()
        if name in SETTINGS_WITH_SECRETS or _is_secret(field.annotation)
    ]


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or SecretStr in get_args(annotation)


def _problems(error: ValidationError, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems of single values, then those of combinations."""
    wrong = set()
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        if detail["loc"]:
            wrong.add(str(detail["loc"][0]))
            name = "_".join(str(part) for part in detail["loc"]).upper()
            yield f"{name}: {_in_plain_words(detail)}"
    defaults = {name: Settings.model_fields[name].get_default() for name in wrong}
    for problem in _problems_together({**values, **defaults}):
        if problem.split()[0].lower() not in wrong:
            yield problem


def _in_plain_words(detail: ErrorDetails) -> str:
    """Return the problem of a value: for numbers and patterns without Pydantic's own terms."""
    name, *inner = detail["loc"]
    if detail["type"] == "string_pattern_mismatch" and not inner:
        field = Settings.model_fields[str(name)]
        return f"must look like {field.default} ({(field.description or '').rstrip('.')})"
    return _PLAIN_WORDS.get(detail["type"], detail["msg"].removeprefix("Value error, "))


def _problems_together(values: Mapping[str, Any]) -> list[str]:
    try:
        Settings(_env_file=None, **values)
    except ValidationError as error:
        problems: list[str] = error.errors(include_url=False, include_input=False)[0]["ctx"]["error"].problems
        return problems
    return []


def child_environment(**overrides: str) -> dict[str, str]:
    """Return the environment of this process with `overrides`, for a child process."""
    return {**os.environ, **overrides}


def set_environment(**values: str) -> None:
    """Set variables for this process and the children it starts afterwards."""
    os.environ.update(values)


def default_environment(**values: str) -> None:
    """Set those of the variables that are not set."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def share_metrics(directory: Path) -> None:
    """Have server processes started afterwards keep their metrics in `directory`.

    prometheus_client reads the variable when it is imported.
    """
    set_environment(**{SHARED_METRICS_VARIABLE: str(directory)})


def shared_metrics_directory() -> Path | None:
    """Return where several server processes keep their metrics, or None if there is only one process."""
    directory = os.environ.get(SHARED_METRICS_VARIABLE)
    return Path(directory) if directory else None


def unset_environment(prefix: str) -> None:
    """Unset variables that start with `prefix`, for this process and the children it starts afterwards."""
    for name in [name for name in os.environ if name.startswith(prefix)]:
        del os.environ[name]


def environment_reference() -> str:
    """Return the text of `.env.example`: all variables with meaning and default."""
    defaults: Mapping[str, str] = {
        "jwt_secret_key": "",
        "oidc_providers": "[]",
        "var_directory": "var",
        "frontend_directory": "frontend/dist",
    }
    secrets = _secrets()
    entries = []
    for name, field in Settings.model_fields.items():
        default = defaults.get(name, "" if field.default is None else str(field.default))
        entry = f"# {field.description}\n#{name.upper()}={default}\n"
        if name in secrets:
            entry += f"# or read it from a file:\n#{name.upper()}_FILE=\n"
        entries.append(entry)
    return "\n".join(entries)
