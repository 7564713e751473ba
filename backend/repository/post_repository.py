"""Reads and writes posts."""

from typing import ClassVar

from sqlalchemy import ColumnElement, FromClause, Text, bindparam, func, or_, select

from domain.permissions import Actor, Permission
from domain.post import EXCERPT_MAX_LENGTH, Post, PostChanges, PostFields, PostFilter, PostSort, PostSummary, excerpt_of
from repository import models
from repository.author import AUTHOR, AUTHOR_COLUMNS
from repository.comment_count import comment_count
from repository.counter import Counter
from repository.entity_repository import EntityRepository
from repository.folding import sort_key
from repository.models.post import SEARCH_LANGUAGE, SEARCH_TEXT
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import RowMapper
from repository.text_search import TextSearch


def _whole(posts: FromClause) -> AnyQuery:
    return _joined(posts, posts.c.content)


def _summary(posts: FromClause) -> AnyQuery:
    # One more character tells whether the content goes on.
    return _joined(posts, func.left(posts.c.content, EXCERPT_MAX_LENGTH + 1).label("excerpt"))


def _joined(posts: FromClause, text: ColumnElement[str]) -> AnyQuery:
    """Select posts with their authors, and with how many comments each has (docs/decisions/0024)."""
    c = posts.c
    columns = (c.id, c.title, c.subtitle, text, c.published, c.version, c.created_at, c.updated_at)
    query = select(*columns, *AUTHOR_COLUMNS, comment_count(c.id))
    return query.join_from(posts, models.User, models.User.id == c.author_id)


_TITLE_KEY = sort_key(models.Post.title)
_HAS_WORDS = models.Post.search.op("@@")(func.websearch_to_tsquery(SEARCH_LANGUAGE, bindparam("text", type_=Text)))


class PostRepository(EntityRepository[Post, PostSummary, PostFields, PostChanges, PostFilter, PostSort]):
    """Reads and writes posts. Every user may read published posts."""

    table: ClassVar = models.Post
    owner: ClassVar = models.Post.author_id
    permission: ClassVar = Permission.WRITE_POSTS
    counters: ClassVar = (
        Counter("posts"),
        Counter("published_posts", where=models.Post.published.is_(True), is_part=True),
    )
    entity: ClassVar = RowMapper(Post, nested={"author": AUTHOR}, projection=_whole)
    summary: ClassVar = RowMapper(
        PostSummary, nested={"author": AUTHOR}, convert={"excerpt": excerpt_of}, projection=_summary
    )
    orders: ClassVar = {
        PostSort.NEWEST: Order(models.Post.created_at, models.Post.id, descending=True),
        PostSort.OLDEST: Order(models.Post.created_at, models.Post.id),
        PostSort.TITLE: Order(_TITLE_KEY, models.Post.id),
        PostSort.TITLE_DESCENDING: Order(_TITLE_KEY, models.Post.id, descending=True),
    }
    conditions: ClassVar = {
        "author_id": models.Post.author_id == bindparam("author_id"),
        "published": models.Post.published == bindparam("published"),
        "text": TextSearch(SEARCH_TEXT, or_matches=_HAS_WORDS),
    }

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on posts that `actor` may read: the published ones and those they may change."""
        return or_(models.Post.published, cls.changeable_by(actor))
