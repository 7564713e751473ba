"""Objects that a process creates once: settings, clients of the outside world, pools, and signers."""

from contextlib import ExitStack
from functools import cached_property

from redis.asyncio import Redis

from core import product
from core.db import Database, open_database
from core.email import Mailbox, SmtpMailer, create_mailer
from core.metrics.metrics import Metrics
from core.redis.attempts import Attempts
from core.redis.cache import Cache
from core.redis.client import create_redis
from core.redis.live import LiveBus
from core.redis.requests import RequestCounts
from core.replica import open_replica
from core.runtime.failpoints import arm
from core.settings import Settings, shared_metrics_directory
from domain.jobs.job import Routes
from repository.connection import Connection
from repository.jobs.job_repository import JobRepository
from repository.operations.revision import MigrationHistory, read_history
from service.files.file_store import FileStore
from service.files.images import ImageProcessor
from service.identity.resources import IdentityResources
from service.jobs.wake_ups import JobTransport, WakeUps
from service.mail.emails import EmailTemplates
from service.reports.pdf_renderer import PdfRenderer
from service.security import Signer


class Resources:
    """The singletons of a process. Building them connects to nothing.

    Args:
        settings: the configuration.
        routes: which tasks take which payload.
        transport: carries the ids of jobs to workers after a commit.
        component: this process's part in the product, as PostgreSQL shows it.
        database: a pool to use instead of one made from the settings.
        mailer: a mailer to use instead of the one that the settings ask for.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing, or `STORAGE_URL` is malformed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        routes: Routes,
        transport: JobTransport,
        component: str,
        database: Database | None = None,
        mailer: SmtpMailer | Mailbox | None = None,
    ) -> None:
        application_name = f"{product.SLUG} {component}"
        self.settings = settings
        self.metrics = Metrics(shared_directory=shared_metrics_directory(), revision=settings.revision)
        self.database = database or open_database(
            settings, application_name=application_name, metrics=self.metrics.database
        )
        self.replica = open_replica(settings, application_name=application_name, metrics=self.metrics)
        self.redis: Redis = create_redis(settings.require_redis_url())
        self.cache = Cache(self.redis, self.metrics)
        self.live_bus = LiveBus(
            self.redis, subscriber=create_redis(settings.require_redis_url(), retries=0), metrics=self.metrics
        )
        self.request_counts = RequestCounts(self.redis, self.metrics)
        self.routes = routes
        self.transport = transport
        self.wake_ups = WakeUps(transport, self.metrics)
        # Outside of any unit of work: each statement commits by itself.
        self.job_repository = JobRepository(Connection(self.database.acquire))
        self.mailer = mailer or create_mailer(settings)
        self.files = FileStore(settings)
        self._pools = ExitStack()
        self.images = ImageProcessor()
        self._pools.callback(self.images.close)
        self.pdf_renderer = PdfRenderer()
        self._pools.callback(self.pdf_renderer.close)
        self.identity = IdentityResources(
            settings, self.database, Attempts(self.redis, self.metrics), metrics=self.metrics
        )
        self._pools.callback(self.identity.hasher.close)
        self.cursor_signer = Signer(settings, purpose=b"cursor")
        self.handshake_signer = Signer(settings, purpose=b"openid-handshake")
        self.fail_at = arm(None if settings.is_production else settings.failpoint)

    @cached_property
    def email_templates(self) -> EmailTemplates:
        """The templates of all emails. Programs that send none do not load them, which takes 50 ms."""
        return EmailTemplates(self.settings)

    @cached_property
    def migrations(self) -> MigrationHistory:
        """The migrations that this code expects the database to have had."""
        return read_history()

    async def close(self) -> None:
        """Flush all buffers, then close every client and pool."""
        await self.close_clients()
        await self.transport.close()
        await self.database.close()
        self.close_pools()

    async def close_clients(self) -> None:
        """Close all but the transport and the database, which another owner may have handed in."""
        await self.live_bus.close()
        await self.wake_ups.flush()
        await self.identity.close()
        await self.request_counts.close()
        await self.redis.aclose()
        if self.replica is not None:
            await self.replica.close()

    def close_pools(self) -> None:
        """End the threads and processes that compute."""
        self._pools.close()
