"""Where files are kept, and what is said of an address that is wrong."""

from pathlib import Path

import pytest

from core.settings import Settings, SettingsError, load_settings
from core.storage import reason, store_at, store_in

SECRET = "hunter2-hunter2"


@pytest.mark.parametrize("name", ["kept", "kept here", "kept%20here/"])
def test_a_local_directory_is_made(tmp_path: Path, name: str) -> None:
    store = store_at(f"file://{tmp_path}/{name}")
    directory = tmp_path / name.strip("/").replace("%20", " ")
    assert directory.is_dir()
    assert repr(store) == repr(store_in(directory))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("s3://bucket/prefix?region=eu-central-1&endpoint=http://127.0.0.1:9000", "S3Store"),
        ("s3://bucket", "S3Store"),
        ("gs://bucket/prefix", "GCSStore"),
        ("az://container/prefix?account_name=lamina", "AzureStore"),
    ],
)
def test_an_address_names_a_bucket_of_the_usual_providers(url: str, kind: str) -> None:
    assert kind in repr(store_at(url))


@pytest.mark.parametrize("url", ["ftp://host/x", "nonsense", "https://host/x", "memory://", "/var/files"])
def test_an_address_of_another_kind_stops_the_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("STORAGE_URL", url)
    with pytest.raises(SettingsError, match=r"^STORAGE_URL: must begin with one of s3://, gs://, az://, file://\.$"):
        load_settings()


def test_keys_before_the_bucket_are_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_URL", f"s3://key:{SECRET}@bucket")
    with pytest.raises(SettingsError, match="takes keys as options") as raised:
        load_settings()
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("s3://", "Unable to recognise"),
        (f"s3://bucket?nonsense=1&secret_access_key={SECRET}", "'nonsense' is not valid for store 'S3'"),
        ("az://container", "Account must be specified"),
    ],
)
def test_an_address_that_the_store_does_not_accept_is_told_in_one_sentence(url: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match="STORAGE_URL") as raised:
        store_at(url)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_settings_do_not_show_the_keys() -> None:
    assert SECRET not in repr(Settings(_env_file=None, storage_url=f"s3://bucket?secret_access_key={SECRET}"))


def test_what_a_store_complains_of_is_told_without_signatures() -> None:
    error = OSError(f"Error performing GET https://host/file?sig={SECRET} in 3ms\nDebug source: {SECRET}")
    assert reason(error) == "Error performing GET https://host/file in 3ms"
