"""The rules of `PostService`, without a database: a fake keeps the posts."""

from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from domain.errors import PermissionDenied, VersionChanged
from domain.permissions import ANONYMOUS, Actor, Permission
from domain.post import Post, PostFields, PostNotFound
from domain.session import NotAuthenticated
from service.operations.cached_values import ACTIVITY, UnitCache
from service.post_service import PostService
from tests.support.posts_in_memory import posts_in_memory

ANN, BOB = Actor(uuid4()), Actor(uuid4())
MODERATOR = Actor(uuid4(), permissions=frozenset({Permission.WRITE_POSTS}))
DRAFT = PostFields(title="Draft", subtitle=None, content="Not yet.", published=False)
PUBLISHED = PostFields(title="Published", subtitle=None, content="To read.", published=True)


class Invalidated(UnitCache):
    """Keeps what would be invalidated."""

    def __init__(self) -> None:
        super().__init__(cast("Any", None), is_writing=lambda: True)
        self.keys: list[object] = []

    def invalidate(self, kind: Any, key: object) -> None:
        assert kind is ACTIVITY
        self.keys.append(key)


class Posts:
    """One set of posts, and the service of each actor."""

    def __init__(self) -> None:
        self.kept: dict[UUID, Post] = {}
        self.cache = Invalidated()

    def of(self, actor: Actor) -> PostService:
        return PostService(actor, posts_in_memory(actor, self.kept), cache=self.cache)


@pytest.fixture
def posts() -> Posts:
    return Posts()


async def test_a_guest_changes_nothing(posts: Posts) -> None:
    post = await posts.of(ANN).create(PUBLISHED)
    guest = posts.of(ANONYMOUS)
    for refused in (
        guest.create(DRAFT),
        guest.update(post.id, {"title": "Mine"}, versions=None),
        guest.delete(post.id, versions=None),
    ):
        with pytest.raises(NotAuthenticated):
            await refused
    assert posts.kept == {post.id: post}


async def test_the_draft_of_another_user_does_not_exist(posts: Posts) -> None:
    draft = await posts.of(ANN).create(DRAFT)
    other = posts.of(BOB)
    for refused in (
        other.get(draft.id),
        other.update(draft.id, {"title": "Mine"}, versions=[1]),
        other.delete(draft.id, versions=None),
    ):
        with pytest.raises(PostNotFound):
            await refused


async def test_the_post_of_another_user_is_refused_whatever_its_version(posts: Posts) -> None:
    post = await posts.of(ANN).create(PUBLISHED)
    for versions in ([1], [7], None):
        with pytest.raises(PermissionDenied):
            await posts.of(BOB).update(post.id, {"title": "Mine"}, versions=versions)


async def test_an_old_version_is_told_from_a_post_that_is_gone(posts: Posts) -> None:
    mine = posts.of(ANN)
    post = await mine.create(PUBLISHED)
    await mine.update(post.id, {"title": "Better"}, versions=[1])
    with pytest.raises(VersionChanged):
        await mine.delete(post.id, versions=[1])
    await mine.delete(post.id, versions=[2])
    with pytest.raises(PostNotFound):
        await mine.delete(post.id, versions=[2])


async def test_every_change_invalidates_the_activity_of_the_author(posts: Posts) -> None:
    post = await posts.of(ANN).create(PUBLISHED)
    await posts.of(MODERATOR).update(post.id, {"published": False}, versions=None)
    await posts.of(MODERATOR).delete(post.id, versions=None)
    assert posts.cache.keys == [ANN.user_id] * 3
