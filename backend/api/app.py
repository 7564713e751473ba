"""Builds the HTTP application. Importing this module has no side effects, so tests can build many applications."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import structlog
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from api.cookies import SessionCookies
from api.document_details import LICENSE, SERVERS, contact, tags
from api.documentation import DocumentedApi, errors, operation_id
from api.error_handlers import add_error_handlers
from api.exceptions import ValidationFailedException
from api.files.csv_export import ExportLimits
from api.idempotency import AnswerReplayed, answer_replayed
from api.identity.openid import HandshakeCookie, SentBack, answer_sent_back
from api.middleware.body_limits import BodyLimitMiddleware
from api.middleware.client_address import ClientAddresses
from api.middleware.conditional_get import ConditionalGetMiddleware
from api.middleware.hosts import KnownHostsMiddleware
from api.middleware.other_origins import cors_options
from api.middleware.overload import OverloadMiddleware
from api.middleware.rate_limits import RequestLimits
from api.middleware.read_your_writes import ReadYourWrites, ReadYourWritesMiddleware
from api.middleware.requests import RequestMiddleware
from api.middleware.same_origin import SameOriginMiddleware
from api.middleware.slow_requests import SlowRequestMiddleware
from api.middleware.unread_bodies import DrainMiddleware
from api.routers import route_modules
from api.server.granian import DRAIN_SIGNAL
from api.server.route_index import RouteIndex
from api.server.static import FrontendFiles
from api.state import ApiState, state_of
from core import product
from core.addresses import is_loopback
from core.logging import configure_logging, exit_refused
from core.runtime.blocking import guard_event_loop
from core.runtime.garbage import freeze_and_resume_collection
from core.runtime.signals import on_shutdown_signal
from core.sentry import start_sentry
from core.settings import Environment, Settings, SettingsError, load_settings
from core.tracing import is_tracing, start_tracing, stop_tracing
from domain.tasks import broker
from service.factory import Factory, create_factory
from service.operations.start_check import check_start

log = structlog.get_logger()

# Found once, when this module is imported: looking into folders blocks the event loop.
ROUTE_MODULES = route_modules()

# FastAPI's own spans contain the values of queries, and continue the trace of any caller; `TraceMiddleware` writes
# others.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}

DESCRIPTION = """Every response is `{"data": …}` or `{"error": …}`; lists add `meta`.

