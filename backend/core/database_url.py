"""Reads a PostgreSQL URL as libpq does, for a driver that supports most of libpq's options but not all."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit, urlunsplit

from core.setting_values import split_url

SCHEMES = ("postgresql+asyncpg", "postgresql", "postgres")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SSL_NEGOTIATIONS = ("postgres", "direct")
SESSION_ATTRIBUTES = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
CHOICES = {"sslmode": SSL_MODES, "sslnegotiation": SSL_NEGOTIATIONS, "target_session_attrs": SESSION_ATTRIBUTES}
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
# libpq's name for the operating system's trusted certificates.
SYSTEM = "system"

# The name of sslmode in other drivers.
SSL = "ssl"
SSL_MEANS = {"true": "require", "1": "require", "false": "disable", "0": "disable"}

# Details of libpq's connections that this driver does not support and security does not depend on.
# PostgreSQL documentation, 34.1.2.
IGNORED_OPTIONS = {
    *("client_encoding", "fallback_application_name", "load_balance_hosts", "sslcompression", "sslsni"),
    *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"),
    *("min_protocol_version", "max_protocol_version", "connect_timeout"),
}
# Options that this driver does not support, and that are unsafe to ignore. The listed values ask for nothing, so they
# are accepted.
UNSUPPORTED_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "channel_binding": ("prefer", "disable"),
    "gssencmode": ("prefer", "disable"),
    "sslcertmode": ("allow", "disable"),
    "require_auth": (),
    "requirepeer": (),
    "hostaddr": (),
}
# Options that PostgreSQL's own programs accept. The driver sends all others as settings of the session.
LIBPQ_OPTIONS = {*CHOICES, *FILES, *IGNORED_OPTIONS, *UNSUPPORTED_OPTIONS, "host", "port", "user", "dbname", "options"}


def check_url(url: str) -> None:
    """Check that a connection with `url` can be attempted.

    Raises:
        ValueError: the URL is malformed, or has an unknown option or a missing file; the message says which.
    """
    parts = split_url(url)
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    if not all(map(_has_valid_port, parts.netloc.rpartition("@")[2].split(","))):
        raise ValueError("has a port that is not a number; write / and @ in a password as %2F and %40")
    options = _options(parts.query)
    for name, allowed in {**CHOICES, **UNSUPPORTED_OPTIONS}.items():
        if name in options and options[name] not in allowed:
            raise ValueError(_complaint(name, options[name], allowed))
    for name in FILES:
        if name in options and options[name] != SYSTEM and not Path(options[name]).is_file():
            raise ValueError(f"{name}={options[name]}: there is no such file")


def driver_arguments(url: str) -> list[dict[str, Any]]:
    """Return the arguments of `asyncpg.connect` for each host of `url`; may read files.

    Given several hosts, asyncpg applies one time limit to all of them, and the first dead host uses it up.
    """
    parts = urlsplit(url)
    options = _options(parts.query)
    for name in (*IGNORED_OPTIONS, *UNSUPPORTED_OPTIONS):
        options.pop(name, None)
    context = _system_tls_context(options) if options.get("sslrootcert") == SYSTEM else None
    credentials, at, hosts = parts.netloc.rpartition("@")
    # To prefer a standby, asyncpg must know all hosts.
    candidates = [hosts] if options.get("target_session_attrs") == "prefer-standby" else hosts.split(",")
    return [
        {
            "dsn": urlunsplit(
                ("postgresql", f"{credentials}{at}{host}", parts.path, urlencode(options, quote_via=quote), "")
            ),
            "ssl": context,
        }
        for host in candidates
    ]


def with_database(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))


def libpq_address(url: str) -> tuple[str, dict[str, str]]:
    """Return the address for PostgreSQL's own programs, without the password, and the variables that carry it.

    A command line can be read by every user of the machine.
    """
    parts = urlsplit(url)
    options = _options(parts.query)
    credentials, at, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    password = options.pop("password", unquote(password))
    known = {name: value for name, value in options.items() if name in LIBPQ_OPTIONS}
    address = urlunsplit(("postgresql", f"{user}{at}{hosts}", parts.path, urlencode(known, quote_via=quote), ""))
    return address, {"PGPASSWORD": password} if password else {}


def _has_valid_port(host: str) -> bool:
    try:
        urlsplit(f"//{host}").port  # noqa: B018  (reading it is the check)
    except ValueError:
        return False
    return True


def _options(query: str) -> dict[str, str]:
    options = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    if SSL in options:
        value = options.pop(SSL)
        options.setdefault("sslmode", SSL_MEANS.get(value, value))
    return options


def _system_tls_context(options: dict[str, str]) -> ssl.SSLContext:
    """Return the TLS context for `sslrootcert=system`, which makes libpq verify the host name."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["postgresql"])  # PostgreSQL 17 and newer require it for direct TLS
    if certificate := options.pop("sslcert", None):
        context.load_cert_chain(certificate, options.pop("sslkey", None), options.pop("sslpassword", None))
    del options["sslrootcert"]
    return context


def _complaint(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if name == "channel_binding":
        return "channel_binding=require is not supported; use sslmode=verify-full&sslrootcert=system instead"
    if not allowed:
        return f"{name} is not supported; remove it"
    return f"{name}={value} is not one of {', '.join(allowed)}"
