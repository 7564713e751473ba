"""The client of the file storage: the local disk, or any object store that obstore supports."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, unquote, urlunsplit

from core.setting_values import port_of, split_url
from core.settings import SettingsError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

# Requests wait for the store, so an outage must be noticed before their clients give up. A file may take as long as a
# slow client needs to download it; without `timeout`, obstore ends every transfer after 30 seconds.
TIMEOUTS: "ClientConfig" = {
    "connect_timeout": timedelta(seconds=3),
    "read_timeout": timedelta(seconds=30),
    "timeout": timedelta(days=1),
}
RETRIES: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}

# Options of the HTTP client. obstore takes them separately from those of the store, and panics if they are mixed.
CLIENT_OPTIONS = frozenset(
    {
        "allow_http",
        "allow_invalid_certificates",
        "connect_timeout",
        "default_content_type",
        "http1_only",
        "http2_keep_alive_interval",
        "http2_keep_alive_timeout",
        "http2_keep_alive_while_idle",
        "http2_only",
        "pool_idle_timeout",
        "pool_max_idle_per_host",
        "proxy_ca_certificate",
        "proxy_excludes",
        "proxy_url",
        "randomize_addresses",
        "read_timeout",
        "root_certificate",
        "timeout",
        "user_agent",
    }
)
PROVIDER_PREFIX = re.compile("^(aws|google|azure)_")
ENDPOINTS = frozenset({"endpoint", "endpoint_url"})
# The error of a panic in Rust. It is not an `Exception`, so error handlers do not catch it.
PANIC = "PanicException"


def storage_errors() -> tuple[type[Exception], ...]:
    """Return all other errors of obstore."""
    from obstore.exceptions import BaseError

    return BaseError, OSError, ValueError, TypeError


def open_store(address: str) -> "ObjectStore":
    """Return the store at an address such as `s3://bucket/prefix?region=…`; it connects on first use.

    Raises:
        SettingsError: the address is malformed, or has an option that this kind of store does not have.
    """
    try:
        return _opened(address)
    except storage_errors() as error:
        raise SettingsError(f"STORAGE_URL: {reason(error)}{_remedy(error)}.") from None
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise SettingsError(f"STORAGE_URL: the storage library cannot use it ({reason(error)}).") from None


def _remedy(error: Exception) -> str:
    return "; let the user that runs the program write the directory" if isinstance(error, OSError) else ""


def open_local_store(directory: Path) -> "ObjectStore":
    """Return the store in a local directory, which is created.

    Raises:
        OSError: the directory cannot be created.
    """
    from obstore.store import LocalStore

    return LocalStore(directory, automatic_cleanup=True, mkdir=True)


def _opened(address: str) -> "ObjectStore":
    url = split_url(address)
    if url.fragment:
        raise SettingsError("STORAGE_URL: must not contain #; write %23 in a key or a prefix.")
    if url.scheme == "file":
        return _local_store(url)
    return _remote_store(urlunsplit(url._replace(query="")), _options_of(url))


def _options_of(url: SplitResult) -> dict[str, str]:
    if any("=" not in option for option in url.query.split("&") if option):
        raise SettingsError("STORAGE_URL: has an option without a value.")
    return dict(parse_qsl(url.query))


def _local_store(url: SplitResult) -> "ObjectStore":
    if url.netloc or url.query or not url.path.startswith("/"):
        raise SettingsError("STORAGE_URL: must look like file:///absolute/path.")
    return open_local_store(Path(unquote(url.path)))


def _remote_store(url: str, options: Mapping[str, str]) -> "ObjectStore":
    from obstore.store import from_url

    endpoints = [value for name, value in options.items() if _plain(name) in ENDPOINTS]
    for endpoint in endpoints:
        _check_endpoint(endpoint)
    store: ObjectStore = from_url(  # type: ignore[call-overload]  # the options depend on the kind of store
        url,
        config={name: value for name, value in options.items() if _plain(name) not in CLIENT_OPTIONS},
        client_options={
            **TIMEOUTS,
            "allow_http": any(endpoint.startswith("http://") for endpoint in endpoints),
            **{_plain(name): value for name, value in options.items() if _plain(name) in CLIENT_OPTIONS},
        },
        retry_config=RETRIES,
    )
    return store


def _plain(option: str) -> str:
    """Return the name of an option without the provider's prefix."""
    return PROVIDER_PREFIX.sub("", option.lower())


def _check_endpoint(endpoint: str) -> None:
    """Check that `endpoint` is a URL.

    Raises:
        SettingsError: it is not.
    """
    url = split_url(endpoint)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise SettingsError("STORAGE_URL: the endpoint must look like https://storage.example.com.")
    port_of(url)


def reason(error: BaseException) -> str:
    """Return the message of an obstore error, without query strings, which may contain signatures."""
    return re.sub(r"\?\S*", "", str(error).partition("\n")[0]).rstrip(". ")
