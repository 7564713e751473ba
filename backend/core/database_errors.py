"""Explains a database error in one sentence, with its remedy."""

from collections.abc import Iterator

import asyncpg

from core.db import UnsuitableServer
from core.pool import NoConnection

# SQLSTATE, or its class → remedy. PostgreSQL documentation, appendix A.
_REMEDIES = {
    # PgBouncer, about the settings of a session: "unsupported startup parameter"
    "08P01": "DATABASE_URL leads to a pooler; set DATABASE_TRANSACTION_POOLING=true",
    "28": "check the user and the password in DATABASE_URL, and what the server's pg_hba.conf allows",
    "3D000": "create the database, or correct its name in DATABASE_URL",
    "42501": "grant the right to the user of DATABASE_URL, best by making it the owner of the database",
    "25006": "DATABASE_URL leads to a standby or to a server that takes no changes; name the primary, or several hosts"
    " and target_session_attrs=read-write",
    "53100": "free space on the disk of PostgreSQL",
    "53300": "lower DATABASE_POOL_SIZE, or raise max_connections",
    "57P03": "wait until the server has started",
}
# Undefined table or column: during a migration the migration is wrong, otherwise one is missing.
_SCHEMA = ("42P01", "42703")
_MIGRATE = "apply the migrations first: `main.py upgrade-database`"
# Errors that waiting does not fix.
_PERMANENT = ("08P01", "28", "3D000")
# The message about an extension names it, or its file.
_TRIGRAMS = {
    "42501": "have a superuser run CREATE EXTENSION pg_trgm in the database",
    "": "install PostgreSQL's contrib package, and have a superuser run CREATE EXTENSION pg_trgm in the database",
}
# A collation of ours that this encoding does not have: 42704 with these words.
_ENCODING = "for encoding"
_UTF8 = "create the database anew with ENCODING 'UTF8'"
_NO_TLS = "rejected SSL upgrade"  # asyncpg has no class of its own for it


def explain(error: BaseException, *, migrates: bool = False) -> str | None:
    """Return a sentence that explains `error`, or None when it is not about the database.

    Args:
        error: the error with its causes.
        migrates: whether it happened while a migration was applied.
    """
    for cause in _causes(error):
        if isinstance(cause, asyncpg.PostgresError):
            remedy = _remedy(cause, migrates=migrates)
            return _reported(cause, remedy) if remedy or _is_about_connections(error) else None
        if isinstance(cause, UnsuitableServer):
            return f"DATABASE_URL: {cause}."
        if isinstance(cause, asyncpg.InterfaceError | asyncpg.InternalClientError):
            return f"DATABASE_URL: {str(cause).rstrip('.')}."
        if isinstance(cause, OSError) and _is_about_connections(error):
            return f"DATABASE_URL: PostgreSQL cannot be reached ({_unreached(cause)})."
    return None


def is_permanent(error: BaseException) -> bool:
    """Whether the database rejects the settings, so that retrying does not help."""
    return any(
        isinstance(cause, UnsuitableServer)
        or _NO_TLS in str(cause)
        or (isinstance(cause, asyncpg.PostgresError) and (cause.sqlstate or "").startswith(_PERMANENT))
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _is_about_connections(error: BaseException) -> bool:
    return any(isinstance(cause, NoConnection) for cause in _causes(error))


def _remedy(error: asyncpg.PostgresError, *, migrates: bool) -> str:
    state = error.sqlstate or ""
    if "pg_trgm" in str(error):
        return _TRIGRAMS.get(state, _TRIGRAMS[""])
    if _ENCODING in str(error):
        return _UTF8
    if state in _SCHEMA and not migrates:
        return _MIGRATE
    return next((text for prefix, text in _REMEDIES.items() if state.startswith(prefix)), "")


def _reported(error: asyncpg.PostgresError, remedy: str) -> str:
    message = str(error).partition("\n")[0].rstrip(".")  # a hint would follow
    return "; ".join(filter(None, (f"PostgreSQL reports: {message}", remedy))) + "."


def _unreached(error: OSError) -> str:
    if _NO_TLS in str(error):
        return "it has no TLS, which sslmode demands; set ssl=on there, or sslmode=prefer"
    return "it does not answer in time" if isinstance(error, TimeoutError) else str(error)
