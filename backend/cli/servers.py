"""Commands that run until they are stopped."""

from functools import partial
from typing import Annotated

import typer

from cli.running import checked_settings, run_until_signalled, services
from core.runtime.lean import leave_out_unused_libraries

commands = typer.Typer()
command = partial(commands.command, rich_help_panel="Run")


@command()
def up(
    *,
    with_parent: Annotated[bool, typer.Option(help="Stop when the process that started this command ends.")] = False,
) -> None:
    """Start everything in the foreground: PostgreSQL, Valkey, API, worker and scheduler."""
    from embedded.up import run_up

    raise typer.Exit(run_up(checked_settings(), ends_with_parent=with_parent))


@command()
def dev() -> None:
    """Like `up`, with reload on every change and Vite for the front end."""
    from embedded.up import run_dev

    raise typer.Exit(run_dev(checked_settings()))


@command()
def serve(
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many server processes to run.", show_default="API_WORKERS")
    ] = None,
) -> None:
    """Serve the API and the built front end."""
    from api.server.granian import run_server
    from core.local_files import require_frontend
    from core.settings import set_environment

    if workers is not None:
        set_environment(API_WORKERS=str(workers))
    with services() as settings:
        require_frontend(settings)
        run_server(settings)


@command()
def worker(
    queues: Annotated[
        str | None,
        typer.Option(
            help="Queues to serve, with the number of jobs to run at once: default,mails:10.",
            show_default="WORKER_QUEUES",
        ),
    ] = None,
) -> None:
    """Run background jobs."""
    leave_out_unused_libraries()
    from core.settings import set_environment
    from worker.worker import run_worker

    if queues is not None:
        set_environment(WORKER_QUEUES=queues)
    run_until_signalled(run_worker, component="worker")


@command()
def scheduler() -> None:
    """Enqueue scheduled tasks. Several schedulers may run; each tick fires once."""
    leave_out_unused_libraries()
    from worker.scheduler import run_scheduler

    run_until_signalled(run_scheduler, component="scheduler")
