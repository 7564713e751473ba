"""Writing, finding and reading posts."""

from collections.abc import Collection
from typing import ClassVar

from domain.page import PageRequest
from domain.permissions import Actor, Permission
from domain.post import Post, PostChanges, PostFields, PostFilter, PostNotFound, PostPort, PostSort, PostSummary
from service.entity_service import EntityService
from service.operations.cached_values import ACTIVITY, UnitCache


class PostService(EntityService[Post, PostSummary, PostFields, PostChanges, PostFilter, PostSort]):
    """Writes, finds and reads posts, each as far as the actor may."""

    not_found: ClassVar = PostNotFound
    permission: ClassVar = Permission.WRITE_POSTS

    def __init__(self, actor: Actor, posts: PostPort, *, cache: UnitCache) -> None:
        super().__init__(actor, posts)
        self._cache = cache

    async def ensure(self, examples: Collection[PostFields]) -> None:
        """Write the examples, unless the actor has written anything before.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        mine = PostFilter(author_id=self._require_signed_in())
        if not (await self.find(mine, sort=PostSort.OLDEST, page=PageRequest(limit=1))).items:
            for fields in examples:
                await self.create(fields)

    def _changed(self, post: Post) -> None:
        self._cache.invalidate(ACTIVITY, post.author.id)
