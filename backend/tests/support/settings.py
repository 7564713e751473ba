"""Environments to read settings from."""

from hashlib import sha256
from pathlib import Path

import pytest

from core.settings import Settings

PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://app:secret@db.internal/app",
    "REDIS_URL": "redis://redis.internal",
    "SMTP_URL": "smtps://user:secret@mail.internal",
    "PUBLIC_URL": "https://app.example.com",
    "MAIL_FROM": "Example <no-reply@example.com>",
    "JWT_SECRET_KEY": sha256(b"a key of the tests").hexdigest(),
    "TRUSTED_PROXIES": "10.0.0.0/8",
}


def without_environment(monkeypatch: pytest.MonkeyPatch, directory: Path) -> Path:
    """Unset all variables, and return where `.env` is looked for."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.setattr("core.settings.ENV_FILE", directory / ".env")
    return directory / ".env"


def set_environment(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Set variables until the end of the test."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
