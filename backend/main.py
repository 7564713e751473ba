"""The command line. Each command imports only what it needs, so that a server's parent process stays small."""

import asyncio
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from core.settings import Settings, SettingsError, load_settings, set_environment, unset_environment
from domain.errors import AppError
from embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from domain.jobs.job import Job
    from domain.taskiq_broker import TaskRegistry
    from service.factory import Factory, UnitOfWork

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Lamina.")

DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "lamina-demo"  # noqa: S105  (printed by `make up`; made in development only)


@cli.command()
def up(
    *, with_parent: Annotated[bool, typer.Option(help="End when the process that started this one has ended.")] = False
) -> None:
    """Start everything: PostgreSQL, Valkey, API, worker and scheduler, in the foreground."""
    from embedded.up import run_up

    raise typer.Exit(run_up(_checked_settings(), ends_with_parent=with_parent))


@cli.command()
def dev() -> None:
    """Like `up`, with reload on every change and Vite's server for the front end."""
    from embedded.up import run_dev

    raise typer.Exit(run_dev(_checked_settings()))


@cli.command()
def serve(
    workers: Annotated[int | None, typer.Option(min=1, help="Server processes; API_WORKERS if not given.")] = None,
) -> None:
    """Serve the API and the built front end."""
    from api.server.granian import run_server

    if workers is not None:
        set_environment(API_WORKERS=str(workers))
    with _services() as settings:
        run_server(settings)


@cli.command()
def worker(
    queues: Annotated[str | None, typer.Option(help="Queues and their concurrency, e.g. default,mails:10.")] = None,
) -> None:
    """Run background jobs until told to stop."""
    from worker.worker import run_worker

    if queues is not None:
        set_environment(WORKER_QUEUES=queues)
    _run_until_signalled(run_worker, component="worker")


@cli.command()
def scheduler() -> None:
    """Enqueue scheduled tasks until told to stop; several may run, each tick fires once."""
    from worker.scheduler import run_scheduler

    _run_until_signalled(run_scheduler, component="scheduler")


@cli.command()
def upgrade_database(revision: str = "head") -> None:
    """Apply every migration; several at once wait for each other."""
    from repository.operations import migrate

    with _services() as settings:
        try:
            migrate.upgrade(settings.require_database_url(), revision=revision)
        except migrate.UnknownRevision:
            if not settings.is_production:
                raise
            typer.echo("The database is ahead of this release; there is nothing to apply.")


@cli.command()
def downgrade_database(revision: str = "-1") -> None:
    """Revert the last migration, or all down to a revision."""
    from repository.operations import migrate

    with _services() as settings:
        migrate.downgrade(settings.require_database_url(), revision=revision)


@cli.command()
def generate_migration(message: Annotated[str, typer.Option("--message", "-m", help="What it changes.")]) -> None:
    """Write a migration from the difference between the models and the database."""
    from repository.operations import migrate

    with _services() as settings:
        migrate.upgrade(settings.require_database_url())
        typer.echo(migrate.generate(settings.require_database_url(), message=message))


@cli.command()
def merge_migrations() -> None:
    """Write a migration that joins those which follow the same one, as after a merge of two branches."""
    from repository.operations import migrate

    typer.echo(migrate.merge())


@cli.command()
def check_migrations() -> None:
    """Fail when the models say something that no migration does."""
    from repository.operations import migrate
    from repository.operations.revision import MigrationError

    with _services() as settings:
        migrate.upgrade(settings.require_database_url())
        if not migrate.agrees_with_models(settings.require_database_url()):
            raise MigrationError("A model has changed without a migration; run `make migration`.")


@cli.command()
def create_admin(
    email: str,
    name: str | None = None,
    *,
    generate: Annotated[bool, typer.Option("--generate", help="Make a password up and print it.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete an account of this address that was never confirmed, first.")
    ] = False,
) -> None:
    """Make an admin: a new account, or one that has confirmed its address. The password is asked for, never an argument."""
    from domain.permissions import SYSTEM

    async def create(factory: "Factory") -> None:
        if not replace and await _promote(factory, email):
            return
        password = _generated_password() if generate else _asked_password()
        async with factory.unit_of_work(SYSTEM) as work:
            await work.users.create_admin(email, password=password, name=name, replaces_unproved=replace)
        typer.echo(f"{email} is an admin.")

    _check_email(email)
    _run_with_factory(create)


