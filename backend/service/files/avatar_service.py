"""Profile pictures of users."""

from collections.abc import Callable, Collection
from typing import BinaryIO
from uuid import UUID, uuid4

from domain.files.avatar import THUMBNAILS, Avatar, AvatarChanged, AvatarNotFound, AvatarSize, avatar_key, avatar_keys
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
    """Stores, serves and removes profile pictures.

    The files of a picture are written before the row that refers to them. A job deletes them after the commit that
    replaces them. So a row never refers to a missing file; files without a row are deleted every night.

    `forget_user` drops this process's cached copy of a user after the commit.
    """

    def __init__(
        self,
        actor: Actor,
        users: UserRepository,
        *,
        files: FileStore,
        images: ImageProcessor,
        limits: AttemptLimits,
        outbox: Outbox,
        forget_user: Callable[[UUID], None],
    ) -> None:
        super().__init__(actor)
        self._users = users
        self._files = files
        self._images = images
        self._limits = limits
        self._outbox = outbox
        self._forget_user = forget_user

    async def replace(self, file: BinaryIO) -> User:
        """Make the picture in `file` the user's profile picture.

        Raises:
            NotAuthenticated: the caller is not signed in.
            UnsupportedPicture: the content is not in a supported format.
            TooManyPixels: decoding it would take too much memory.
            BrokenPicture: the content is truncated or malformed.
            PictureTooCostly: decoding it takes too long.
            TooManyAttempts: too many uploads of this user could not be decoded.
            TooBusy: too many pictures are waiting.
            StorageUnavailable: the picture cannot be stored.
        """
        user_id = self._require_signed_in()
        async with self._limits.picture(user_id):
            picture = await self._images.square(file)
        avatar_id = uuid4()
        await self._files.write(avatar_key(avatar_id, AvatarSize.LARGE), picture)
        return await self._show(user_id, avatar_id)

    async def remove(self) -> None:
        """Remove the user's profile picture.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        await self._show(self._require_signed_in(), None)

    async def read(self, user_id: UUID, size: AvatarSize) -> Avatar:
        """Return a user's profile picture, in the largest size if the requested one is not made yet.

        Raises:
            AvatarNotFound: the user has no picture, or does not exist.
            StorageUnavailable: the picture cannot be read.
        """
        avatar_id = await self._users.get_avatar_id(user_id)
        if avatar_id is None:
            raise AvatarNotFound
        for candidate in (size, AvatarSize.LARGE):
            if content := await self._files.read(avatar_key(avatar_id, candidate)):
                return Avatar(avatar_id, candidate, content, is_final=candidate is size)
        raise AvatarNotFound  # replaced between the two reads

    async def make_thumbnails(self, avatar_id: UUID) -> None:
        """Write the smaller sizes of a picture. Do nothing if it was deleted.

        Raises:
            UnsupportedPicture: the stored file was not written by us; so with the next three.
            TooManyPixels: decoding it would take too much memory.
            BrokenPicture: the content is truncated or malformed.
            PictureTooCostly: decoding it takes too long.
            TooBusy: too many pictures are waiting.
            StorageUnavailable: the files cannot be read or written.
        """
        picture = await self._files.read(avatar_key(avatar_id, AvatarSize.LARGE))
        if picture is not None:
            for size in THUMBNAILS:
                await self._files.write(avatar_key(avatar_id, size), await self._images.scale(picture, size))

    async def files_of(self, user_id: UUID) -> dict[str, str]:
        """Return the key of the user's picture by its name, or nothing if there is none."""
        avatar_id = await self._users.get_avatar_id(user_id)
        return {} if avatar_id is None else {"picture.webp": avatar_key(avatar_id, AvatarSize.LARGE)}

    async def delete_files(self, avatar_ids: Collection[UUID]) -> None:
        """Delete all sizes of the pictures.

        Raises:
            StorageUnavailable: the files cannot be deleted.
        """
        await self._files.delete([key for avatar_id in avatar_ids for key in avatar_keys(avatar_id)])

    async def delete_orphans(self) -> None:
        """Delete files without a row, which an interrupted upload or deletion leaves behind.

        Raises:
            StorageUnavailable: the files cannot be listed or deleted.
        """
        await self._files.delete_orphans("avatars/", find_existing=self._users.find_shown)

    async def _show(self, user_id: UUID, avatar_id: UUID | None) -> User:
        changed = await self._users.set_avatar(user_id, avatar_id)
        if changed is None:  # the account was deleted after the request was authenticated
            raise NotAuthenticated
        user, replaced = changed
        self._forget_user(user_id)
        self._outbox.publish(AvatarChanged(user_id, shown=avatar_id, replaced=replaced))
        return self._as_actor_stands(user)
