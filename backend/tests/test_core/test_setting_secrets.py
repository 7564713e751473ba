"""Production refuses secrets that are easily guessed, and no random one."""

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex, token_urlsafe

import pytest

from core.settings import SettingsError, load_settings
from tests.support.settings import PRODUCTION, set_environment, without_environment


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_environment(monkeypatch, tmp_path)
    set_environment(monkeypatch, PRODUCTION)


@pytest.mark.parametrize("name", ["JWT_SECRET_KEY", "JWT_PREVIOUS_SECRET_KEYS", "METRICS_TOKEN"])
@pytest.mark.parametrize(
    "secret", ["a" * 40, "0123456789" * 4, "changeme" * 4 + "1", "Our-SECRET-key-of-tuesday-in-june"]
)
def test_a_secret_that_is_easily_guessed_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, secret: str) -> None:
    monkeypatch.setenv(name, secret)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value) == f"{name} is easily guessed; use a random one, e.g. from `openssl rand -hex 32`."


@pytest.mark.parametrize("make", [token_hex, token_urlsafe])
@pytest.mark.parametrize("size", [24, 32, 64, 1_000])
def test_a_random_secret_is_never_refused(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[int], str], size: int
) -> None:
    monkeypatch.setenv("JWT_SECRET_KEY", make(size))
    monkeypatch.setenv("JWT_PREVIOUS_SECRET_KEYS", f"{make(size)}, {make(size)}")
    monkeypatch.setenv("METRICS_TOKEN", make(size))
    assert load_settings().is_production
