"""Bad configuration stops at start-up with one sentence that says what to set."""

import json

import pytest

from core.settings import (
    DEVELOPMENT_JWT_SECRET,
    REPOSITORY_ROOT,
    Settings,
    SettingsError,
    environment_reference,
    load_settings,
)

PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://app:secret@db.internal/app",
    "REDIS_URL": "redis://redis.internal",
    "SMTP_URL": "smtps://user:secret@mail.internal",
    "PUBLIC_URL": "https://app.example.com",
    "JWT_SECRET_KEY": "k" * 32,
}


def _providers(*changes: dict[str, str], **change: str) -> str:
    """Return the setting with one provider for each change."""
    provider = {
        "name": "example",
        "label": "Example",
        "issuer": "https://accounts.example.com",
        "client_id": "lamina",
        "client_secret": "secret",
    }
    return json.dumps([{**provider, **one} for one in (changes or [change])])


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def _set(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_a_complete_production_environment_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, PRODUCTION)
    settings = load_settings()
    assert settings.is_production
    assert settings.database_url == "postgresql+asyncpg://app:secret@db.internal/app"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("JWT_SECRET_KEY", "", "JWT_SECRET_KEY is too short for production: at least 32 bytes are needed."),
        ("JWT_SECRET_KEY", DEVELOPMENT_JWT_SECRET, "JWT_SECRET_KEY must be set in production, e.g. from"),
        ("JWT_SECRET_KEY", "k" * 31, "JWT_SECRET_KEY is too short for production: at least 32 bytes are needed."),
        ("DATABASE_URL", "", "DATABASE_URL must be set in production."),
        ("REDIS_URL", "", "REDIS_URL must be set in production."),
        ("SMTP_URL", "", "SMTP_URL must be set in production."),
        ("PUBLIC_URL", "", "PUBLIC_URL must be set in production and start with https://."),
        ("PUBLIC_URL", "http://app.example.com", "PUBLIC_URL must be set in production and start with https://."),
        ("DATABASE_URL", "mysql://localhost/app", "DATABASE_URL: must look like postgresql://"),
        ("DATABASE_URL", "postgresql://localhost", "DATABASE_URL: must look like postgresql://"),
        ("DATABASE_URL", "postgresql://localhost:port/app", "DATABASE_URL: Port could not be cast"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL: must look like redis://"),
        ("SMTP_URL", "mail.internal:587", "SMTP_URL: must look like smtp://"),
        ("PUBLIC_URL", "https://app.example.com/path", "PUBLIC_URL: must look like https://app.example.com"),
        ("OIDC_PROVIDERS", "example", "OIDC_PROVIDERS: must be a list in JSON."),
        ("OIDC_PROVIDERS", "{}", "OIDC_PROVIDERS: must be a list in JSON."),
        ("OIDC_PROVIDERS", "[{}]", "OIDC_PROVIDERS_0_NAME: Field required."),
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
        ("PORT", "eighty", "PORT: Input should be a valid integer"),
        ("PORT", "70000", "PORT: Input should be less than or equal to 65535"),
        ("ENVIRONMENT", "staging", "ENVIRONMENT: Input should be 'development', 'test' or 'production'."),
        ("LOGGING_LEVEL", "LOUD", "LOGGING_LEVEL: "),
        ("SENTRY_ENABLED", "true", "SENTRY_DSN must be set when SENTRY_ENABLED is true."),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    _set(monkeypatch, {**PRODUCTION, name: value})
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)
    assert "secret@" not in str(refusal.value)


def test_development_needs_no_configuration() -> None:
    settings = load_settings()
    assert settings.database_url is None
    assert settings.public_origin == "http://127.0.0.1:8000"


def test_what_an_environment_lacks_is_told_when_it_is_needed() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL is not set"):
        load_settings().require_database_url()
    with pytest.raises(SettingsError, match="REDIS_URL is not set"):
        load_settings().require_redis_url()


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, PRODUCTION)
    printed = repr(load_settings())
    assert PRODUCTION["JWT_SECRET_KEY"] not in printed
    assert "user:secret" not in printed


def test_the_example_names_every_setting() -> None:
    assert (REPOSITORY_ROOT / ".env.example").read_text() == environment_reference()
