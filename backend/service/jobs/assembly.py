"""Assembles the jobs area."""

from repository.jobs.job_repository import JobRepository
from service.jobs.dead_job_service import DeadJobService, RecordsEvents
from service.jobs.job_service import JobService
from service.jobs.outbox import Outbox
from service.jobs.outbox_delivery import OutboxDelivery
from service.resources import Resources
from service.unit_of_work import UnitOfWork


def assemble_engine(resources: Resources) -> JobService:
    """Return the service with which a worker claims and settles jobs, outside of any unit of work."""
    return JobService(resources.job_repository, Outbox(resources.routes))


def assemble_jobs(work: UnitOfWork, outbox: Outbox) -> JobService:
    """Return the service of jobs in `work`."""
    return JobService(JobRepository(work.connection), outbox)


def assemble_dead_jobs(work: UnitOfWork, record: RecordsEvents) -> DeadJobService:
    """Return the service of many dead jobs in `work`."""
    return DeadJobService(JobRepository(work.connection), record)


def assemble_delivery(work: UnitOfWork, resources: Resources, outbox: Outbox) -> OutboxDelivery:
    """Return the collector that delivers the outbox of `work`."""
    return OutboxDelivery(
        work,
        outbox,
        in_transaction=JobRepository(work.connection),
        alone=resources.job_repository,
        wake_workers=resources.wake_ups.send,
    )
