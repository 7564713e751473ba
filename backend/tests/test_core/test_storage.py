"""Where files are kept, and what is said of an address that is wrong."""

import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from core.settings import Settings, SettingsError, child_environment, load_settings
from core.storage import open_local_store, open_store, reason

SECRET = "hunter2-hunter2"
# Without an endpoint and keys a client would ask the address at which clouds hand out keys.
S3 = f"s3://bucket?endpoint=http://127.0.0.1:9&region=eu-central-1&access_key_id=a&secret_access_key={SECRET}"


@pytest.mark.parametrize("name", ["kept", "kept here", "kept%20here/"])
def test_a_local_directory_is_made(tmp_path: Path, name: str) -> None:
    store = open_store(f"file://{tmp_path}/{name}")
    directory = tmp_path / name.strip("/").replace("%20", " ")
    assert directory.is_dir()
    assert repr(store) == repr(open_local_store(directory))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (S3.replace("bucket", "bucket/prefix"), "S3Store"),
        (f"{S3}&allow_http=true", "S3Store"),
        (f"{S3}&aws_allow_http=true", "S3Store"),
        (f"{S3}&AWS_VIRTUAL_HOSTED_STYLE_REQUEST=false&timeout=5s&http1_only=true", "S3Store"),
        ("gs://bucket/prefix", "GCSStore"),
        ("gs://bucket/prefix?allow_http=true&google_connect_timeout=1s", "GCSStore"),
        ("az://container/prefix?account_name=account&allow_http=true", "AzureStore"),
    ],
)
def test_an_address_names_a_bucket_of_the_usual_providers(url: str, kind: str) -> None:
    assert kind in repr(open_store(url))


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
        (f"{S3}&nonsense=1", "'nonsense' is not valid for store 'S3'"),
        (f"{S3}&allow_http=perhaps", 'failed to parse "perhaps" as boolean'),
        (f"{S3}&timeout=5", 'failed to parse "5" as Duration'),
        (f"{S3}&root_certificate=none", "No certificates found"),
        (f"{S3}&allow_http", "an option without a value"),
        (f"{S3}#fragment", "must not contain #"),
        (S3.replace("http://127.0.0.1:9", "127.0.0.1:9"), "the endpoint must look like https://storage.example.com"),
        (S3.replace("http://127.0.0.1:9", "http://"), "the endpoint must look like https://storage.example.com"),
        (S3.replace("http://127.0.0.1:9", "http://127.0.0.1:99999"), "number from 1 to 65535"),
        (f"s3://bucket?endpoint_url=ftp://host&secret_access_key={SECRET}", "the endpoint must look like"),
        ("az://container", "Account must be specified"),
        ("file://host/files", "must look like file:///absolute/path"),
        ("file:files", "must look like file:///absolute/path"),
        ("file:///tmp/files?allow_http=true", "must look like file:///absolute/path"),
    ],
)
def test_an_address_that_the_store_does_not_accept_is_told_in_one_sentence(url: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match="STORAGE_URL") as raised:
        open_store(url)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_panic_of_the_library_is_told_in_one_sentence() -> None:
    panic = type("PanicException", (BaseException,), {})  # the library's own cannot be imported
    with (
        patch("obstore.store.from_url", side_effect=panic("Expected config prefix\nin a stack of lines")),
        pytest.raises(
            SettingsError, match=r"^STORAGE_URL: the storage library cannot use it \(Expected config prefix\)\.$"
        ),
    ):
        open_store(S3)


@pytest.mark.process
@pytest.mark.parametrize("command", ["up", "serve", "worker", "scheduler"])
def test_no_program_starts_with_an_address_that_the_store_does_not_accept(command: str) -> None:
    environment = child_environment(STORAGE_URL=f"{S3}&nonsense=1", PORT="1")
    ended = subprocess.run(
        [sys.executable, "main.py", command], check=False, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode != 0
    assert (
        ended.stderr.strip()
        .splitlines()[-1]
        .endswith("STORAGE_URL: Configuration key: 'nonsense' is not valid for store 'S3'.")
    )
    assert "Traceback" not in ended.stderr


def test_settings_do_not_show_the_keys() -> None:
    assert SECRET not in repr(Settings(_env_file=None, storage_url=f"s3://bucket?secret_access_key={SECRET}"))


def test_what_a_store_complains_of_is_told_without_signatures() -> None:
    error = OSError(f"Error performing GET https://host/file?sig={SECRET} in 3ms\nDebug source: {SECRET}")
    assert reason(error) == "Error performing GET https://host/file in 3ms"
