"""The pictures that users show."""

from collections.abc import Callable, Collection
from typing import BinaryIO
from uuid import UUID, uuid4

from domain.events import AvatarChanged
from domain.files.avatar import THUMBNAILS, Avatar, AvatarNotFound, AvatarSize, avatar_key, avatar_keys
from domain.files.file import ORPHAN_AGE, row_id_in
from domain.permissions import Actor
from domain.session import NotAuthenticated
from domain.user import User
from repository.user_repository import UserRepository
from service.base_service import BaseService
from service.files.file_store import FileStore
from service.files.images import ImageProcessor
from service.identity.attempt_limits import AttemptLimits
from service.jobs.outbox import Outbox


class AvatarService(BaseService):
    """Takes, shows and removes the pictures of users.

    A picture's files are written before the row that names them, and deleted after the commit that replaces them, by a
    job. So a row never names what is not there; what no row names is deleted at night.
    """

    def __init__(  # noqa: PLR0913
        self,
        actor: Actor,
        users: UserRepository,
        lookups: UserRepository,
        *,
        files: FileStore,
        images: ImageProcessor,
        limits: AttemptLimits,
        outbox: Outbox,
        forget_user: Callable[[UUID], None],
    ) -> None:
        """Write through `users` and look up through `lookups`, which holds no connection while files are read.

        `forget_user` lets this process forget, after the commit, how it remembers a user.
        """
        super().__init__(actor)
        self._users = users
        self._lookups = lookups
        self._files = files
        self._images = images
        self._limits = limits
        self._outbox = outbox
        self._forget_user = forget_user

    async def replace(self, file: BinaryIO) -> User:
        """Show the picture in `file` from now on.

        Raises:
            NotAuthenticated: nobody is signed in.
            UnsupportedPicture: the content is of no kind that we read.
            TooManyPixels: it would take too much memory.
            BrokenPicture: it ends early or contradicts itself.
            PictureTooCostly: it takes too long to read.
            TooManyAttempts: too many of the user's pictures could not be read.
            TooBusy: too many pictures wait.
            StorageUnavailable: it cannot be stored.
        """
        user_id = self._require_signed_in()
        async with self._limits.picture(user_id):
            picture = await self._images.square(file)
        avatar_id = uuid4()
        await self._files.write(avatar_key(avatar_id, AvatarSize.LARGE), picture)
        return await self._show(user_id, avatar_id)

    async def remove(self) -> None:
        """Show no picture any more.

        Raises:
            NotAuthenticated: nobody is signed in.
        """
        await self._show(self._require_signed_in(), None)

    async def read(self, user_id: UUID, size: AvatarSize) -> Avatar:
        """Return the picture that a user shows; in the largest size while the one asked for is still to be made.

        Raises:
            AvatarNotFound: there is none, or there is no such user.
            StorageUnavailable: it cannot be read.
        """
        avatar_id = await self._lookups.get_avatar_id(user_id)
        if avatar_id is None:
            raise AvatarNotFound
        for candidate in (size, AvatarSize.LARGE):
            if content := await self._files.read(avatar_key(avatar_id, candidate)):
                return Avatar(avatar_id, candidate, content, is_final=candidate is size)
        raise AvatarNotFound  # replaced between the two reads

    async def make_thumbnails(self, avatar_id: UUID) -> None:
        """Write the picture in its smaller sizes; does nothing when it is gone already.

        Raises:
            UnsupportedPicture: the stored file is none of ours, as in the following three.
            TooManyPixels: it would take too much memory.
            BrokenPicture: it ends early or contradicts itself.
            PictureTooCostly: it takes too long to read.
            TooBusy: too many pictures wait.
            StorageUnavailable: the files cannot be read or written.
        """
        picture = await self._files.read(avatar_key(avatar_id, AvatarSize.LARGE))
        if picture is not None:
            for size in THUMBNAILS:
                await self._files.write(avatar_key(avatar_id, size), await self._images.scale(picture, size))

    async def delete_files(self, avatar_ids: Collection[UUID]) -> None:
        """Delete all files of the pictures.

        Raises:
            StorageUnavailable: the files cannot be deleted.
        """
        await self._files.delete([key for avatar_id in avatar_ids for key in avatar_keys(avatar_id)])

    async def delete_orphans(self) -> None:
        """Delete the files of pictures that nobody shows, because an upload or a deletion was cut off half-way.

        Raises:
            StorageUnavailable: the files cannot be listed or deleted.
        """
        async for keys in self._files.list_older("avatars/", than=ORPHAN_AGE):
            ids = {avatar_id for key in keys if (avatar_id := row_id_in(key))}
            await self.delete_files(ids - await self._lookups.find_shown(ids))

    async def _show(self, user_id: UUID, avatar_id: UUID | None) -> User:
        changed = await self._users.set_avatar(user_id, avatar_id)
        if changed is None:  # the account was deleted meanwhile
            raise NotAuthenticated
        user, replaced = changed
        self._forget_user(user_id)
        self._outbox.publish(AvatarChanged(user_id, shown=avatar_id, replaced=replaced))
        return self._as_actor_stands(user)
