"""The example of docs/guides/caching.md, run with the real database and Valkey."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from core.settings import REPOSITORY_ROOT
from domain.page import PageRequest
from domain.permissions import ANONYMOUS, SYSTEM, Actor
from domain.post import Post, PostFields, PostFilter, PostNotFound, PostSort
from repository.post_repository import PostRepository
from service.factory import Factory
from service.post_service import PostService
from tests.support.helpers import new_actor

GUIDE = REPOSITORY_ROOT / "docs" / "guides" / "caching.md"
IMPORTS = """
from datetime import timedelta
from functools import partial
from uuid import UUID
from core.redis.cache import Cached
from domain.permissions import ANONYMOUS
from domain.post import Post
from service.post_service import PostService
"""
PUBLISHED = PostFields(title="First", subtitle=None, content="To read.", published=True)


class CountingRepository(PostRepository):
    """Counts the reads of single posts. It declares no table of its own."""

    reads = 0

    async def get(self, entity_id: UUID) -> Post | None:
        CountingRepository.reads += 1
        return await super().get(entity_id)


@pytest.fixture(scope="module")
def cached() -> type[PostService]:
    """The class of the guide."""
    code = re.search(r"```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {"__name__": "service.cached_post_service"}
    exec(IMPORTS + code[1], names)
    kind: type[PostService] = names["CachedPostService"]
    return kind


class Blog:
    """Posts read and written through the guide's service, in units of work of different actors."""

    def __init__(self, factory: Factory, cached: type[PostService], author: Actor) -> None:
        self._factory, self._cached, self.author = factory, cached, author
        CountingRepository.reads = 0

    @asynccontextmanager
    async def of(self, actor: Actor) -> AsyncIterator[PostService]:
        async with self._factory.unit_of_work(actor) as work:
            yield self._cached(actor, CountingRepository(work.connection, actor), cache=work.cache)

    async def read(self, post_id: UUID, actor: Actor = ANONYMOUS) -> str:
        async with self.of(actor) as posts:
            return (await posts.get(post_id)).title

    async def write(self, fields: PostFields = PUBLISHED) -> UUID:
        async with self.of(self.author) as posts:
            return (await posts.create(fields)).id

    async def rename_and_fail(self, post_id: UUID) -> None:
        async with self.of(self.author) as posts:
            await posts.update(post_id, {"title": "Second"}, versions=None)
            raise ZeroDivisionError


@pytest.fixture
async def blog(factory: Factory, cached: type[PostService]) -> Blog:
    return Blog(factory, cached, await new_actor(factory, "ann@example.com", name="Ann"))


async def test_guests_share_one_read(blog: Blog) -> None:
    post_id = await blog.write()
    assert {await blog.read(post_id) for _ in range(3)} == {"First"}
    assert CountingRepository.reads == 1


async def test_a_committed_change_is_seen_at_once(blog: Blog) -> None:
    post_id = await blog.write()
    await blog.read(post_id)
    async with blog.of(blog.author) as posts:
        await posts.update(post_id, {"title": "Second"}, versions=None)
    assert await blog.read(post_id) == "Second"


async def test_a_change_that_is_rolled_back_forgets_nothing(blog: Blog) -> None:
    post_id = await blog.write()
    await blog.read(post_id)
    with pytest.raises(ZeroDivisionError):
        await blog.rename_and_fail(post_id)
    assert await blog.read(post_id) == "First"
    assert CountingRepository.reads == 1


@pytest.mark.parametrize("change", ["withdraw", "delete"])
async def test_a_post_that_guests_may_not_read_any_more_is_gone(blog: Blog, change: str) -> None:
    post_id = await blog.write()
    await blog.read(post_id)
    async with blog.of(blog.author) as posts:
        if change == "delete":
            await posts.delete(post_id, versions=None)
        else:
            await posts.update(post_id, {"published": False}, versions=None)
    with pytest.raises(PostNotFound):
        await blog.read(post_id)


async def test_what_its_author_reads_never_reaches_a_guest(blog: Blog) -> None:
    draft_id = await blog.write(PostFields(title="Draft", subtitle=None, content="Not yet.", published=False))
    for actor in (blog.author, SYSTEM):
        assert await blog.read(draft_id, actor) == "Draft"
        with pytest.raises(PostNotFound):
            await blog.read(draft_id)


async def test_the_rest_of_the_interface_is_that_of_the_service(blog: Blog) -> None:
    await blog.write()
    async with blog.of(ANONYMOUS) as posts:
        page = await posts.find(PostFilter(), sort=PostSort.NEWEST, page=PageRequest())
    assert [post.title for post in page.items] == ["First"]
