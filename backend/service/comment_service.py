"""Commenting on posts."""

from uuid import UUID

from domain.comment import Comment, CommentNotFound, CommentWritten
from domain.live.notification import Notice
from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from domain.post import PostNotFound
from repository.comment_repository import CommentRepository
from service.base_service import BaseService
from service.jobs.outbox import Outbox
from service.operations.cached_values import ACTIVITY, UnitCache


class CommentService(BaseService):
    """Writes, lists and deletes comments on posts that the actor may read."""

    def __init__(self, actor: Actor, comments: CommentRepository, *, outbox: Outbox, cache: UnitCache) -> None:
        super().__init__(actor)
        self._comments = comments
        self._outbox = outbox
        self._cache = cache

    async def find(self, post_id: UUID, page: PageRequest) -> Page[Comment]:
        """Return one page of the comments on a post, the oldest first.

        Raises:
            PostNotFound: there is none, or none that the actor may read.
        """
        found = await self._comments.find(post_id, page)
        if found is None:
            raise PostNotFound
        return found

    async def create(self, post_id: UUID, content: str) -> Comment:
        """Comment on a post.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PostNotFound: there is none, or none that the actor may read.
        """
        self._require_signed_in()
        added = await self._comments.add(post_id, content)
        if added is None:
            raise PostNotFound
        comment, post_author_id = added
        self._cache.invalidate(ACTIVITY, post_author_id)
        self._outbox.publish(CommentWritten(comment.id))
        return comment

    async def notice(self, comment_id: UUID) -> Notice | None:
        """Return the notice of a comment for the author of the post, or None if there is nothing to tell."""
        comment = await self._comments.get_on_post(comment_id)
        return None if comment is None else comment.notice()

    async def delete(self, comment_id: UUID) -> None:
        """Delete a comment.

        Raises:
            NotAuthenticated: the caller is not signed in.
            CommentNotFound: there is none, or none that the actor may read.
            PermissionDenied: it belongs to another user.
        """
        self._require_signed_in()
        post_author_id = await self._comments.delete(comment_id)
        if post_author_id is not None:
            self._cache.invalidate(ACTIVITY, post_author_id)
            return
        if await self._comments.get(comment_id) is None:
            raise CommentNotFound
        self._actor.refuse(Permission.WRITE_POSTS)
