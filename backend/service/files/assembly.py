"""Assembles the files area."""

from collections.abc import Callable
from uuid import UUID

from repository.identity.data_export_repository import DataExportRepository
from repository.identity.personal_data_repository import PersonalDataRepository
from service.files.avatar_service import AvatarService
from service.files.data_export_service import DataExportService, Record
from service.identity.assembly import IdentityServices
from service.jobs.outbox import Outbox
from service.resources import Resources
from service.unit_of_work import UnitOfWork


def assemble_avatars(
    work: UnitOfWork,
    resources: Resources,
    identity: IdentityServices,
    *,
    outbox: Outbox,
    forget_user: Callable[[UUID], None],
) -> AvatarService:
    """Return the service of profile pictures in `work`."""
    return AvatarService(
        work.actor,
        identity.user_repository,
        files=resources.files,
        images=resources.images,
        limits=identity.limits,
        outbox=outbox,
        forget_user=forget_user,
    )


def assemble_data_exports(
    work: UnitOfWork, resources: Resources, *, outbox: Outbox, record: Record
) -> DataExportService:
    """Return the service of data exports in `work`."""
    return DataExportService(
        work.actor,
        DataExportRepository(work.connection),
        personal_data=PersonalDataRepository(work.connection),
        files=resources.files,
        outbox=outbox,
        record=record,
    )
