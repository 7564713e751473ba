"""Bad configuration stops at start-up with one sentence that says what to set."""

import json
from pathlib import Path
from secrets import token_hex

import pytest

from core.settings import (
    DEVELOPMENT_JWT_SECRET,
    REPOSITORY_ROOT,
    Settings,
    SettingsError,
    environment_reference,
    load_settings,
)
from tests.support.settings import PRODUCTION, set_environment, without_environment


def _providers(*changes: dict[str, str], **change: str) -> str:
    """Return the setting with one provider for each change."""
    provider = {
        "name": "example",
        "label": "Example",
        "issuer": "https://accounts.example.com",
        "client_id": "client",
        "client_secret": "secret",
    }
    return json.dumps([{**provider, **one} for one in (changes or [change])])


@pytest.fixture(autouse=True)
def env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable is set; returns where `.env` is looked for."""
    return without_environment(monkeypatch, tmp_path)


def test_a_complete_production_environment_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, PRODUCTION)
    settings = load_settings()
    assert settings.is_production
    assert settings.database_url == "postgresql+asyncpg://app:secret@db.internal/app"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("JWT_SECRET_KEY", "", "JWT_SECRET_KEY must be set in production, e.g. from"),
        ("JWT_SECRET_KEY", DEVELOPMENT_JWT_SECRET, "JWT_SECRET_KEY must be set in production, e.g. from"),
        ("JWT_SECRET_KEY", "k" * 31, "JWT_SECRET_KEY is too short for production: at least 32 bytes are needed."),
        ("DATABASE_URL", "", "DATABASE_URL must be set in production."),
        ("REDIS_URL", "", "REDIS_URL must be set in production."),
        ("SMTP_URL", "", "SMTP_URL must be set in production."),
        ("PUBLIC_URL", "", "PUBLIC_URL must be set in production and start with https://."),
        ("PUBLIC_URL", "http://app.example.com", "PUBLIC_URL must be set in production and start with https://."),
        ("DATABASE_URL", "mysql://localhost/app", "DATABASE_URL: must look like postgresql://"),
        ("DATABASE_URL", "postgresql://localhost", "DATABASE_URL: must look like postgresql://"),
        ("DATABASE_URL", "postgresql://localhost:port/app", "DATABASE_URL: has a port that is not a number"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL: must look like redis://"),
        ("REDIS_URL", "redis://h:port", "REDIS_URL: must look like redis://"),
        ("REDIS_URL", "rediss://h/0?ssl_cert=x", "REDIS_URL: has unknown options: ssl_cert."),
        ("REDIS_URL", "rediss://h/0?ssl_cert_reqs=CERT_NONE", "REDIS_URL: ssl_cert_reqs=CERT_NONE is not one of none,"),
        ("REDIS_URL", "rediss://h/0?ssl_ca_certs=/none", "REDIS_URL: ssl_ca_certs=/none: there is no such file."),
        ("REDIS_URL", "redis://h/0?ssl_cert_reqs=none", "REDIS_URL: has TLS options, which need rediss://."),
        ("SMTP_URL", "mail.internal:587", "SMTP_URL: must look like smtp://"),
        ("PUBLIC_URL", "https://app.example.com/path", "PUBLIC_URL: must look like https://app.example.com"),
        ("PUBLIC_URL", "https://app.example.com:port", "PUBLIC_URL: must have a number from 1 to 65535 as its port"),
        ("PUBLIC_URL", "https://user:hunter2@app.example.com", "PUBLIC_URL: must look like https://app.example.com"),
        ("PUBLIC_URL", "https://app.example.com/#x", "PUBLIC_URL: must look like https://app.example.com"),
        ("PUBLIC_URL", "https://app example.com", "PUBLIC_URL: must look like https://app.example.com"),
        ("PUBLIC_URL", "https://app..example.com", "PUBLIC_URL: has a host that is no name"),
        ("PUBLIC_URL", f"https://{'a' * 64}.example.com", "PUBLIC_URL: has a host that is no name"),
        ("PUBLIC_URL", "https://0.0.0.0:8000", "PUBLIC_URL: 0.0.0.0 is an address to listen on"),
        ("PUBLIC_URL", "https://[::]", "PUBLIC_URL: :: is an address to listen on"),
        ("TRUSTED_PROXIES", "", "TRUSTED_PROXIES must be set in production: the networks of your proxies"),
        ("TRUSTED_PROXIES", " ", "TRUSTED_PROXIES must be set in production: the networks of your proxies"),
        ("TRUSTED_PROXIES", "nginx", "TRUSTED_PROXIES: must be networks such as 10.0.0.0/8,127.0.0.1/32"),
        ("TRUSTED_PROXIES", "none,10.0.0.0/8", "TRUSTED_PROXIES: must be networks such as"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "TRUSTED_PROXIES: must be networks such as"),
        ("ALLOWED_HOSTS", "https://app.example.com", "ALLOWED_HOSTS: must be host names without scheme and port"),
        (
            "ALLOWED_HOSTS",
            "a.example.com, b.example.com:443",
            "ALLOWED_HOSTS: must be host names without scheme and port",
        ),
        ("PUBLIC_API_URL", "api.example.com", "PUBLIC_API_URL: must look like https://app.example.com"),
        ("PUBLIC_API_URL", "http://api.example.com", "PUBLIC_API_URL must start with https:// in production"),
        ("PUBLIC_API_URL", "https://api.example.com", "ALLOWED_ORIGINS must have https://app.example.com, because"),
        (
            "ALLOWED_ORIGINS",
            "https://www.example.org",
            "ALLOWED_ORIGINS has https://www.example.org, which is another site",
        ),
        (
            "ALLOWED_ORIGINS",
            "http://localhost:9000",
            "ALLOWED_ORIGINS has http://localhost:9000, which is another site",
        ),
        ("HOST", "app.example.com", "HOST: must be an address to listen on, such as 127.0.0.1, 0.0.0.0 or ::1."),
        ("HOST", "127.0.0.1:8000", "HOST: must be an address to listen on"),
        ("OIDC_PROVIDERS", "example", "OIDC_PROVIDERS: must be a list in JSON."),
        ("OIDC_PROVIDERS", "{}", "OIDC_PROVIDERS: must be a list in JSON."),
        ("OIDC_PROVIDERS", "[{}]", "OIDC_PROVIDERS_0_NAME: Field required; OIDC_PROVIDERS_0_LABEL: Field required;"),
        ("OIDC_PROVIDERS", _providers(name="A B"), "OIDC_PROVIDERS_0_NAME: String should match pattern"),
        ("OIDC_PROVIDERS", _providers(issuer="example"), "OIDC_PROVIDERS_0_ISSUER: must look like https://"),
        ("OIDC_PROVIDERS", _providers(scopes="email"), "OIDC_PROVIDERS_0_SCOPES: must contain openid."),
        ("OIDC_PROVIDERS", _providers(color="red"), "OIDC_PROVIDERS_0_COLOR: Extra inputs are not permitted."),
        ("OIDC_PROVIDERS", _providers({}, {}), "OIDC_PROVIDERS: two providers have the same name."),
        (
            "OIDC_PROVIDERS",
            _providers(issuer="http://example.com"),
            "OIDC_PROVIDERS has an issuer that does not start with https://, which production needs.",
        ),
        ("MAIL_FROM", "", "MAIL_FROM must be set in production, to an address"),
        ("MAIL_FROM", "root@localhost", "MAIL_FROM must be set in production, to an address"),
        (
            "MAIL_FROM",
            "Product",
            "MAIL_FROM: must look like no-reply@app.example.com or Name <no-reply@app.example.com>",
        ),
        ("DATABASE_URL", "postgresql://app:se/cret@db/app", "DATABASE_URL: has a port that is not a number"),
        ("DATABASE_URL", "postgresql://db/app?sslmode=verify_full", "DATABASE_URL: sslmode=verify_full is not one of"),
        (
            "DATABASE_URL",
            "postgresql://db/app?sslrootcert=/none",
            "DATABASE_URL: sslrootcert=/none: there is no such file",
        ),
        (
            "DATABASE_URL",
            "postgresql://db/app?channel_binding=require",
            "DATABASE_URL: channel_binding=require is not supported; use sslmode=verify-full&sslrootcert=system",
        ),
        ("DATABASE_REPLICA_URL", "postgresql://db/app?sslmode=on", "DATABASE_REPLICA_URL: sslmode=on is not one of"),
        ("PORT", "eighty", "PORT: must be a whole number"),
        ("PORT", "70000", "PORT: Input should be less than or equal to 65535"),
        ("ENVIRONMENT", "staging", "ENVIRONMENT: Input should be 'development', 'test' or 'production'."),
        ("LOGGING_LEVEL", "LOUD", "LOGGING_LEVEL: must look like INFO (DEBUG, INFO, WARNING or ERROR)."),
        ("DRAIN_SECONDS", "long", "DRAIN_SECONDS: must be a number."),
        ("SENTRY_ENABLED", "perhaps", "SENTRY_ENABLED: must be true or false."),
        (
            "WORKER_QUEUES",
            "default:none",
            "WORKER_QUEUES: must look like default,",
        ),
        ("PORT_FILE", "/run/secrets/port", "PORT_FILE is set, but only secrets are read from files; set PORT."),
        ("SENTRY_DSN", "x", "SENTRY_DSN: must look like https://key@sentry.example.com/1."),
        ("SENTRY_DSN", "https://sentry.example.com/1", "SENTRY_DSN: must look like https://key@sentry.example.com/1."),
        ("METRICS_PORT", "8000", "METRICS_PORT must be another port than PORT."),
        ("DATABASE_STATEMENT_TIMEOUT_SECONDS", "inf", "DATABASE_STATEMENT_TIMEOUT_SECONDS: must be a finite number."),
        ("DATABASE_STATEMENT_TIMEOUT_SECONDS", "1e300", "DATABASE_STATEMENT_TIMEOUT_SECONDS: Input should be less"),
        ("BODY_TIMEOUT_SECONDS", "nan", "BODY_TIMEOUT_SECONDS: must be a finite number."),
        ("SENTRY_ENABLED", "true", "SENTRY_DSN must be set when SENTRY_ENABLED is true."),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT: must look like http://"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "secret@", "OTEL_EXPORTER_OTLP_HEADERS: must look like name=value,name=value."),
        ("OTEL_RESOURCE_ATTRIBUTES", "=x", "OTEL_RESOURCE_ATTRIBUTES: must look like name=value,name=value."),
        ("OTEL_TRACES_SAMPLER", "sometimes", "OTEL_TRACES_SAMPLER: Input should be 'always_on', 'always_off', "),
        ("OTEL_TRACES_SAMPLER_ARG", "10", "OTEL_TRACES_SAMPLER_ARG: Input should be less than or equal to 1."),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    set_environment(monkeypatch, {**PRODUCTION, name: value})
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value).startswith(sentence)
    assert "se/cret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "secret@" not in str(refusal.value)


def test_a_protocol_of_traces_that_is_not_spoken_is_refused_when_they_are_on(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, {**PRODUCTION, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    assert not load_settings().sends_traces
    set_environment(monkeypatch, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317"})
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf"):
        load_settings()
    set_environment(monkeypatch, {"OTEL_SDK_DISABLED": "true"})
    assert not load_settings().sends_traces


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"PORT": "eighty", "REDIS_URL": "localhost", "LOGGING_LEVEL": "LOUD", "JWT_SECRET_KEY": "short"}
    set_environment(monkeypatch, {"ENVIRONMENT": "production", **wrong})
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    named = {complaint.split()[0].rstrip(":") for complaint in str(refusal.value).split("; ")}
    assert named >= {*wrong, "DATABASE_URL", "SMTP_URL", "MAIL_FROM", "PUBLIC_URL"}
    assert str(refusal.value).count("REDIS_URL") == 1  # it is wrong, not missing


def test_the_example_with_every_line_uncommented_is_as_good_as_none(env_file: Path) -> None:
    example = environment_reference()
    env_file.write_text("\n".join(line.removeprefix("#") for line in example.splitlines() if not line.startswith("# ")))
    assert "JWT_SECRET_KEY=\n" in env_file.read_text()
    assert load_settings() == Settings(_env_file=None)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, dict.fromkeys((name.upper() for name in Settings.model_fields), ""))
    assert load_settings() == Settings(_env_file=None)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("DATABSE_URL=x", ".env has DATABSE_URL, which is not a setting; did you mean DATABASE_URL?"),
        ("jwt_secret=x", ".env has jwt_secret, which is not a setting; did you mean JWT_SECRET_KEY?"),
        ("SMTP_URL_FIL=x", ".env has SMTP_URL_FIL, which is not a setting; did you mean SMTP_URL_FILE?"),
        ("XYZ=1", ".env has XYZ, which is not a setting."),
    ],
)
def test_a_name_in_the_file_that_is_no_setting_is_told_with_the_nearest_one(
    env_file: Path, line: str, sentence: str
) -> None:
    env_file.write_text(f"{line}\nPORT=x\n")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value).startswith(sentence.rstrip("."))
    assert "PORT: must be a whole number" in str(refusal.value)


def test_every_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held = {
        **PRODUCTION,
        "DATABASE_REPLICA_URL": "postgresql://app:secret@replica.internal/app",
        "JWT_PREVIOUS_SECRET_KEYS": token_hex(32),
        "OIDC_PROVIDERS": _providers(),
        "STORAGE_URL": "s3://bucket?secret_access_key=secret",
        "SENTRY_DSN": "https://key@sentry.example.com/1",
    }
    in_files = {name for name in held if f"#{name}_FILE=" in environment_reference()}
    assert held.keys() - in_files == {"ENVIRONMENT", "PUBLIC_URL", "MAIL_FROM", "TRUSTED_PROXIES"}
    set_environment(monkeypatch, held)
    expected = load_settings()
    for name in in_files:
        (tmp_path / name).write_text(f"{held[name]}\n")
        monkeypatch.delenv(name)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    assert load_settings() == expected


def test_a_file_of_a_secret_that_is_of_no_use_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "bytes").write_bytes(b"\xff")
    files = {"JWT_SECRET_KEY": "missing", "SMTP_URL": "empty", "SENTRY_DSN": "bytes", "REDIS_URL": "bytes"}
    set_environment(monkeypatch, {f"{name}_FILE": str(tmp_path / file) for name, file in files.items()})
    monkeypatch.setenv("REDIS_URL", "redis://localhost")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value).split("; ") == [
        "REDIS_URL and REDIS_URL_FILE are both set",
        "keep one of them",
        f"JWT_SECRET_KEY_FILE: {tmp_path / 'missing'} cannot be read (No such file or directory)",
        f"SMTP_URL_FILE: {tmp_path / 'empty'} is empty",
        f"SENTRY_DSN_FILE: {tmp_path / 'bytes'} cannot be read (it is not UTF-8).",
    ]


def test_a_setting_whose_file_is_refused_is_not_missing_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_environment(monkeypatch, {**PRODUCTION, "DATABASE_URL": "", "DATABASE_URL_FILE": str(tmp_path)})
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value) == f"DATABASE_URL_FILE: {tmp_path} cannot be read (Is a directory)."
    assert list(refusal.value.problems) == [str(refusal.value)[:-1]]


def test_directories_are_those_of_the_repository_wherever_a_command_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIRECTORY", "var/other")
    assert load_settings().var_directory == REPOSITORY_ROOT / "var" / "other"


def test_development_needs_no_configuration() -> None:
    settings = load_settings()
    assert settings.database_url is None
    assert settings.public_origin == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("environment", "proxies", "trusted"),
    [
        ("development", "", {"127.0.0.0/8", "::1/128"}),
        ("development", "none", set()),
        ("development", "10.0.0.0/8", {"10.0.0.0/8"}),
        ("test", "", set()),
    ],
)
def test_development_believes_proxies_on_its_own_machine(
    monkeypatch: pytest.MonkeyPatch, environment: str, proxies: str, trusted: set[str]
) -> None:
    set_environment(monkeypatch, {"ENVIRONMENT": environment, "TRUSTED_PROXIES": proxies})
    assert {str(network) for network in load_settings().trusted_networks} == trusted


def test_no_proxies_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, {**PRODUCTION, "TRUSTED_PROXIES": "none"})
    assert load_settings().trusted_networks == []


@pytest.mark.parametrize(
    ("host", "address", "url"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "::", "http://[::1]:8000"),
        ("::1", "::1", "http://[::1]:8000"),
        ("[::1]", "::1", "http://[::1]:8000"),
        ("192.0.2.7", "192.0.2.7", "http://192.0.2.7:8000"),
        ("2001:db8::7", "2001:db8::7", "http://[2001:db8::7]:8000"),
    ],
)
def test_an_address_to_listen_on_becomes_one_to_open(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str, url: str
) -> None:
    set_environment(monkeypatch, {"ENVIRONMENT": "development", "HOST": host})
    settings = load_settings()
    assert (settings.host, settings.local_url, settings.public_origin) == (address, url, url)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_passkeys_of_this_machine_belong_to_its_name(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    set_environment(monkeypatch, {"HOST": host})
    assert load_settings().passkey_origin == "http://localhost:8000"
    assert load_settings().passkey_relying_party == "localhost"


@pytest.mark.parametrize(
    "reach",
    [
        {"HOST": "192.0.2.7"},
        {"ALLOWED_HOSTS": "localhost,.example.com"},
        {"ALLOWED_HOSTS": "*"},
        {"HOST": "0.0.0.0", "ALLOWED_HOSTS": "192.0.2.7"},
        {"PUBLIC_URL": "https://app.example.com"},
        {"PUBLIC_URL": "http://192.0.2.7:8000"},
        {"PUBLIC_API_URL": "http://192.0.2.7:8000", "PUBLIC_URL": "http://192.0.2.7:8000"},
    ],
)
def test_what_others_can_reach_must_say_its_environment(monkeypatch: pytest.MonkeyPatch, reach: dict[str, str]) -> None:
    set_environment(monkeypatch, reach)
    with pytest.raises(
        SettingsError, match="ENVIRONMENT must be set when PUBLIC_URL, PUBLIC_API_URL or ALLOWED_HOSTS names"
    ):
        load_settings()
    monkeypatch.setenv("ENVIRONMENT", "development")
    assert load_settings().is_exposed


@pytest.mark.parametrize(
    "reach",
    [{"HOST": "127.0.0.2"}, {"HOST": "::1"}, {"PUBLIC_URL": "http://localhost"}, {"PUBLIC_URL": "http://a.localhost"}],
)
def test_this_machine_needs_no_environment(monkeypatch: pytest.MonkeyPatch, reach: dict[str, str]) -> None:
    set_environment(monkeypatch, reach)
    assert not load_settings().is_exposed


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_mails_are_not_shown_on_every_address_unless_the_environment_is_set(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    assert load_settings().shows_developer_pages
    monkeypatch.setenv("HOST", host)
    assert not load_settings().shows_developer_pages
    monkeypatch.setenv("ENVIRONMENT", "development")
    assert load_settings().shows_developer_pages


def test_what_an_environment_lacks_is_told_when_it_is_needed() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL is not set"):
        load_settings().require_database_url()
    with pytest.raises(SettingsError, match="REDIS_URL is not set"):
        load_settings().require_redis_url()


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, PRODUCTION)
    printed = repr(load_settings())
    assert PRODUCTION["JWT_SECRET_KEY"] not in printed
    assert "user:secret" not in printed


def test_the_example_names_every_setting() -> None:
    assert (REPOSITORY_ROOT / ".env.example").read_text() == environment_reference()