async def _promote(factory: "Factory", email: str) -> bool:
    from domain.permissions import SYSTEM
    from domain.user import AddressNotProved

    try:
        async with factory.unit_of_work(SYSTEM) as work:
            is_admin = await work.users.make_admin(email)
    except AddressNotProved:
        raise AddressNotProved(
            f"{email} has an account, but its address was never confirmed: a stranger may have made it. Let its owner "
            "follow the link in the welcome mail first, or use --replace to delete it and create a new one."
        ) from None
    if is_admin:
        typer.echo(f"{email} is an admin, with the password that the account has.")
    return is_admin


@cli.command()
def remove_second_factors(email: str) -> None:
    """Let a user who has lost their second factors sign in without them; they are told by mail."""

    async def remove(work: "UnitOfWork") -> None:
        await work.users.remove_second_factors(email)
        typer.echo(f"{email} signs in without a second factor now.")

    _run_in_unit_of_work(remove)


def _check_email(email: str) -> None:
    from domain.user import InvalidAddress
    from service.identity.email_addresses import parse_reachable_address

    try:
        parse_reachable_address(email)
    except InvalidAddress as error:
        raise typer.BadParameter(str(error), param_hint="EMAIL") from error


def _generated_password() -> str:
    password = secrets.token_urlsafe(18)
    typer.echo(f"Password: {password}")
    return password


def _asked_password() -> str:
    from domain.user import PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH

    while True:
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if PASSWORD_MIN_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
            return password
        typer.echo(f"It must have {PASSWORD_MIN_LENGTH} to {PASSWORD_MAX_LENGTH} characters.")


@cli.command()
def demo_data() -> None:
    """Create the demo account and its posts, unless they are there; never in production."""
    from domain.permissions import SYSTEM, Actor
    from service.operations.demo_content import POSTS

    if load_settings().is_production:
        raise SettingsError(
            "The demo account is an admin whose password everyone knows, so production has none; use create-admin."
        )

    async def create(factory: "Factory") -> None:
        async with factory.unit_of_work(SYSTEM) as work:
            user = await work.users.ensure_demo_account(DEMO_EMAIL, password=DEMO_PASSWORD)
        async with factory.unit_of_work(Actor(user.id)) as work:
            await work.posts.ensure(POSTS)

    _run_with_factory(create)
    typer.echo(f"{DEMO_EMAIL} / {DEMO_PASSWORD}")


jobs_cli = typer.Typer(no_args_is_help=True, help="Look at background work and mend it.")
cli.add_typer(jobs_cli, name="jobs")


@jobs_cli.command("list")
def list_jobs(
    state: Annotated[str | None, typer.Option(help="pending, sent, running, done or dead.")] = None,
    queue: str | None = None,
    task: str | None = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
) -> None:
    """List the newest jobs."""
    from domain.jobs.job import JobFilter, JobState
    from domain.page import PageRequest

    if state is not None and state not in list(JobState):
        raise typer.BadParameter(f"{state} is no state of a job.", param_hint="--state")

    async def show(work: "UnitOfWork") -> None:
        chosen = JobState(state) if state else None
        page = await work.jobs.find(JobFilter(chosen, queue, task), PageRequest(limit=limit))
        for job in page.items:
            typer.echo(_job_line(job))

    _run_in_unit_of_work(show)


@jobs_cli.command("show")
def show_job(job_id: UUID) -> None:
    """Show everything that is known about one job."""

    async def show(work: "UnitOfWork") -> None:
        for name, value in asdict(await work.jobs.get(job_id)).items():
            typer.echo(f"{name:14}{value}")

    _run_in_unit_of_work(show)


@jobs_cli.command("retry")
def retry_job(job_id: UUID) -> None:
    """Run a dead job again, with all its attempts."""

    async def retry(work: "UnitOfWork") -> None:
        typer.echo(_job_line(await work.jobs.retry_dead(job_id)))

    _run_in_unit_of_work(retry)


@jobs_cli.command("cancel")
def cancel_job(job_id: UUID) -> None:
    """Give an unfinished job up."""

    async def cancel(work: "UnitOfWork") -> None:
        typer.echo(_job_line(await work.jobs.cancel(job_id)))

    _run_in_unit_of_work(cancel)


