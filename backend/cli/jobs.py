"""Commands that show and fix background jobs."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.running import run_in_unit_of_work
from domain.jobs.job import Job, JobFilter, JobState

if TYPE_CHECKING:
    from service.factory import Work

commands = typer.Typer(no_args_is_help=True, help="Show and fix background jobs.")

JobId = Annotated[UUID, typer.Argument(metavar="ID", help="The id of the job, from `jobs list`.")]


@commands.command("list")
def list_jobs(
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    queue: Annotated[str | None, typer.Option(help="Only jobs of this queue.")] = None,
    task: Annotated[str | None, typer.Option(help="Only jobs of this task.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many jobs to show.")] = 20,
) -> None:
    """List jobs, the newest first."""
    from domain.page import PageRequest

    async def show(work: "Work") -> None:
        page = await work.jobs.find(JobFilter(state, queue, task), PageRequest(limit=limit))
        for job in page.items:
            typer.echo(_job_line(job))

    run_in_unit_of_work(show)


@commands.command("show")
def show_job(job_id: JobId) -> None:
    """Show one job in full, with its last error."""

    async def show(work: "Work") -> None:
        for name, value in asdict(await work.jobs.get(job_id)).items():
            typer.echo(f"{name:14}{value}")

    run_in_unit_of_work(show)


@commands.command("retry")
def retry_job(job_id: JobId) -> None:
    """Run a dead job again, with all its attempts."""

    async def retry(work: "Work") -> None:
        typer.echo(_job_line(await work.jobs.retry_dead(job_id)))

    run_in_unit_of_work(retry)


@commands.command("cancel")
def cancel_job(job_id: JobId) -> None:
    """Cancel a job that has not finished."""

    async def cancel(work: "Work") -> None:
        typer.echo(_job_line(await work.jobs.cancel(job_id)))

    run_in_unit_of_work(cancel)


@commands.command("delete")
def delete_job(job_id: JobId) -> None:
    """Delete a job that is not running."""

    async def delete(work: "Work") -> None:
        await work.jobs.delete(job_id)

    run_in_unit_of_work(delete)


@commands.command("stats")
def show_job_stats() -> None:
    """Count the jobs of each queue by state."""

    async def show(work: "Work") -> None:
        for depth in await work.jobs.depths():
            counts = "  ".join(f"{state} {count}" for state, count in sorted(depth.by_state.items()))
            typer.echo(f"{depth.queue}  {counts}  oldest due {depth.oldest_due_seconds:.0f} s")

    run_in_unit_of_work(show)


def _job_line(job: Job) -> str:
    attempts = f"{job.attempt}/{job.max_attempts}"
    return f"{job.id}  {job.state:8}{job.queue:10}{job.task:24}{attempts:>6}  {job.last_error or ''}".rstrip()
