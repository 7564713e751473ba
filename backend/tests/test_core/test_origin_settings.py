"""The settings of a front end on another server."""

from pathlib import Path

import pytest

from core.settings import SettingsError, load_settings
from tests.support.settings import PRODUCTION, set_environment, without_environment


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_environment(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "www.example.com",
        "https://*.example.com",
        "https://www.example.com/",
        "https://www.example.com/path",
        "https://www.example.com?query",
        "https://www.example.com:443",
        "https://user@www.example.com",
        "https://wüw.example.com",
        "https://a.example.com https://b.example.com",
        "http://www.example.com",
        "http://192.0.2.7:9000",
        "file://www.example.com",
    ],
)
def test_an_origin_is_written_as_browsers_write_it(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    set_environment(monkeypatch, {**PRODUCTION, "ALLOWED_ORIGINS": f"https://www.example.com, {origin}"})
    with pytest.raises(SettingsError, match=r"^ALLOWED_ORIGINS: must be origins such as https://app\.example\.com, "):
        load_settings()


def test_a_front_end_on_another_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    origins = "https://app.example.com, https://B.example.com"
    set_environment(
        monkeypatch, {**PRODUCTION, "PUBLIC_API_URL": "https://api.example.com", "ALLOWED_ORIGINS": origins}
    )
    settings = load_settings()
    assert settings.accepted_origins == ("https://app.example.com", "https://b.example.com")
    assert {"app.example.com", "api.example.com"} <= set(settings.accepted_hosts)
    assert (settings.api_origin, settings.pages_base) == ("https://api.example.com", "https://app.example.com")


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://App.Example.com/", "https://app.example.com"),
        ("HTTPS://app.example.com:443", "https://app.example.com"),
        ("https://app.example.com:8443", "https://app.example.com:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
    ],
)
def test_the_public_url_is_compared_as_browsers_write_it(
    monkeypatch: pytest.MonkeyPatch, written: str, origin: str
) -> None:
    set_environment(monkeypatch, {**PRODUCTION, "PUBLIC_URL": written})
    assert load_settings().public_origin == origin


@pytest.mark.parametrize("origin", ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"])
def test_a_front_end_on_this_machine_needs_no_encryption(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", origin)
    assert load_settings().accepted_origins == (origin,)
    assert not load_settings().is_exposed


def test_the_api_has_the_origin_of_the_pages_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, PRODUCTION)
    settings = load_settings()
    assert (settings.api_origin, settings.pages_base) == ("https://app.example.com", "")
    assert settings.accepted_origins == ()