A browser client sends the id of the user whose pages it shows in `X-Expected-User`. If the credentials belong to another
user, the response is 409 `ANOTHER_USER`; without valid credentials it is 401 `NOT_AUTHENTICATED`."""


def create_app(settings: Settings, *, factory: Factory | None = None) -> FastAPI:
    """Return the application.

    Args:
        settings: the configuration.
        factory: the singletons to use. By default they are created at start-up and closed at the end.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing.
    """
    factory = factory or create_factory(settings, broker, component="api")
    app = DocumentedApi(
        title=product.NAME,
        summary=product.DESCRIPTION,
        version=product.VERSION,
        description=DESCRIPTION,
        contact=contact(settings),
        license_info=LICENSE,
        servers=SERVERS,
        openapi_tags=tags(ROUTE_MODULES),
        openapi_url=None,  # `api/routes/operations/swagger.py` serves it
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # FastAPI would use the Host header; RouteIndex redirects instead
        lifespan=_lifespan(factory),
        generate_unique_id_function=operation_id,
        responses=errors(ValidationFailedException),  # instead of FastAPI's own 422
        telemetry=NO_TELEMETRY,
    )
    resources = factory.resources
    cookies = SessionCookies.from_settings(settings)
    addresses = ClientAddresses(settings.trusted_networks)
    read_your_writes = ReadYourWrites.from_settings(settings)
    app.state.api = ApiState(
        factory=factory,
        cookies=cookies,
        handshake_cookie=HandshakeCookie.from_settings(settings, resources.handshake_signer),
        pages_base=settings.pages_base,
        exports=ExportLimits.from_settings(settings),
        request_limits=RequestLimits.from_settings(resources.request_counts, addresses, settings),
        read_your_writes=read_your_writes,
        client_addresses=addresses,
        route_index=_add_routes(app, settings),
    )
    add_error_handlers(app)
    app.add_exception_handler(AnswerReplayed, answer_replayed)
    app.add_exception_handler(SentBack, answer_sent_back)
    # The last one is the outermost.
    app.add_middleware(ConditionalGetMiddleware, prefix="/api/")
    app.add_middleware(SlowRequestMiddleware, body_timeout_seconds=settings.body_timeout_seconds)
    app.add_middleware(BodyLimitMiddleware, max_body_size=settings.max_body_bytes)
    app.add_middleware(
        SameOriginMiddleware,
        origin=settings.api_origin,
        allowed=settings.accepted_origins,
        cookie_names=(cookies.access, cookies.refresh, cookies.pending),
    )
    app.add_middleware(OverloadMiddleware, at_once=settings.api_requests_at_once)
    app.add_middleware(KnownHostsMiddleware, hosts=settings.accepted_hosts)
    app.add_middleware(
        RequestMiddleware, metrics=resources.metrics, addresses=addresses, sends_hsts=settings.is_production
    )
    if settings.accepted_origins:  # errors of all other middleware are readable there as well
        app.add_middleware(CORSMiddleware, **cors_options(settings.accepted_origins))
    if read_your_writes is not None:
        app.add_middleware(ReadYourWritesMiddleware, read_your_writes=read_your_writes)
    if is_tracing():
        from api.middleware.tracing import TraceMiddleware

        app.add_middleware(TraceMiddleware)
    app.add_middleware(
        DrainMiddleware,
        at_most=2 * max(settings.max_body_bytes, settings.max_upload_bytes),  # proxies may pass on more than the limit
        body_timeout_seconds=settings.body_timeout_seconds,
    )
    return app


def _add_routes(app: FastAPI, settings: Settings) -> RouteIndex:
    for module in ROUTE_MODULES:
        if module.inclusion.when(settings):
            app.include_router(module.router, max_body_size=module.inclusion.max_body_size(settings))
    # After all routes, but before 405: a mount at "/" would also get methods that a route lacks.
    app.router.default = FrontendFiles(settings.frontend_directory)
    app.router.middleware_stack = route_index = RouteIndex(app.router)
    return route_index


def _lifespan(factory: Factory) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    settings = factory.resources.settings

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        _become_unready_on_signal(app)
        state_of(app).route_index.build()
        async with factory.unit_of_work() as work:
            readiness = await work.operations.health.check()
        if not readiness.can_serve:  # also reported by `/api/ready`; migrations may still be running
            log.warning("not ready", database=readiness.database, migrations=readiness.migrations)
        sampling = asyncio.create_task(factory.metrics_page.keep_current())
        log.info("api started", address=settings.local_url)
        if not (settings.is_production or is_loopback(settings.host)):
            log.warning("development is open to the network", shows_mails=settings.shows_developer_pages)
        guard = guard_event_loop() if settings.environment is Environment.DEVELOPMENT else nullcontext()
        try:
            with on_shutdown_signal(factory.end_soon), factory.metrics_page.served(settings):
                async with guard:
                    yield
        finally:
            sampling.cancel()
            await factory.close()
            stop_tracing()  # blocks, when nothing else is left to run

    return lifespan


def _become_unready_on_signal(app: FastAPI) -> None:
    if threading.current_thread() is threading.main_thread():  # signals arrive only there; tests may run elsewhere
        asyncio.get_running_loop().add_signal_handler(DRAIN_SIGNAL, state_of(app).draining.set)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {DRAIN_SIGNAL})  # held back since the process was started


def serve(*, checks_start: bool) -> ASGIApp:
    """Return the application of a server process, configured from the environment.

    Args:
        checks_start: whether to end if the servers do not accept the configuration.

    Raises:
        SettingsError: a setting is missing or malformed.
    """
    settings = load_settings()
    configure_logging(settings)
    start_sentry(settings, component="api")
    start_tracing(settings, component="api")
    if checks_start:
        try:
            asyncio.run(check_start(settings, stores_files=True))
        except SettingsError as error:
            exit_refused(error)
    app = create_app(settings)
    freeze_and_resume_collection()
    return app
