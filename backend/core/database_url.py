"""Reads a URL of PostgreSQL as libpq would, for a driver that knows most of libpq's options but not all."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

SCHEMES = ("postgresql+asyncpg", "postgresql", "postgres")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SSL_NEGOTIATIONS = ("postgres", "direct")
SESSION_ATTRIBUTES = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
CHOICES = {"sslmode": SSL_MODES, "sslnegotiation": SSL_NEGOTIATIONS, "target_session_attrs": SESSION_ATTRIBUTES}
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
# libpq's name for the certificates that the operating system trusts.
SYSTEM = "system"

# Other drivers' word for sslmode.
SSL = "ssl"
SSL_MEANS = {"true": "require", "1": "require", "false": "disable", "0": "disable"}

# How libpq connects, and nothing that this driver could do or that decides about safety. PostgreSQL documentation, 34.1.2.
IGNORED_OPTIONS = {
    *("client_encoding", "fallback_application_name", "load_balance_hosts", "sslcompression", "sslsni"),
    *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"),
    *("min_protocol_version", "max_protocol_version", "connect_timeout"),
}
# What they would ask for cannot be had from this driver, and to go on without it could be unsafe. The values that ask
# for nothing are fine.
UNSUPPORTED_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "channel_binding": ("prefer", "disable"),
    "gssencmode": ("prefer", "disable"),
    "sslcertmode": ("allow", "disable"),
    "require_auth": (),
    "requirepeer": (),
    "hostaddr": (),
}


def check_url(url: str) -> None:
    """Refuse what no command could connect with.

    Raises:
        ValueError: the URL is malformed, or asks for what is unknown or not there; the message says what.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    if not all(map(_has_valid_port, parts.netloc.rpartition("@")[2].split(","))):
        raise ValueError("has a port that is no number; signs such as / and @ of a password are written %2F and %40")
    options = _options(parts.query)
    for name, allowed in {**CHOICES, **UNSUPPORTED_OPTIONS}.items():
        if name in options and options[name] not in allowed:
            raise ValueError(_complaint(name, options[name], allowed))
    for name in FILES:
        if name in options and options[name] != SYSTEM and not Path(options[name]).is_file():
            raise ValueError(f"{name}={options[name]}: there is no such file")


def driver_arguments(url: str) -> list[dict[str, Any]]:
    """Return what asyncpg is to be told so that it connects to `url`, once for each of its hosts; may read files.

    Asked to try several hosts, asyncpg has one time limit for all of them, which the first one that is dead uses up.
    """
    parts = urlsplit(url)
    options = _options(parts.query)
    for name in (*IGNORED_OPTIONS, *UNSUPPORTED_OPTIONS):
        options.pop(name, None)
    context = _trusting_the_system(options) if options.get("sslrootcert") == SYSTEM else None
    credentials, at, hosts = parts.netloc.rpartition("@")
    # To prefer one of them, all must be known.
    candidates = [hosts] if options.get("target_session_attrs") == "prefer-standby" else hosts.split(",")
    return [
        {
            "dsn": urlunsplit(("postgresql", f"{credentials}{at}{host}", parts.path, urlencode(options), "")),
            "ssl": context,
        }
        for host in candidates
    ]


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


def _trusting_the_system(options: dict[str, str]) -> ssl.SSLContext:
    """Return what `sslrootcert=system` asks for: with it, libpq always verifies the host's name."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["postgresql"])  # PostgreSQL 17 and newer insist on it when TLS comes first
    if certificate := options.pop("sslcert", None):
        context.load_cert_chain(certificate, options.pop("sslkey", None), options.pop("sslpassword", None))
    del options["sslrootcert"]
    return context


def _complaint(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if name == "channel_binding":
        return "channel_binding=require cannot be had; ask for sslmode=verify-full&sslrootcert=system in its place"
    if not allowed:
        return f"{name} is an option that is not supported; leave it out"
    return f"{name}={value} is not one of {', '.join(allowed)}"
