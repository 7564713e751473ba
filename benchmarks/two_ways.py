"""Measures what the same queries cost through a session and on the fast path.

    cd backend && ../.venv/bin/python ../benchmarks/two_ways.py

It starts a PostgreSQL of its own in a temporary directory, fills it, and runs units of work that each read one thing:
processor time of this process, the two ways taking turns.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "backend"))

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.settings import Settings
from domain.page import PageRequest
from domain.permissions import Actor
from domain.post import PostFields, PostFilter, PostSort
from domain.tasks import broker
from repository.models import Comment, Post
from service.factory import Work, create_factory
from temporary import temporary_settings

ROUNDS = 15
PER_ROUND = 100
COMMENTS = 10
LIST = select(Post).options(joinedload(Post.author)).order_by(Post.created_at.desc(), Post.id.desc()).limit(21)
WITH_AUTHOR = select(Post).options(joinedload(Post.author))
WITH_THEIR_AUTHORS = select(Comment).options(joinedload(Comment.author)).order_by(Comment.created_at, Comment.id)

Reading = Callable[[Work, UUID], Awaitable[None]]


async def list_fast(work: Work, _: UUID) -> None:
    """Read 20 posts with their authors."""
    page = await work.posts.find(PostFilter(), sort=PostSort.NEWEST, page=PageRequest())
    assert len(page.items) == 20


async def list_session(work: Work, _: UUID) -> None:
    """Read 20 posts with their authors, and one more to see whether there are more."""
    posts = (await work.session.scalars(LIST)).all()
    assert len(posts) == 21 and posts[0].author.name


async def post_fast(work: Work, post_id: UUID) -> None:
    """Read a post with its author, its comments and theirs."""
    post = await work.posts.get(post_id)
    comments = await work.comments.find(post_id, PageRequest())
    assert post.author.name and len(comments.items) == COMMENTS and comments.items[0].author.name


async def post_session(work: Work, post_id: UUID) -> None:
    """Read a post with its author, its comments and theirs."""
    post = (await work.session.scalars(WITH_AUTHOR.where(Post.id == post_id))).one()
    comments = (await work.session.scalars(WITH_THEIR_AUTHORS.where(Comment.post_id == post_id))).all()
    assert post.author.name and len(comments) == COMMENTS and comments[0].author.name


async def create_fast(work: Work, _: UUID) -> None:
    """Write a post."""
    await work.posts.create(PostFields("A title", None, "A few words of content", published=True))


async def create_session(work: Work, _: UUID) -> None:
    """Write a post."""
    work.session.add(Post(title="A title", content="A few words of content", published=True))


PAIRS: dict[str, tuple[Reading, Reading]] = {
    "20 posts with authors": (list_fast, list_session),
    "a post, its author, 10 comments and their authors": (post_fast, post_session),
    "a new post": (create_fast, create_session),
}


async def fill(settings: Settings) -> tuple[UUID, UUID]:
    """Write an author, a thousand posts, and comments; return the author and a post."""
    factory = create_factory(settings, broker, component="fill")
    async with factory.resources.database.acquire() as connection:
        author: UUID = await connection.fetchval("INSERT INTO users (email, name) VALUES ('a@b.c', 'A') RETURNING id")
        await connection.execute(
            "INSERT INTO posts (author_id, title, content, published)"
            " SELECT $1, 'A title', 'A few words of content', true FROM generate_series(1, 1000)",
            author,
        )
        await connection.execute(
            "INSERT INTO comments (author_id, post_id, content)"
            f" SELECT $1, id, 'Well said.' FROM posts, generate_series(1, {COMMENTS})",
            author,
        )
        await connection.execute("ANALYZE")
        post: UUID = await connection.fetchval("SELECT id FROM posts LIMIT 1")
    await factory.close()
    return author, post


async def run(settings: Settings) -> None:
    """Fill, measure and print."""
    author, post = await fill(settings)
    factory = create_factory(settings, broker, component="benchmark")

    async def cost(read: Reading) -> float:
        started = time.process_time()
        for _ in range(PER_ROUND):
            async with factory.unit_of_work(Actor(author, is_verified=True)) as work:
                await read(work, post)
        return (time.process_time() - started) / PER_ROUND * 1e6

    for name, (fast, session) in PAIRS.items():
        rounds = [(await cost(fast), await cost(session)) for _ in range(ROUNDS)][1:]
        fastest = [min(costs) for costs in zip(*rounds, strict=True)]
        ratio = statistics.median(session / fast for fast, session in rounds)
        print(f"{name:50} fast {fastest[0]:5.0f} µs, session {fastest[1]:5.0f} µs, median ratio {ratio:.2f}")
    await factory.close()


def main() -> None:
    """Measure on servers of our own."""
    with temporary_settings() as settings:
        asyncio.run(run(settings))


if __name__ == "__main__":
    main()
