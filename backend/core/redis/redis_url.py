"""Checks a Redis URL at start-up, for errors that the client would report only on first use."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from core.setting_values import split_url

SCHEMES = ("redis", "rediss", "unix")
CERTIFICATE_CHECKS = ("none", "optional", "required")
FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
OPTIONS = {
    *("db", "username", "password", "client_name", "protocol", "health_check_interval", "socket_keepalive"),
    *FILES,
    *("ssl_ca_path", "ssl_password", "ssl_cert_reqs", "ssl_check_hostname", "ssl_ciphers", "ssl_min_version"),
}


def check_url(url: str) -> None:
    """Check that a connection with `url` can be attempted.

    Raises:
        ValueError: the URL is malformed, or has an unknown option or a missing file; the message says which.
    """
    parts = split_url(url)
    if parts.scheme not in SCHEMES or not _has_valid_port(url):
        raise ValueError("must look like redis://host:6379/0")
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unknown := sorted(options.keys() - OPTIONS):
        raise ValueError(f"has unknown options: {', '.join(unknown)}")
    if options.get("ssl_cert_reqs", "none") not in CERTIFICATE_CHECKS:
        raise ValueError(f"ssl_cert_reqs={options['ssl_cert_reqs']} is not one of {', '.join(CERTIFICATE_CHECKS)}")
    if parts.scheme != "rediss" and any(name.startswith("ssl_") for name in options):
        raise ValueError("has TLS options, which need rediss://")
    for name in FILES:
        if name in options and not Path(options[name]).is_file():
            raise ValueError(f"{name}={options[name]}: there is no such file")


def _has_valid_port(url: str) -> bool:
    try:
        urlsplit(url).port  # noqa: B018  (reading it is the check)
    except ValueError:
        return False
    return True
