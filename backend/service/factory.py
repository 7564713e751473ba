"""The services of a unit of work: `work.posts`, `work.identity.sign_ins` and so on. Features add properties."""

import asyncio
from functools import cached_property
from uuid import UUID

from core.redis.job_stream import StreamTransport
from core.runtime.batching import SharedRun
from core.settings import Settings
from domain.permissions import ANONYMOUS, SYSTEM, Actor
from domain.session import Identity
from domain.taskiq_broker import TaskRegistry
from repository.comment_repository import CommentRepository
from repository.post_repository import PostRepository
from service.auth_service import AuthService
from service.comment_service import CommentService
from service.controllers.dashboard_controller import DashboardController
from service.files.assembly import assemble_avatars, assemble_data_exports
from service.files.avatar_service import AvatarService
from service.files.data_export_service import DataExportService
from service.identity.api_token_format import looks_like_api_token
from service.identity.assembly import IdentityServices
from service.identity.identity_cache import IdentityCache
from service.jobs.assembly import assemble_dead_jobs, assemble_delivery, assemble_engine, assemble_jobs
from service.jobs.dead_job_service import DeadJobService
from service.jobs.job_service import JobService
from service.jobs.outbox import Outbox
from service.live.assembly import Live
from service.live.event_streams import EventStreams
from service.mail.assembly import assemble_emails
from service.mail.email_service import EmailService
from service.operations.assembly import Operations
from service.operations.cached_values import UnitCache
from service.operations.health_service import Readiness
from service.operations.metrics_page import MetricsPage
from service.post_service import PostService
from service.report_service import ReportService
from service.reports.assembly import assemble_report_builder, assemble_reports
from service.reports.report_builder import ReportBuilder
from service.resources import Resources
from service.unit_of_work import NO_CONTEXT, Context, UnitOfWork
from service.user_service import UserService

# An ordinary picture is decoded in less; a longer one is given up when the process has to end.
LAST_PICTURE_SECONDS = 2.0


class Factory:
    """Opens units of work, and holds the objects of a process that need none."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.jobs = assemble_engine(resources)
        self.identities = IdentityCache(
            self._authenticate,
            max_age=resources.settings.identity_snapshot_seconds,
            is_signed=resources.identity.access_tokens.is_signed,
        )
        self.streams = EventStreams(resources.live_bus, self.unit_of_work, resources.metrics)
        self.readiness = SharedRun(self._check_readiness)
        self.metrics_page = MetricsPage(
            resources.metrics,
            resources.database,
            resources.replica,
            self.jobs,
            queues={spec.queue for specs in resources.routes.values() for spec in specs}
            | set(resources.settings.queue_concurrency),
        )

    def unit_of_work(self, actor: Actor = ANONYMOUS, context: Context = NO_CONTEXT) -> "Work":
        """Return a unit of work for `actor`, to be entered with `async with`."""
        return Work(self, actor, context)

    def end_soon(self) -> None:
        """End streams and slow pictures, which would keep a stopping process waiting."""
        self.streams.close()
        asyncio.get_running_loop().call_later(LAST_PICTURE_SECONDS, self.resources.images.close)

    async def close(self) -> None:
        """End the streams and close everything that the process holds."""
        self.streams.close()
        await self.resources.close()

    async def _authenticate(self, token: str) -> Identity:
        async with self.unit_of_work() as work:
            if looks_like_api_token(token):
                return await work.identity.api_tokens.authenticate(token)
            return await work.identity.sessions.authenticate(token)

    async def _check_readiness(self) -> Readiness:
        async with self.unit_of_work() as work:
            return await work.operations.health.check()


class Work(UnitOfWork):
    """A unit of work with every service, each assembled at its first use."""

    def __init__(self, factory: Factory, actor: Actor, context: Context) -> None:
        resources = factory.resources
        super().__init__(
            resources.database,
            actor,
            context,
            replica=resources.replica,
            metrics=resources.metrics,
            fail_at=resources.fail_at,
        )
        self._factory = factory
        self._resources = resources
        self.outbox = Outbox(resources.routes)
        self.cache = UnitCache(resources.cache, is_writing=lambda: self.has_begun)
        self.identity = IdentityServices(
            self,
            resources.identity,
            outbox=self.outbox,
            autonomous_transaction=self.autonomous_transaction,
            forget_user=self._forget_user,
        )
        self.live = Live(self, resources.live_bus)
        self.operations = Operations(self, resources, self.cache, self.outbox)
        delivery = assemble_delivery(self, resources, self.outbox)
        # Emails are counted before their jobs are written; browsers are told what changed once no old value is cached.
        self.register(self.identity.email_quota, self.identity.audit, delivery, self.cache, self.live.updates)

    @cached_property
    def auth(self) -> AuthService:
        """Signing up, in and out."""
        return self.identity.auth

    @cached_property
    def users(self) -> UserService:
        """Users."""
        return self.identity.users

    @cached_property
    def dashboard(self) -> DashboardController:
        """The first page after signing in."""
        return DashboardController(self.identity.sessions, self.operations.statistics, self.live.notifications)

    @cached_property
    def posts(self) -> PostService:
        """Posts."""
        return PostService(self.actor, PostRepository(self.replica_connection, self.actor), cache=self.cache)

    @cached_property
    def comments(self) -> CommentService:
        """Comments on posts."""
        return CommentService(
            self.actor, CommentRepository(self.replica_connection, self.actor), outbox=self.outbox, cache=self.cache
        )

    @cached_property
    def reports(self) -> ReportService:
        """Reports."""
        return assemble_reports(self, self._resources, outbox=self.outbox)

    @cached_property
    def report_builder(self) -> ReportBuilder:
        """Building reports."""
        return assemble_report_builder(
            self,
            self._resources,
            outbox=self.outbox,
            updates=self.live.updates,
            autonomous_transaction=self.autonomous_transaction,
        )

    @cached_property
    def avatars(self) -> AvatarService:
        """Profile pictures."""
        return assemble_avatars(self, self._resources, self.identity, outbox=self.outbox, forget_user=self._forget_user)

    @cached_property
    def data_exports(self) -> DataExportService:
        """Copies of their data for users."""
        return assemble_data_exports(self, self._resources, outbox=self.outbox, record=self.identity.audit.record)

    @cached_property
    def emails(self) -> EmailService:
        """Emails to users."""
        return assemble_emails(self, self._resources)

    @cached_property
    def jobs(self) -> JobService:
        """Background work."""
        return assemble_jobs(self, self.outbox)

    @cached_property
    def dead_jobs(self) -> DeadJobService:
        """Many dead jobs at once."""
        return assemble_dead_jobs(self, self.identity.audit.record)

    def autonomous_transaction(self, actor: Actor = SYSTEM) -> "Work":
        """Return a second unit of work, for changes that must survive the refusal of a request."""
        return self._factory.unit_of_work(actor, Context(client=self.client, request_id=self.request_id))

    def _forget_user(self, user_id: UUID) -> None:
        """Make this process look the user's tokens up again after the commit."""
        self.after_commit(lambda: self._factory.identities.forget_user(user_id))


def create_factory(settings: Settings, registry: TaskRegistry, *, component: str) -> Factory:
    """Return the factory of a process, wired to the tasks of `registry` and the Redis stream.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing.
    """
    resources = Resources(settings, routes=registry.routes, transport=StreamTransport(settings), component=component)
    return Factory(resources)
