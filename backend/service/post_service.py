"""Writing, finding and reading posts."""

from typing import ClassVar

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

    def _changed(self, post: Post) -> None:
        self._cache.invalidate(ACTIVITY, post.author.id)
