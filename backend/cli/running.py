"""The environment of commands: checked settings, a database and a Redis, a unit of work, and handlers of signals."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.settings import Settings
    from domain.taskiq_broker import TaskRegistry
    from service.factory import Factory, Work


def checked_settings() -> "Settings":
    """Return the settings. Values that only a library can judge are checked here, before any program starts.

    Raises:
        SettingsError: a setting is missing, malformed or unknown.
    """
    from core.settings import load_settings

    settings = load_settings()
    if settings.storage_url is not None:
        from core.storage import open_store

        open_store(settings.storage_url.get_secret_value())
    return settings


@contextmanager
def services() -> "Iterator[Settings]":
    """Yield settings that name a database and a Redis. Starts the embedded ones if the environment names none.

    Raises:
        SettingsError: a setting is missing, malformed or unknown.
        EmbeddedError: the embedded servers cannot start.
    """
    from core.runtime.garbage import freeze_and_resume_collection

    freeze_and_resume_collection()  # the command has imported what it needs
    settings = checked_settings()
    if settings.database_url and settings.redis_url:
        yield settings
        return
    from core.settings import load_settings, set_environment, unset_environment
    from embedded.services import open_services

    with open_services(settings.var_directory) as urls:
        # Server processes read the environment by themselves.
        if not settings.database_url:
            unset_environment("PG")  # libpq's variables describe other servers
            set_environment(DATABASE_URL=urls.database_url)
        if not settings.redis_url:
            set_environment(REDIS_URL=urls.redis_url)
        yield load_settings()


def run_in_unit_of_work(action: "Callable[[Work], Awaitable[None]]") -> None:
    """Run `action` in one transaction, as the system."""
    from domain.permissions import SYSTEM

    async def run(factory: "Factory") -> None:
        async with factory.unit_of_work(SYSTEM) as work:
            await action(work)

    run_with_factory(run)


def run_with_factory(action: "Callable[[Factory], Awaitable[None]]") -> None:
    """Run `action` with a factory of this process, for commands that need several transactions."""
    from domain.tasks import broker
    from service.factory import create_factory

    async def run(settings: "Settings") -> None:
        factory = create_factory(settings, broker, component="command")
        try:
            await action(factory)
        finally:
            await factory.close()

    with services() as settings:
        asyncio.run(run(settings))


def run_until_signalled(
    run: "Callable[[Settings, TaskRegistry, asyncio.Event], Awaitable[None]]", *, component: str
) -> None:
    """Run a background program until SIGTERM, SIGINT or SIGHUP asks it to stop."""
    import uvloop

    from core.logging import configure_logging
    from core.sentry import start_sentry
    from core.tracing import start_tracing, stop_tracing
    from domain.tasks import broker
    from service.operations.start_check import check_start

    async def run_with_signals(settings: "Settings") -> None:
        await check_start(settings, stores_files=component == "worker")
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # so `nohup` outlives its terminal
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run(settings, broker, stop)

    with services() as settings:
        configure_logging(settings)
        start_sentry(settings, component=component)
        start_tracing(settings, component=component)
        uvloop.run(run_with_signals(settings))
        stop_tracing()
