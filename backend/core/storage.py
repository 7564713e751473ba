"""The client of the place where files are kept: the local disk, or any object store that obstore speaks to."""

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from core.settings import SettingsError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

# Requests wait for the store, so they must learn that it is away before their clients give up.
TIMEOUTS: "ClientConfig" = {"connect_timeout": timedelta(seconds=3), "timeout": timedelta(seconds=30)}
RETRIES: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}

# Everything that obstore raises.
StorageErrors = (BaseError, OSError, ValueError)


def store_at(address: str) -> "ObjectStore":
    """Return the store at an address such as `s3://bucket/prefix?region=…`; it connects on first use.

    Raises:
        SettingsError: the address is malformed, or has an option that its kind of store does not have.
    """
    url = urlsplit(address)
    try:
        if url.scheme == "file":
            return store_in(Path(unquote(url.path)))
        return _remote_store(urlunsplit(url._replace(query="")), dict(parse_qsl(url.query)))
    except StorageErrors as error:
        raise SettingsError(f"STORAGE_URL: {reason(error)}.") from None


def store_in(directory: Path) -> "ObjectStore":
    """Return the store in a local directory, which is made.

    Raises:
        OSError: it cannot be made.
    """
    return LocalStore(directory, automatic_cleanup=True, mkdir=True)


def _remote_store(url: str, options: dict[str, Any]) -> "ObjectStore":
    client: ClientConfig = {**TIMEOUTS, "allow_http": str(options.get("endpoint", "")).startswith("http://")}
    store: ObjectStore = from_url(url, config=options, client_options=client, retry_config=RETRIES)  # type: ignore[call-overload]  # options are those of whichever store the address names
    return store


def reason(error: Exception) -> str:
    """Return what obstore complains of, without the signatures that may stand in an address."""
    return re.sub(r"\?\S*", "", str(error).partition("\n")[0]).rstrip(". ")
