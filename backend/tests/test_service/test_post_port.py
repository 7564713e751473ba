"""The properties that `PostService` relies on, of the repository and the fake alike: so the fake cannot drift."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest

from domain.page import PageRequest
from domain.permissions import ANONYMOUS, SYSTEM, Actor
from domain.post import Post, PostFields, PostFilter, PostPort, PostSort
from repository.post_repository import PostRepository
from service.factory import Factory
from tests.support.helpers import new_actor
from tests.support.posts_in_memory import posts_in_memory

# Opens the posts as an actor may see them.
Open: TypeAlias = Callable[[Actor], AbstractAsyncContextManager[PostPort]]

DRAFT = PostFields(title="Draft", subtitle=None, content="Not yet.", published=False)
PUBLISHED = PostFields(title="Published", subtitle="At last", content="To read.", published=True)


@pytest.fixture(params=["fake", "repository"])
def posts(request: pytest.FixtureRequest, factory: Factory) -> Open:
    """The posts of either kind."""
    kept: dict[UUID, Post] = {}

    @asynccontextmanager
    async def fake(actor: Actor) -> AsyncIterator[PostPort]:
        yield posts_in_memory(actor, kept)

    @asynccontextmanager
    async def repository(actor: Actor) -> AsyncIterator[PostPort]:
        async with factory.unit_of_work(actor) as work:
            yield PostRepository(work.connection, actor)

    return fake if request.param == "fake" else repository


@pytest.fixture
async def ann(factory: Factory) -> Actor:
    return await new_actor(factory, "ann@example.com")


@pytest.fixture
async def bob(factory: Factory) -> Actor:
    return await new_actor(factory, "bob@example.com")


async def _add(posts: Open, actor: Actor, fields: PostFields) -> Post:
    async with posts(actor) as kept:
        return await kept.add(fields)


async def test_both_are_the_port(posts: Open, ann: Actor) -> None:
    async with posts(ann) as kept:
        assert isinstance(kept, PostPort)


async def test_a_new_post_is_the_actors_first_version(posts: Open, ann: Actor) -> None:
    post = await _add(posts, ann, PUBLISHED)
    assert (post.author.id, post.version) == (ann.user_id, 1)
    assert (post.title, post.subtitle, post.content, post.published) == ("Published", "At last", "To read.", True)


async def test_a_draft_is_for_its_author_and_moderators(posts: Open, ann: Actor, bob: Actor) -> None:
    draft, published = await _add(posts, ann, DRAFT), await _add(posts, ann, PUBLISHED)
    for actor, sees_drafts, may_change in (
        (ann, True, True),
        (bob, False, False),
        (ANONYMOUS, False, False),
        (SYSTEM, True, True),
    ):
        async with posts(actor) as kept:
            assert (await kept.get(draft.id) is not None) is sees_drafts
            assert await kept.get(published.id) == published
            found = await kept.find(PostFilter(), sort=PostSort.NEWEST, page=PageRequest(with_total=True))
            assert found.total == 1 + sees_drafts
            assert await kept.may_change(published.id) is may_change


async def test_what_the_actor_may_not_change_stays(posts: Open, ann: Actor, bob: Actor) -> None:
    post = await _add(posts, ann, PUBLISHED)
    async with posts(bob) as kept:
        assert await kept.update(post.id, {"title": "Mine"}, versions=None) is None
        assert await kept.delete(post.id, versions=None) is None
        assert await kept.get(post.id) == post


async def test_a_change_takes_the_version_it_was_made_from(posts: Open, ann: Actor) -> None:
    post = await _add(posts, ann, PUBLISHED)
    async with posts(ann) as kept:
        changed = await kept.update(post.id, {"title": "Better"}, versions=[1])
        assert changed is not None
        assert (changed.title, changed.content, changed.version) == ("Better", "To read.", 2)
        assert await kept.update(post.id, {"title": "Worse"}, versions=[1]) is None
        assert await kept.delete(post.id, versions=[1]) is None
        deleted = await kept.delete(post.id, versions=[2])
        assert deleted is not None
        assert deleted.title == "Better"
        assert await kept.get(post.id) is None


async def test_there_is_nothing_under_another_id(posts: Open, ann: Actor) -> None:
    async with posts(ann) as kept:
        assert await kept.get(uuid4()) is None
        assert await kept.update(uuid4(), {"title": "None"}, versions=None) is None
        assert await kept.delete(uuid4(), versions=None) is None
        assert await kept.may_change(uuid4()) is False


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (PostFilter(published=False), ["Draft"]),
        (PostFilter(text="read"), ["Published"]),
        (PostFilter(author_id=uuid4()), []),
        (PostFilter(), ["Draft", "Published"]),
    ],
)
async def test_filters_and_orders(posts: Open, ann: Actor, wanted: PostFilter, titles: list[str]) -> None:
    await _add(posts, ann, PUBLISHED)
    await _add(posts, ann, DRAFT)
    async with posts(ann) as kept:
        found = await kept.find(wanted, sort=PostSort.TITLE, page=PageRequest())
        assert [post.title for post in found.items] == titles