@jobs_cli.command("delete")
def delete_job(job_id: UUID) -> None:
    """Delete a job that is not running."""

    async def delete(work: "UnitOfWork") -> None:
        await work.jobs.delete(job_id)

    _run_in_unit_of_work(delete)


@jobs_cli.command("stats")
def show_job_stats() -> None:
    """Count the jobs of every queue by state."""

    async def show(work: "UnitOfWork") -> None:
        for depth in await work.jobs.depths():
            counts = "  ".join(f"{state} {count}" for state, count in sorted(depth.by_state.items()))
            typer.echo(f"{depth.queue}  {counts}  oldest due {depth.oldest_due_seconds:.0f} s")

    _run_in_unit_of_work(show)


def _job_line(job: "Job") -> str:
    attempts = f"{job.attempt}/{job.max_attempts}"
    return f"{job.id}  {job.state:8}{job.queue:10}{job.task:24}{attempts:>6}  {job.last_error or ''}".rstrip()


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document, from which the front end's client is generated."""
    import orjson

    from api.app import create_app

    settings = load_settings(database_url="postgresql://nobody@localhost/none", redis_url="redis://localhost")
    document = create_app(settings).openapi()
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


@cli.command()
def env_example() -> None:
    """Print `.env.example`: every setting with its meaning and default."""
    from core.settings import environment_reference

    typer.echo(environment_reference(), nl=False)


def _checked_settings() -> Settings:
    """Return the settings, once what only a library can judge is found right: before any program starts."""
    settings = load_settings()
    if settings.storage_url is not None:
        from core.storage import open_store

        open_store(settings.storage_url.get_secret_value())
    return settings


@contextmanager
def _services() -> Iterator[Settings]:
    """Yield settings that name a database and a Redis: those of the environment, or the embedded ones."""
    settings = _checked_settings()
    if settings.database_url and settings.redis_url:
        yield settings
        return
    from embedded.services import open_services

    with open_services(settings.var_directory) as urls:
        # Server processes read the environment by themselves.
        if not settings.database_url:
            unset_environment("PG")  # libpq's variables are about other servers
            set_environment(DATABASE_URL=urls.database_url)
        if not settings.redis_url:
            set_environment(REDIS_URL=urls.redis_url)
        yield load_settings()


def _run_until_signalled(
    run: Callable[[Settings, "TaskRegistry", asyncio.Event], Awaitable[None]], *, component: str
) -> None:
    import uvloop

    from core.logging import configure_logging
    from core.sentry import start_sentry
    from domain.tasks import broker
    from service.factory import require_connections

    async def run_with_signals(settings: Settings) -> None:
        await require_connections(settings)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # so `nohup` outlives its terminal
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run(settings, broker, stop)

    with _services() as settings:
        configure_logging(settings)
        start_sentry(settings, component=component)
        uvloop.run(run_with_signals(settings))


def _run_in_unit_of_work(action: "Callable[[UnitOfWork], Awaitable[None]]") -> None:
    from domain.permissions import SYSTEM

    async def run(factory: "Factory") -> None:
        async with factory.unit_of_work(SYSTEM) as work:
            await action(work)

    _run_with_factory(run)


def _run_with_factory(action: "Callable[[Factory], Awaitable[None]]") -> None:
    from domain.tasks import broker
    from service.factory import create_factory

    async def run(settings: Settings) -> None:
        factory = create_factory(settings, broker, component="command")
        try:
            await action(factory)
        finally:
            await factory.close()

    with _services() as settings:
        asyncio.run(run(settings))


def main() -> None:
    """Run the command line; what the user can put right is told in one sentence."""
    try:
        cli()
    except (SettingsError, EmbeddedError) as error:
        sys.exit(f"lamina: {error}")
    except AppError as error:
        sys.exit(f"lamina: {_database_trouble(error) or error}")
    except Exception as error:
        if sentence := _database_trouble(error):
            sys.exit(f"lamina: {sentence}")
        raise


def _database_trouble(error: Exception) -> str | None:
    from core.database_errors import explain

    return explain(error)


if __name__ == "__main__":
    main()
