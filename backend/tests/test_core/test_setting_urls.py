"""URLs in settings may contain passwords."""

from pathlib import Path

import pytest

from core.settings import SettingsError, load_settings
from tests.support.settings import PRODUCTION, set_environment, without_environment


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_environment(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://user:{}@host/name"),
        ("DATABASE_REPLICA_URL", "postgresql://user:{}@host/name"),
        ("REDIS_URL", "redis://user:{}@host/0"),
        ("SMTP_URL", "smtp://user:{}@host"),
        ("STORAGE_URL", "s3://user:{}@bucket"),
        ("PUBLIC_URL", "https://user:{}@host"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:{}@host"),
    ],
)
# The standard library refuses the first one by showing all of it.
@pytest.mark.parametrize("password", ["hunter2\u2100", "hunter2[", "hunter2/", "hunter2:x", "hunter2#", "hunter2@x"])
def test_a_refusal_does_not_show_the_password_of_a_url(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, password: str
) -> None:
    set_environment(monkeypatch, {**PRODUCTION, name: value.format(password)})
    refusal = ""
    try:
        load_settings()
    except SettingsError as error:
        refusal = str(error)
    assert "hunter2" not in refusal
