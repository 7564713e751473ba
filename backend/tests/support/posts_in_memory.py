"""Posts without a database, for tests of what `PostService` decides.

`test_post_port.py` holds it to the real repository.
"""

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from domain.post import Post, PostChanges, PostFields, PostFilter, PostHead, PostPort, PostSort, PostSummary, excerpt_of
from domain.session import NotAuthenticated
from domain.user import Author


class PostsInMemory:
    """Keeps posts in a dictionary that several actors may share. Texts are searched as they are written."""

    def __init__(self, actor: Actor, posts: dict[UUID, Post]) -> None:
        self._actor = actor
        self._posts = posts

    async def find(self, entity_filter: PostFilter, *, sort: PostSort, page: PageRequest) -> Page[PostSummary]:
        found = [post for post in self._posts.values() if self._may_read(post) and _matches(post, entity_filter)]
        by_title = sort in {PostSort.TITLE, PostSort.TITLE_DESCENDING}
        found.sort(key=lambda post: post.title if by_title else "", reverse=sort is PostSort.TITLE_DESCENDING)
        if sort is PostSort.NEWEST:
            found.reverse()
        return Page(tuple(map(_summary, found[: page.limit])), None, len(found) if page.with_total else None)

    async def get(self, entity_id: UUID) -> Post | None:
        post = self._posts.get(entity_id)
        return post if post and self._may_read(post) else None

    async def add(self, fields: PostFields) -> Post:
        if self._actor.user_id is None:
            raise NotAuthenticated
        now, author = datetime.now(UTC), Author(self._actor.user_id, None, None)
        post = Post(
            id=uuid4(),
            author=author,
            title=fields.title,
            subtitle=fields.subtitle,
            content=fields.content,
            published=fields.published,
            version=1,
            comment_count=0,
            created_at=now,
            updated_at=now,
        )
        self._posts[post.id] = post
        return post

    async def update(self, entity_id: UUID, changes: PostChanges, *, versions: Collection[int] | None) -> Post | None:
        post = self._changeable(entity_id, versions)
        if post is not None:
            post = replace(post, **changes, version=post.version + 1, updated_at=datetime.now(UTC))
            self._posts[entity_id] = post
        return post

    async def delete(self, entity_id: UUID, *, versions: Collection[int] | None) -> Post | None:
        return self._posts.pop(entity_id) if self._changeable(entity_id, versions) else None

    async def may_change(self, entity_id: UUID) -> bool:
        return self._changeable(entity_id, None) is not None

    def _changeable(self, entity_id: UUID, versions: Collection[int] | None) -> Post | None:
        post = self._posts.get(entity_id)
        if post is None or not self._may_change(post):
            return None
        return post if versions is None or post.version in versions else None

    def _may_change(self, post: Post) -> bool:
        return self._actor.may_change(post.author.id, Permission.WRITE_POSTS)

    def _may_read(self, post: Post) -> bool:
        return post.published or self._may_change(post)


def posts_in_memory(actor: Actor, posts: dict[UUID, Post] | None = None) -> PostPort:
    """Return the fake as the port: the type checker fails here for a method that it lacks or has otherwise."""
    return PostsInMemory(actor, {} if posts is None else posts)


def _matches(post: Post, post_filter: PostFilter) -> bool:
    return (
        post_filter.author_id in {None, post.author.id}
        and post_filter.published in {None, post.published}
        and (post_filter.text or "").lower() in f"{post.title} {post.subtitle or ''} {post.content}".lower()
    )


def _summary(post: Post) -> PostSummary:
    head = {field.name: getattr(post, field.name) for field in fields(PostHead)}
    return PostSummary(**head, excerpt=excerpt_of(post.content))
