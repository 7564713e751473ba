"""The mail server that `SMTP_URL` names."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from urllib.parse import SplitResult, parse_qsl, unquote

from core.setting_values import port_of, split_url

SUBMISSION_PORT = 587  # RFC 6409
IMPLICIT_TLS_PORT = 465  # RFC 8314
RELAY_PORT = 25  # RFC 5321


class EmailRejected(Exception):
    """The server rejected an email permanently: sending it again cannot succeed."""


class MailServerRefused(Exception):
    """The server is unreachable, or refuses us; the message says why."""


class Tls(StrEnum):
    """How the connection is encrypted. `IMPLICIT` and `STARTTLS` verify the certificate."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The address and credentials of a mail server."""

    host: str
    port: int
    tls: Tls
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Parse `smtps://` (implicit TLS) or `smtp://` (requires STARTTLS, unless it ends with `?tls=none`).

        Raises:
            ValueError: the URL is malformed or contradicts itself; the message says how.
        """
        parts = split_url(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
        if parts.path.strip("/") or parts.fragment:
            raise ValueError("must write the characters / ? # and @ of a password as %2F %3F %23 and %40")
        if (parts.username is None) != (parts.password is None):
            raise ValueError("must have both a user and a password, or neither")
        tls = _tls_of(parts)
        port = port_of(parts) or (IMPLICIT_TLS_PORT if tls is Tls.IMPLICIT else SUBMISSION_PORT)
        _check_port_matches(port, tls)
        username, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        return cls(parts.hostname, port, tls, username, password)


def _tls_of(parts: SplitResult) -> Tls:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    choice = options.pop("tls", Tls.IMPLICIT if parts.scheme == "smtps" else Tls.STARTTLS)
    if options:
        raise ValueError("must have no options except tls")
    allowed = {Tls.IMPLICIT} if parts.scheme == "smtps" else {Tls.STARTTLS, Tls.NONE}
    if choice not in allowed:
        raise ValueError("must be smtps://…, smtp://…?tls=starttls (the same as without) or smtp://…?tls=none")
    return Tls(choice)


def _check_port_matches(port: int, tls: Tls) -> None:
    if port == IMPLICIT_TLS_PORT and tls is not Tls.IMPLICIT:
        raise ValueError("must start with smtps:// for port 465, which uses implicit TLS")
    if port in {SUBMISSION_PORT, RELAY_PORT} and tls is Tls.IMPLICIT:
        raise ValueError(f"must start with smtp:// for port {port}, which uses STARTTLS")
