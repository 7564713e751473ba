"""Assembles the files area."""

from collections.abc import Callable
from uuid import UUID

from service.files.avatar_service import AvatarService
from service.identity.assembly import Identity
from service.jobs.outbox import Outbox
from service.resources import Resources
from service.unit_of_work import UnitOfWork


def assemble_avatars(
    work: UnitOfWork, resources: Resources, identity: Identity, *, outbox: Outbox, forget_user: Callable[[UUID], None]
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
