"""The connection pool to PostgreSQL. Building a `Database` connects to nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from core.settings import Settings

# A hung transaction holds locks that everybody else waits for.
IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 60_000
LOCK_TIMEOUT_MILLISECONDS = 10_000
# Below the idle timeouts of common proxies and load balancers.
RECYCLE_SECONDS = 1_800
CONNECT_TIMEOUT_SECONDS = 3


@dataclass(frozen=True, slots=True)
class PoolUsage:
    """How many connections the pool holds, by state."""

    checked_out: int
    idle: int


class Database:
    """One pool, two ways in: transactions for writes, single statements without BEGIN for reads."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use the pool of `engine` for both."""
        self._engine = engine
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._new_session = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)

    def session(self) -> AsyncSession:
        """Return a session which takes a connection at its first statement and begins a transaction there."""
        return self._new_session()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection that runs each statement by itself, one round trip each."""
        async with self._autocommit.connect() as connection:
            yield connection

    def pool_usage(self) -> PoolUsage:
        """Return how many connections are in use and how many wait."""
        pool = self._engine.pool
        return PoolUsage(checked_out=getattr(pool, "checkedout", int)(), idle=getattr(pool, "checkedin", int)())

    async def close(self) -> None:
        """Close every pooled connection."""
        await self._engine.dispose()


def create_engine(settings: Settings, *, application_name: str) -> AsyncEngine:
    """Return an engine with a bounded pool and server-side timeouts; it connects on first use.

    Args:
        settings: where PostgreSQL is and how many connections this process may hold.
        application_name: how this process shows in `pg_stat_activity`.

    Raises:
        SettingsError: `DATABASE_URL` is not set.
    """
    statement_timeout = int(settings.database_statement_timeout_seconds * 1000)
    return create_async_engine(
        settings.require_database_url(),
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=settings.database_pool_timeout_seconds,
        pool_recycle=RECYCLE_SECONDS,
        pool_pre_ping=True,
        skip_autocommit_rollback=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_SECONDS,
            "server_settings": {
                "application_name": application_name,
                "jit": "off",
                "statement_timeout": str(statement_timeout),
                "lock_timeout": str(LOCK_TIMEOUT_MILLISECONDS),
                "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS),
            },
        },
    )
