"""Looks at PostgreSQL: the server, the database, the user, and the programs that are connected to it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core import product
from core.database_errors import explain
from domain.errors import DatabaseUnavailable
from repository.operations.health_repository import DatabaseFacts
from service.operations.checks.finding import Finding, Installation, failed, ok, warning
from service.operations.connection_budget import connections_needed
from service.operations.start_check import MIGRATE

NAME = "postgresql"
# Codes of authenticator apps are valid for 30 s (RFC 6238), signed links and tokens for minutes.
NOTICED_SKEW = timedelta(seconds=2)
TOLERATED_SKEW = timedelta(seconds=30)
# Schedules of the product fire every five minutes.
QUIET_SECONDS = 600


async def check_database(installation: Installation) -> Sequence[Finding]:
    """Look at the primary."""
    try:
        return await _looked_at(installation)
    except DatabaseUnavailable as error:
        return [failed(NAME, explain(error) or f"PostgreSQL is unavailable ({error.__cause__}).")]


async def _looked_at(installation: Installation) -> Sequence[Finding]:
    facts = await installation.primary.describe()
    skew = abs(datetime.now(UTC) - facts.clock)
    findings = [
        _server(facts),
        _encoding(facts),
        _extension(facts),
        await _connections(installation, facts),
        await _pooler(installation),
        _clock(skew),
        _owner(installation, facts),
    ]
    applied = await installation.primary.applied_revisions()
    if not installation.migrations.is_applied(applied):
        return [*findings, failed("migrations", "The database lacks migrations.", MIGRATE)]
    at = "they are all applied" if installation.migrations.head in applied else "it is ahead of this release"
    return [*findings, ok("migrations", at), await _rights(installation), *await _programs(installation)]


def _server(facts: DatabaseFacts) -> Finding:
    if facts.is_standby:
        return failed(NAME, "DATABASE_URL leads to a standby, which takes no changes.", "name the primary")
    if facts.is_read_only:
        return failed(NAME, "PostgreSQL takes no changes.", "look where default_transaction_read_only is set")
    return ok(NAME, f"PostgreSQL {facts.version.split()[0]}")


def _encoding(facts: DatabaseFacts) -> Finding:
    if facts.encoding != "UTF8":
        remedy = "create the database anew with ENCODING 'UTF8'"
        return failed("encoding", f"The database has the encoding {facts.encoding}.", remedy)
    return ok("encoding", facts.encoding)


def _extension(facts: DatabaseFacts) -> Finding:
    if facts.has_trigrams:
        return ok("extensions", "pg_trgm is there")
    if not facts.offers_trigrams:
        return failed("extensions", "PostgreSQL has no pg_trgm.", "install PostgreSQL's contrib package")
    if not facts.may_create:
        remedy = "have a superuser run CREATE EXTENSION pg_trgm in the database"
        return failed("extensions", "The user may not create pg_trgm.", remedy)
    return ok("extensions", "pg_trgm comes with the migrations")


async def _connections(installation: Installation, facts: DatabaseFacts) -> Finding:
    settings = installation.settings
    if settings.database_transaction_pooling:
        return ok("connections", "the pooler limits them")
    allowed, needed = await installation.primary.connection_limit(), connections_needed(settings)
    text = f"{allowed} are allowed, {needed} may be needed, {facts.used} are open"
    if needed > allowed:
        remedy = "lower DATABASE_POOL_SIZE, API_WORKERS or WORKER_CONCURRENCY, or raise max_connections"
        return failed("connections", text, remedy)
    return ok("connections", text)


async def _pooler(installation: Installation) -> Finding:
    is_pooled = await installation.database.is_behind_pooler()
    if is_pooled and not installation.settings.database_transaction_pooling:
        remedy = "set DATABASE_TRANSACTION_POOLING=true if it pools by transaction"
        return warning("pooler", "DATABASE_URL leads to a pooler.", remedy)
    if installation.settings.database_transaction_pooling and not is_pooled:
        remedy = "set DATABASE_TRANSACTION_POOLING=false, which is faster"
        return warning("pooler", "DATABASE_URL leads to PostgreSQL itself.", remedy)
    return ok("pooler", "a pooler by transaction" if is_pooled else "none")


def _clock(skew: timedelta) -> Finding:
    text = f"{skew.total_seconds():.1f} s from the clock of PostgreSQL"
    if skew > NOTICED_SKEW:
        return (failed if skew > TOLERATED_SKEW else warning)("clock", text, "set both clocks by NTP")
    return ok("clock", text)


def _owner(installation: Installation, facts: DatabaseFacts) -> Finding:
    if facts.is_superuser and installation.settings.is_production:
        remedy = "make a role that only owns the database"
        return warning("user", "The user of DATABASE_URL is a superuser.", remedy)
    return ok("user", "the user of DATABASE_URL")


async def _rights(installation: Installation) -> Finding:
    if tables := await installation.primary.forbidden_tables():
        remedy = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public to it, or make it the owner"
        return failed("rights", f"The user may not change rows of {', '.join(sorted(tables)[:3])}.", remedy)
    return ok("rights", "the user may read and change all tables")


async def _programs(installation: Installation) -> list[Finding]:
    connected = await installation.primary.programs()
    last = {
        "worker": await installation.primary.seconds_since_job(),
        "scheduler": await installation.primary.seconds_since_tick(),
    }
    return [
        ok(name, "is connected") if f"{product.SLUG} {name}" in connected else _absent(name, seconds, installation)
        for name, seconds in last.items()
    ]


def _absent(name: str, seconds: float | None, installation: Installation) -> Finding:
    if seconds is not None and seconds < QUIET_SECONDS:  # behind a pooler connections have other names
        return ok(name, f"worked {seconds:.0f} s ago")
    if not installation.settings.is_production:
        return ok(name, "none is connected; `make up` starts one")
    return warning(name, f"No {name} is connected to the database.", f"start one: `main.py {name}`")


async def check_replica(installation: Installation) -> Sequence[Finding]:
    """Look at the replica, if there is one."""
    if installation.replica is None:
        return []
    try:
        written = await installation.primary.position()
        replayed = await installation.replica.replayed()
        behind = await installation.replica.seconds_behind()
    except DatabaseUnavailable as error:
        reason = (explain(error) or "it is unavailable").replace("DATABASE_URL", "DATABASE_REPLICA_URL")
        return [warning("replica", reason, "reads go to the primary until it is back")]
    if replayed is None:
        remedy = "name a streaming standby of DATABASE_URL"
        return [failed("replica", "DATABASE_REPLICA_URL leads to no standby.", remedy)]
    limit = installation.settings.database_replica_max_lag_seconds
    if replayed < written and behind > limit:
        return [warning("replica", f"It is {behind:.0f} s behind.", "reads go to the primary until it has caught up")]
    return [ok("replica", f"{max(written - replayed, 0)} bytes behind")]
