"""Assembles everything: what a process has once, and what each unit of work has for itself.

A transaction ends in `UnitOfWork.__aexit__` and nowhere else.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import timedelta
from functools import cached_property
from types import TracebackType
from typing import Self
from uuid import UUID

import structlog
from redis.asyncio import Redis

from core import product
from core.database_errors import explain, is_permanent
from core.db import Connection as DriverConnection
from core.db import Database, open_database
from core.email import Mailbox, SmtpMailer, create_mailer
from core.metrics import Metrics, QueueSample
from core.redis.attempts import Attempts
from core.redis.cache import Cache
from core.redis.client import create_redis
from core.redis.job_stream import StreamTransport
from core.redis.live import LiveBus
from core.redis.requests import RequestCounts
from core.replica import open_replica
from core.runtime import background
from core.runtime.batching import SharedRun
from core.runtime.failpoints import arm
from core.settings import Settings, SettingsError, shared_metrics_directory
from domain.errors import DatabaseUnavailable, TooManyAttempts
from domain.identity.client_info import NO_CLIENT, ClientInfo
from domain.jobs.job import JobsByQueue, NewJob, Routes
from domain.mail.mailing import CausesMail
from domain.permissions import ANONYMOUS, SYSTEM, Actor
from domain.session import Identity
from domain.taskiq_broker import TaskRegistry
from repository.comment_repository import CommentRepository
from repository.connection import Connection, ReadConnection, ReplicaReadConnection, outages_translated
from repository.identity.account_repository import AccountRepository
from repository.identity.api_token_repository import ApiTokenRepository
from repository.identity.credential_repository import CredentialRepository
from repository.identity.external_identity_repository import ExternalIdentityRepository
from repository.identity.mfa_repository import MfaRepository
from repository.identity.one_time_token_repository import OneTimeTokenRepository
from repository.identity.passkey_repository import PasskeyRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from repository.identity.security_event_repository import OwnedSecurityEventRepository, SecurityEventRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.jobs.job_repository import JobRepository
from repository.live.notification_repository import NotificationRepository
from repository.operations.activity_repository import ActivityRepository
from repository.operations.health_repository import HealthRepository
from repository.operations.idempotency_repository import IdempotencyRepository
from repository.operations.revision import MigrationHistory, read_history
from repository.operations.statistics_repository import StatisticsRepository
from repository.post_repository import PostRepository
from repository.report_repository import ReportRepository
from repository.user_repository import UserRepository
from service.auth_service import AuthService
from service.comment_service import CommentService
from service.controllers.dashboard_controller import DashboardController
from service.files.avatar_service import AvatarService
from service.files.file_store import FileStore
from service.files.images import ImageProcessor
from service.identity.account_service import AccountService
from service.identity.address_proof import AddressProof
from service.identity.administration_service import AdministrationService
from service.identity.api_token_format import looks_like_api_token
from service.identity.api_token_service import ApiTokenService
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.identity.credential_changes import CredentialChanges
from service.identity.email_address_service import EmailAddressService
from service.identity.external_identity_service import ExternalIdentityService
from service.identity.external_sign_in_service import ExternalSignInService
from service.identity.identity_cache import IdentityCache
from service.identity.known_devices import KnownDevices
from service.identity.mfa_requirement import MfaRequirement
from service.identity.mfa_service import MfaService
from service.identity.one_time_links import OneTimeLinks
from service.identity.openid_connect import OpenIdProviders
from service.identity.passkey_ceremony import PasskeyCeremony
from service.identity.passkey_service import PasskeyService
from service.identity.password_reset_service import PasswordResetService
from service.identity.password_service import PasswordService
from service.identity.reauthentication_service import ReauthenticationService
from service.identity.second_factor_removal import SecondFactorRemoval
from service.identity.second_factors import SecondFactors
from service.identity.security_event_service import SecurityEventService
from service.identity.session_issuer import SessionIssuer
from service.identity.session_service import SessionService
from service.identity.sign_in_completion import SignInCompletion
from service.identity.sign_in_service import SignInService
from service.identity.sign_up_service import SignUpService
from service.identity.token_usage_recorder import TokenUsageRecorder
from service.identity.totp import TotpCodes
from service.jobs.job_service import JobService
from service.jobs.outbox import Outbox
from service.live.event_streams import EventStreams
from service.live.live_updates import LiveUpdates
from service.live.notification_service import NotificationService
from service.mail.email_service import EmailService
from service.mail.emails import EmailTemplates
from service.operations.cached_values import UnitCache
from service.operations.connection_budget import refuse_beyond
from service.operations.health_service import HealthService, Readiness
from service.operations.idempotency_service import IdempotencyService
from service.operations.statistics_service import StatisticsService
from service.ports import JobTransport
from service.post_service import PostService
from service.report_service import ReportService
from service.reports.pdf_renderer import PdfRenderer
from service.reports.report_builder import ReportBuilder
from service.reports.report_progress import ReportProgress
from service.security import AccessTokens, OneTimeSecrets, PasswordHasher, RefreshTokens, Signer
from service.user_service import UserService

log = structlog.get_logger()

# Long enough to gather the tokens of many requests into one statement.
TOKEN_USES_GATHERED_SECONDS = 5.0
# An ordinary picture is read in less; a longer one is given up when the process has to end.
LAST_PICTURE_SECONDS = 2.0


# How old a gauge may be that another process shows.
METRICS_SAMPLED_SECONDS = 1.0


class Factory:
    """What a process has once. Building it connects to nothing."""

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
        """Build every singleton.

        Args:
            settings: the configuration.
            routes: which tasks take which payload.
            transport: carries the ids of jobs to workers after a commit.
            component: this process's part in the product, as PostgreSQL shows it.
            database: a pool to use in place of one made from the settings.
            mailer: a mailer to use in place of the one that the settings ask for.

        Raises:
            SettingsError: `DATABASE_URL` or `REDIS_URL` is missing, or `STORAGE_URL` is malformed.
        """
        self.settings = settings
        self.routes = routes
        self.transport = transport
        self.database = database or open_database(settings, application_name=f"{product.SLUG} {component}")
        self.redis: Redis = create_redis(settings.require_redis_url())
        self.cache = Cache(self.redis)
        self.live = LiveBus(self.redis, subscriber=create_redis(settings.require_redis_url(), retries=0))
        self.mailer = mailer or create_mailer(settings)
        self.email_templates = EmailTemplates(settings)
        self.files = FileStore(settings)
        self.images = ImageProcessor()
        self.printer = PdfRenderer()
        self.hasher = PasswordHasher(settings)
        self.one_time_secrets = OneTimeSecrets(settings)
        self.access_tokens = AccessTokens(settings)
        self.refresh_tokens = RefreshTokens(settings)
        self.identities = IdentityCache(
            self._authenticate, max_age=settings.identity_snapshot_seconds, is_signed=self.access_tokens.is_signed
        )
        self.totp_codes = TotpCodes(settings)
        self.passkey_ceremony = PasskeyCeremony(settings)
        self.cursor_signer = Signer(settings, purpose=b"cursor")
        self.handshake_signer = Signer(settings, purpose=b"openid-handshake")
        self.openid_providers = OpenIdProviders(settings)
        self.token_uses = TokenUsageRecorder(self._write_token_uses, every_seconds=TOKEN_USES_GATHERED_SECONDS)
        self.devices = KnownDevices(Signer(settings, purpose=b"device-of-proved-address"))
        self.attempts = Attempts(self.redis)
        self.request_counts = RequestCounts(self.redis)
        self.metrics = Metrics(shared_directory=shared_metrics_directory())
        self.replica = open_replica(settings, application_name=f"{product.SLUG} {component}", metrics=self.metrics)
        self.fail_at = arm(None if settings.is_production else settings.failpoint)
        # Outside of any unit of work: each statement commits by itself. `jobs` is the engine's own bookkeeping.
        self.job_repository = JobRepository(Connection(self.database.acquire))
        self.jobs = JobService(self.job_repository, Outbox(routes))
        self.streams = EventStreams(self.live, self.unit_of_work, self.metrics)
        self.readiness = SharedRun(self._check_readiness)
        self.scrape = SharedRun(self._render_metrics)
        self._due: dict[str, list[UUID]] = {}
        self._waking: asyncio.Task[None] | None = None

    @cached_property
    def migrations(self) -> MigrationHistory:
        """The migrations that this code expects the database to have had."""
        return read_history()

    def unit_of_work(
        self,
        actor: Actor = ANONYMOUS,
        *,
        client: ClientInfo = NO_CLIENT,
        request_id: str | None = None,
        job_id: UUID | None = None,
        may_read_replica: bool = False,
    ) -> "UnitOfWork":
        """Return a unit of work for `actor`, to be entered with `async with`.

        Args:
            actor: on whose behalf the work is done.
            client: where the request comes from, when it is one.
            request_id: the request that it belongs to; the jobs it writes carry it on.
            job_id: the job that it runs, when it runs one.
            may_read_replica: whether it is good enough for whoever asks to see others' changes a moment later.
        """
        return UnitOfWork(
            self, actor, client=client, request_id=request_id, job_id=job_id, may_read_replica=may_read_replica
        )

    def wake_workers(self, jobs: JobsByQueue) -> None:
        """Tell the workers, without waiting for it, that these jobs have been committed."""
        for queue, job_ids in jobs.items():
            self._due.setdefault(queue, []).extend(job_ids)
        if self._due and self._waking is None:
            self._waking = background.start(self._send_due())

    async def keep_metrics_current(self) -> None:
        """Set, for the other processes to show, what only this process knows; until cancelled."""
        while self.metrics.are_shared:
            self._sample_metrics()
            await asyncio.sleep(METRICS_SAMPLED_SECONDS)

    async def close(self) -> None:
        """End the streams, let the last messages go out, then give back every connection and thread."""
        self.streams.close()
        await self.live.close()
        if self._waking is not None:
            await self._waking
        await self.token_uses.flush()
        await self.openid_providers.close()
        await self.request_counts.close()
        await self.transport.close()
        await self.redis.aclose()
        if self.replica is not None:
            await self.replica.close()
        await self.database.close()
        self.close_threads()

    def end_soon(self) -> None:
        """End what would keep this process waiting once it is told to end: streams, and pictures that take long."""
        self.streams.close()
        asyncio.get_running_loop().call_later(LAST_PICTURE_SECONDS, self.images.close)

    def close_threads(self) -> None:
        """Let all threads and processes that compute end."""
        for threads in (self.hasher, self.images, self.printer):
            threads.close()

    async def _authenticate(self, token: str) -> Identity:
        async with self.unit_of_work() as work:
            if looks_like_api_token(token):
                return await work.api_tokens.authenticate(token)
            return await work.sessions.authenticate(token)

    async def _check_readiness(self) -> Readiness:
        async with self.unit_of_work() as work:
            return await work.health.check()

    async def _render_metrics(self) -> bytes:
        """Return what a scraper gets: rendered in a thread, because thousands of lines would hold up the event loop."""
        self._sample_metrics()
        return await asyncio.to_thread(self.metrics.render, await self._queue_samples())

    async def _queue_samples(self) -> list[QueueSample]:
        """Return the state of the queues, or nothing: an old number would look like a healthy one."""
        try:
            depths = await self.jobs.depths()
        except DatabaseUnavailable:
            return []
        return [QueueSample(depth.queue, depth.by_state, depth.oldest_due_seconds) for depth in depths]

    def _sample_metrics(self) -> None:
        usage = self.database.pool_usage()
        self.metrics.set_pool_usage(checked_out=usage.checked_out, idle=usage.idle)
        if self.replica is not None:
            self.replica.metrics.set_lag(self.replica.lag())

    async def _write_token_uses(self, token_ids: Sequence[UUID]) -> None:
        await ApiTokenRepository(Connection(self.database.acquire)).mark_used(token_ids)

    async def _send_due(self) -> None:
        try:
            while self._due:  # what is committed while one queue's ids are under way goes out together next
                queue, job_ids = self._due.popitem()
                await self._send(job_ids, queue=queue)
        finally:
            self._waking = None

    async def _send(self, job_ids: Sequence[UUID], *, queue: str) -> None:
        try:
            await self.transport.send(job_ids, queue=queue)
        except Exception as error:  # noqa: BLE001  (whatever the transport's trouble, the sweep sends the ids again)
            self.metrics.wake_ups_failed.inc(len(job_ids))
            log.warning("workers not woken", jobs=len(job_ids), reason=type(error).__name__)


def create_factory(settings: Settings, registry: TaskRegistry, *, component: str) -> Factory:
    """Return the factory of a process, wired to the tasks of `registry` and the Redis stream.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing.
    """
    transport = StreamTransport(settings)
    return Factory(settings, routes=registry.routes, transport=transport, component=component)


async def require_connections(settings: Settings) -> None:
    """Ask PostgreSQL, before anything starts, whether it allows as many connections as there may be.

    One that is out of reach is no reason to refuse: the program waits for it. PgBouncer has limits of its own.

    Raises:
        SettingsError: it allows too few, refuses what `DATABASE_URL` says, or `DATABASE_URL` is not set.
    """
    database = open_database(settings, application_name=f"{product.SLUG} start", size=1)
    try:
        allowed = await HealthRepository(Connection(database.acquire)).connection_limit()
    except DatabaseUnavailable as error:
        if is_permanent(error):
            raise SettingsError(explain(error)) from error
        return
    finally:
        await database.close()
    if not settings.database_transaction_pooling:
        refuse_beyond(allowed, settings)


class UnitOfWork:
    """One transaction, the actor, and every service on top of them.

    Leaving the block writes the published jobs, commits and wakes the workers; an exception rolls everything back.
    """

    def __init__(
        self,
        factory: Factory,
        actor: Actor,
        *,
        client: ClientInfo,
        request_id: str | None,
        job_id: UUID | None,
        may_read_replica: bool,
    ) -> None:
        """Belong to `factory`; made by its `unit_of_work` only."""
        self.actor = actor
        self.client = client
        self._factory = factory
        self._request_id = request_id
        self._job_id = job_id
        self._may_read_replica = may_read_replica
        self._transaction = factory.database.transaction()
        self._after_commit: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        """Begin; a connection is taken when the first statement needs it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Commit, or roll back when the block raised.

        Raises:
            DatabaseUnavailable: the commit could not be confirmed.
            TooManyAttempts: it would cause too many mails; nothing is committed.
        """
        reusable = isinstance(error, Exception)  # after a cancellation nobody knows where the connection stands
        try:
            if error is None:
                reusable = True
                await self._count_mails()
                reusable = False
                await self._commit()
                reusable = True
        finally:
            await self._transaction.close(reusable=reusable)

    async def _commit(self) -> None:
        if not self.audit.is_empty:
            await self.security_event_repository.add(self.audit.take(), actor=self.actor, client=self.client)
        due = await self._write_jobs(self.outbox.take())
        if self._transaction.has_begun:
            self._factory.fail_at("before_commit")
            with outages_translated():
                await self._transaction.commit()
            self._factory.fail_at("after_commit")
        await self._follow_up(due)

    async def _follow_up(self, due: JobsByQueue) -> None:
        """Do what follows from the commit. None of it may change the answer: what was asked for has happened."""
        for follow_up in self._after_commit:
            with self._failures_logged():
                follow_up()
        with self._failures_logged():
            self._factory.wake_workers(due)
        try:
            with self._failures_logged():
                await self._factory.cache.invalidate(self.cache.take_invalidated())
        finally:  # also when the request is cancelled here; browsers must not read what is still cached
            with self._failures_logged():
                self._factory.live.publish(self.live.take())

    @contextmanager
    def _failures_logged(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._factory.metrics.follow_ups_failed.inc()
            log.exception("commit not followed up")

    async def _count_mails(self) -> None:
        """Count the mails that a request causes; those of jobs and commands follow from a request, or are our own."""
        if self.client is NO_CLIENT or self._job_id is not None:
            return
        for mailing in self.outbox.mailings:
            if not await self._may_mail(mailing):
                self.outbox.leave_out(mailing)

    async def _may_mail(self, mailing: CausesMail) -> bool:
        try:
            return await self.limits.may_mail(mailing, sender=self.actor.user_id)
        except TooManyAttempts:
            if self.actor is SYSTEM:  # what must outlive a refusal is not refused for the sake of a mail
                return False
            raise

    async def _write_jobs(self, jobs: Sequence[NewJob]) -> JobsByQueue:
        """Write the jobs and return those to send; where nothing else is written, their INSERT is the transaction."""
        if not jobs:
            return {}
        repository = self.job_repository if self._transaction.has_begun else self._factory.job_repository
        return await repository.add(jobs, request_id=self._request_id)

    @property
    def writes(self) -> bool:
        """Whether anything has been, or will be, written in the transaction."""
        return self._transaction.has_begun or not self.outbox.is_empty or not self.audit.is_empty

    def after_commit(self, follow_up: Callable[[], None]) -> None:
        """Call `follow_up` after the commit and before the response is sent; if it raises, the error is logged."""
        self._after_commit.append(follow_up)

    @cached_property
    def audit(self) -> AuditTrail:
        """What is reported about accounts, written with this unit of work."""
        return AuditTrail(client=self.client, outbox=self.outbox, forget_user=self._forget_user)

    @cached_property
    def limits(self) -> AttemptLimits:
        """How often the client may try what can be guessed."""
        return AttemptLimits(
            self._factory.attempts,
            self._factory.devices,
            client=self.client,
            is_enabled=self._factory.settings.rate_limits_enabled,
        )

    @cached_property
    def outbox(self) -> Outbox:
        """The jobs that will be written with this unit of work."""
        return Outbox(self._factory.routes)

    @cached_property
    def live(self) -> LiveUpdates:
        """What browsers will be told once this unit of work is committed."""
        return LiveUpdates()

    @cached_property
    def cache(self) -> UnitCache:
        """Values that cost more to compute than to keep."""
        return UnitCache(self._factory.cache, is_writing=lambda: self._transaction.has_begun)

    @cached_property
    def auth(self) -> AuthService:
        """Sign-in."""
        return AuthService(
            self.user_repository,
            UserRepository(self._reads),
            hasher=self._factory.hasher,
            completion=self.sign_in_completion,
            requirement=self._mfa_requirement,
            limits=self.limits,
            autonomous_transaction=self._autonomous_transaction,
            requires_verified=self._factory.settings.signup_enumeration_safe,
        )

    @cached_property
    def sign_ups(self) -> SignUpService:
        """Creating accounts."""
        return SignUpService(
            self.user_repository,
            hasher=self._factory.hasher,
            completion=self.sign_in_completion,
            outbox=self.outbox,
            audit=self.audit,
            limits=self.limits,
        )

    @cached_property
    def sign_in_completion(self) -> SignInCompletion:
        """The end of every sign-in: a session, or the question for a second factor."""
        return SignInCompletion(
            MfaRepository(self._reads),
            self._session_issuer,
            requirement=self._mfa_requirement,
            audit=self.audit,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def sign_ins(self) -> SignInService:
        """Sign-ins by second factors and passkeys."""
        return SignInService(
            UserRepository(self._reads),
            self.pending_sign_in_repository,
            self.passkey_repository,
            ceremony=self._factory.passkey_ceremony,
            completion=self.sign_in_completion,
            audit=self.audit,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def passwords(self) -> PasswordService:
        """Changing passwords."""
        return PasswordService(
            self.user_repository,
            UserRepository(self._reads),
            hasher=self._factory.hasher,
            links=self.links,
            issuer=self._session_issuer,
            changes=self._credential_changes,
            limits=self.limits,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def password_resets(self) -> PasswordResetService:
        """Getting back in without a password."""
        return PasswordResetService(
            self.user_repository,
            UserRepository(self._reads),
            hasher=self._factory.hasher,
            links=self.links,
            outbox=self.outbox,
            proof=self._address_proof,
            changes=self._credential_changes,
            audit=self.audit,
            limits=self.limits,
        )

    @cached_property
    def email_addresses(self) -> EmailAddressService:
        """Verifying and changing e-mail addresses."""
        return EmailAddressService(
            self.actor,
            self.user_repository,
            UserRepository(self._reads),
            sessions=self.session_repository,
            links=self.links,
            proof=self._address_proof,
            hasher=self._factory.hasher,
            limits=self.limits,
            audit=self.audit,
        )

    @cached_property
    def accounts(self) -> AccountService:
        """What people do with their own account."""
        return AccountService(
            self.actor,
            self.user_repository,
            self.session_repository,
            accounts=AccountRepository(self._writes, self.actor),
            outbox=self.outbox,
            audit=self.audit,
        )

    @cached_property
    def links(self) -> OneTimeLinks:
        """The tokens that mails carry."""
        return OneTimeLinks(
            OneTimeTokenRepository(self._writes),
            OneTimeTokenRepository(self._reads),
            secrets=self._factory.one_time_secrets,
            outbox=self.outbox,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def mfa(self) -> MfaService:
        """Two-factor authentication."""
        return MfaService(
            self.actor,
            MfaRepository(self._writes),
            MfaRepository(self._reads),
            users=UserRepository(self._reads),
            totp=self._factory.totp_codes,
            changes=self._credential_changes,
        )

    @cached_property
    def passkeys(self) -> PasskeyService:
        """Passkeys."""
        return PasskeyService(
            self.actor,
            self.passkey_repository,
            PasskeyRepository(self._reads),
            users=UserRepository(self._reads),
            ceremony=self._factory.passkey_ceremony,
            changes=self._credential_changes,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def reauthentication(self) -> ReauthenticationService:
        """Proving again who one is."""
        return ReauthenticationService(
            self.actor,
            UserRepository(self._reads),
            self.session_repository,
            hasher=self._factory.hasher,
            audit=self.audit,
            limits=self.limits,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def sessions(self) -> SessionService:
        """Recognising, refreshing and ending sessions."""
        return SessionService(
            self.actor,
            self.session_repository,
            SignInSessionRepository(self._reads),
            access_tokens=self._factory.access_tokens,
            issuer=self._session_issuer,
            requirement=self._mfa_requirement,
            audit=self.audit,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def api_tokens(self) -> ApiTokenService:
        """Personal API tokens."""
        return ApiTokenService(
            self.actor,
            ApiTokenRepository(self._writes),
            ApiTokenRepository(self._reads),
            requirement=self._mfa_requirement,
            audit=self.audit,
            note_use=self._factory.token_uses.note,
        )

    @cached_property
    def external_identities(self) -> ExternalIdentityService:
        """The accounts at other providers that somebody can sign in with."""
        return ExternalIdentityService(
            self.actor,
            self._factory.openid_providers,
            ExternalIdentityRepository(self._writes),
            ExternalIdentityRepository(self._reads),
            self.user_repository,
            audit=self.audit,
        )

    @cached_property
    def external_sign_in(self) -> ExternalSignInService:
        """Signing in with an account at another provider."""
        return ExternalSignInService(
            self._factory.openid_providers,
            ExternalIdentityRepository(self._writes),
            ExternalIdentityRepository(self._reads),
            self.user_repository,
            proof=self._address_proof,
            completion=self.sign_in_completion,
            outbox=self.outbox,
            audit=self.audit,
        )

    @cached_property
    def users(self) -> UserService:
        """Accounts."""
        return UserService(
            self.user_repository,
            self._factory.hasher,
            self.audit,
            removal=self._second_factor_removal,
            unproved_kept=self._factory.settings.unverified_account_lifetime,
        )

    @cached_property
    def administration(self) -> AdministrationService:
        """Accounts of others."""
        return AdministrationService(
            self.actor,
            AccountRepository(self._writes, self.actor),
            AccountRepository(self._reads, self.actor),
            sessions=self.session_repository,
            factors=MfaRepository(self._reads),
            removal=self._second_factor_removal,
            audit=self.audit,
        )

    @cached_property
    def security_events(self) -> SecurityEventService:
        """The audit log."""
        return SecurityEventService(
            self.actor,
            OwnedSecurityEventRepository(self._reads, self.actor),
            self.security_event_repository,
            kept=timedelta(days=self._factory.settings.audit_log_days),
        )

    @cached_property
    def posts(self) -> PostService:
        """Posts."""
        return PostService(
            self.actor,
            PostRepository(self._writes, self.actor),
            PostRepository(self._replica_reads, self.actor),
            cache=self.cache,
        )

    @cached_property
    def comments(self) -> CommentService:
        """Comments on posts."""
        return CommentService(
            self.actor,
            CommentRepository(self._writes, self.actor),
            CommentRepository(self._replica_reads, self.actor),
            outbox=self.outbox,
            cache=self.cache,
        )

    @cached_property
    def dashboard(self) -> DashboardController:
        """The first page after signing in."""
        return DashboardController(self.sessions, self.statistics, self.notifications)

    @cached_property
    def statistics(self) -> StatisticsService:
        """Numbers."""
        return StatisticsService(self.actor, StatisticsRepository(self._reads), self.cache)

    @cached_property
    def notifications(self) -> NotificationService:
        """What users are told."""
        user = Actor(self.actor.user_id)  # no permission shows somebody else's
        return NotificationService(
            self.actor,
            NotificationRepository(self._writes, user),
            NotificationRepository(self._reads, user),
            comments=CommentRepository(self._reads, self.actor),
            live=self.live,
        )

    @cached_property
    def avatars(self) -> AvatarService:
        """Pictures of users."""
        return AvatarService(
            self.actor,
            self.user_repository,
            UserRepository(self._reads),
            files=self._factory.files,
            images=self._factory.images,
            limits=self.limits,
            outbox=self.outbox,
            forget_user=self._forget_user,
        )

    @cached_property
    def reports(self) -> ReportService:
        """Reports."""
        return ReportService(
            self.actor,
            self.report_repository,
            ReportRepository(self._reads, self.actor),
            files=self._factory.files,
            outbox=self.outbox,
            lifetime=self._factory.settings.report_lifetime,
        )

    @cached_property
    def report_progress(self) -> ReportProgress:
        """What readers of reports are told."""
        return ReportProgress(self.live, self.outbox)

    @cached_property
    def report_builder(self) -> ReportBuilder:
        """Making reports."""
        return ReportBuilder(
            self.report_repository,
            ReportRepository(self._reads, self.actor),
            activity=ActivityRepository(self._reads),
            files=self._factory.files,
            printer=self._factory.printer,
            news=self.report_progress,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def idempotency(self) -> IdempotencyService:
        """First answers to repeated requests."""
        return IdempotencyService(self.actor, IdempotencyRepository(self._writes))

    @cached_property
    def mails(self) -> EmailService:
        """Mails to users."""
        return EmailService(
            UserRepository(self._reads),
            OneTimeTokenRepository(self._reads),
            self._factory.mailer,
            self._factory.email_templates,
            secrets=self._factory.one_time_secrets,
            job_id=self._job_id,
        )

    @cached_property
    def jobs(self) -> JobService:
        """Background work."""
        return JobService(self.job_repository, self.outbox)

    @cached_property
    def health(self) -> HealthService:
        """Readiness."""
        return HealthService(
            HealthRepository(self._reads),
            self._factory.redis,
            self._factory.replica,
            migrations=self._factory.migrations,
        )

    @cached_property
    def user_repository(self) -> UserRepository:
        """Accounts, in this transaction."""
        return UserRepository(self._writes)

    @cached_property
    def session_repository(self) -> SignInSessionRepository:
        """Sessions, in this transaction."""
        return SignInSessionRepository(self._writes)

    @cached_property
    def passkey_repository(self) -> PasskeyRepository:
        """Passkeys and their challenges, in this transaction."""
        return PasskeyRepository(self._writes)

    @cached_property
    def pending_sign_in_repository(self) -> PendingSignInRepository:
        """Sign-ins that wait for a second factor, in this transaction."""
        return PendingSignInRepository(self._writes)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Checks second factors, in this transaction."""
        return SecondFactors(
            MfaRepository(self._writes),
            self.passkey_repository,
            totp=self._factory.totp_codes,
            ceremony=self._factory.passkey_ceremony,
            audit=self.audit,
        )

    @cached_property
    def security_event_repository(self) -> SecurityEventRepository:
        """The audit log, in this transaction."""
        return SecurityEventRepository(self._writes)

    @cached_property
    def job_repository(self) -> JobRepository:
        """Jobs, in this transaction."""
        return JobRepository(self._writes)

    @cached_property
    def report_repository(self) -> ReportRepository:
        """Reports of the actor, in this transaction."""
        return ReportRepository(self._writes, self.actor)

    @cached_property
    def _session_issuer(self) -> SessionIssuer:
        return SessionIssuer(
            self.session_repository,
            self._factory.access_tokens,
            self._factory.refresh_tokens,
            self._factory.devices,
            client=self.client,
            lifetime=self._factory.settings.session_lifetime,
            longest=self._factory.settings.session_longest_lifetime,
        )

    @cached_property
    def _mfa_requirement(self) -> MfaRequirement:
        return MfaRequirement(MfaRepository(self._reads), self._factory.settings.mfa_required_roles)

    @cached_property
    def _credential_changes(self) -> CredentialChanges:
        return CredentialChanges(self.actor, self.session_repository, self.audit)

    @cached_property
    def _address_proof(self) -> AddressProof:
        return AddressProof(
            self.actor,
            self.user_repository,
            self.session_repository,
            CredentialRepository(self._writes),
            audit=self.audit,
        )

    @cached_property
    def _second_factor_removal(self) -> SecondFactorRemoval:
        return SecondFactorRemoval(MfaRepository(self._writes), self.passkey_repository, self._credential_changes)

    def _autonomous_transaction(self) -> "UnitOfWork":
        return self._factory.unit_of_work(SYSTEM, client=self.client, request_id=self._request_id)

    def _forget_user(self, user_id: UUID) -> None:
        """Let this process forget, after the commit, what it remembers of a user's tokens."""
        self.after_commit(lambda: self._factory.identities.forget_user(user_id))

    @cached_property
    def _reads(self) -> ReadConnection:
        return ReadConnection(self._lend_for_reading)

    @cached_property
    def _replica_reads(self) -> ReadConnection:
        """For what many read and may see a moment late; not for what is cached, announced live, or decides anything."""
        replica = self._factory.replica
        if replica is None or not self._may_read_replica:
            return self._reads
        return ReplicaReadConnection(
            self._lend_for_reading, replica, must_be_current=lambda: self._transaction.has_begun
        )

    @cached_property
    def _writes(self) -> Connection:
        return Connection(self._transaction.connection)

    def _lend_for_reading(self) -> AbstractAsyncContextManager[DriverConnection]:
        """Lend a connection for one statement, or the transaction's once it has begun.

        A unit of work never holds two: with every connection of the pool held by somebody who waits for a second, all
        would wait in vain.
        """
        return self._transaction.connection() if self._transaction.has_begun else self._factory.database.acquire()
