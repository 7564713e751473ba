"""Writing, finding and reading posts."""

from collections.abc import Collection
from typing import NoReturn
from uuid import UUID

from domain.errors import VersionChanged
from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from domain.post import Post, PostChanges, PostFields, PostFilter, PostNotFound, PostSort, PostSummary
from repository.post_repository import PostRepository
from service.base_service import BaseService
from service.operations.cached_values import ACTIVITY, UnitCache


class PostService(BaseService):
    """Writes, finds and reads posts, each as far as the actor may."""

    def __init__(self, actor: Actor, posts: PostRepository, *, cache: UnitCache) -> None:
        super().__init__(actor)
        self._posts = posts
        self._cache = cache

    async def find(self, post_filter: PostFilter, *, sort: PostSort, page: PageRequest) -> Page[PostSummary]:
        """Return one page of the posts that the filter lets through and the actor may read."""
        return await self._posts.find(post_filter, sort=sort, page=page)

    async def get(self, post_id: UUID) -> Post:
        """Return a post.

        Raises:
            PostNotFound: there is none, or none that the actor may read.
        """
        post = await self._posts.get(post_id)
        if post is None:
            raise PostNotFound
        return post

    async def create(self, fields: PostFields) -> Post:
        """Write a post of the actor's.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        self._cache.invalidate(ACTIVITY, self._require_signed_in())
        return await self._posts.add(fields)

    async def update(self, post_id: UUID, changes: PostChanges, *, versions: Collection[int] | None) -> Post:
        """Change some fields of a post; with `versions`, only if it is still one of these.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PostNotFound: there is none, or none that the actor may read.
            PermissionDenied: it belongs to another user.
            VersionChanged: it is another version.
        """
        self._require_signed_in()
        post = await self._posts.update(post_id, changes, versions=versions)
        if post is None:
            await self._refuse(post_id)
        self._cache.invalidate(ACTIVITY, post.author.id)
        return post

    async def delete(self, post_id: UUID, *, versions: Collection[int] | None) -> None:
        """Delete a post with its comments; with `versions`, only if it is still one of these.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PostNotFound: there is none, or none that the actor may read.
            PermissionDenied: it belongs to another user.
            VersionChanged: it is another version.
        """
        self._require_signed_in()
        author_id = await self._posts.delete(post_id, versions=versions)
        if author_id is None:
            await self._refuse(post_id)
        self._cache.invalidate(ACTIVITY, author_id)

    async def ensure(self, examples: Collection[PostFields]) -> None:
        """Write the examples, unless the actor has written anything before.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        mine = PostFilter(author_id=self._require_signed_in())
        if not (await self._posts.find(mine, sort=PostSort.OLDEST, page=PageRequest(limit=1))).items:
            for fields in examples:
                await self.create(fields)

    async def _refuse(self, post_id: UUID) -> NoReturn:
        """Say why nothing was changed; asked only then, so that a change is one statement."""
        post = await self.get(post_id)
        if not self._actor.may_change(post.author.id, Permission.WRITE_POSTS):
            self._actor.refuse(Permission.WRITE_POSTS)
        raise VersionChanged
