"""Reads and writes posts."""

from collections.abc import Collection
from functools import cache
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, and_, bindparam, delete, func, or_, select, update

from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from domain.post import EXCERPT_MAX_LENGTH, Post, PostChanges, PostFields, PostFilter, PostSort, PostSummary, excerpt_of
from repository import models
from repository.author import AUTHOR, AUTHOR_COLUMNS
from repository.folding import contains, is_indexed, sort_key, words_of
from repository.models.post import SEARCH_LANGUAGE, SEARCH_TEXT
from repository.sql.owned_repository import OwnedRepository
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import RowMapper

# The parameters that hold the words of a query begin with it.
_WORD = "word_"
_COLUMNS = (
    models.Post.id,
    models.Post.author_id,
    models.Post.title,
    models.Post.subtitle,
    models.Post.content,
    models.Post.published,
    models.Post.version,
    models.Post.created_at,
    models.Post.updated_at,
)
_POST = RowMapper(Post, nested={"author": AUTHOR})
_SUMMARY = RowMapper(PostSummary, nested={"author": AUTHOR}, convert={"excerpt": excerpt_of})
_TITLE_KEY = sort_key(models.Post.title)
_ORDERS = {
    PostSort.NEWEST: Order(models.Post.created_at, models.Post.id, descending=True),
    PostSort.OLDEST: Order(models.Post.created_at, models.Post.id),
    PostSort.TITLE: Order(_TITLE_KEY, models.Post.id),
    PostSort.TITLE_DESCENDING: Order(_TITLE_KEY, models.Post.id, descending=True),
}


class PostRepository(OwnedRepository):
    """Reads and writes posts. Every user may read published posts."""

    table: ClassVar = models.Post
    owner: ClassVar = models.Post.author_id
    permission: ClassVar = Permission.WRITE_POSTS

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on posts that `actor` may read: the published ones and those they may change."""
        return or_(models.Post.published, cls.changeable_by(actor))

    async def add(self, fields: PostFields) -> Post:
        """Insert a post by the actor and return it.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        values = {name: getattr(fields, name) for name in PostFields.__slots__}
        return await self._insert(values, rows_as=_POST, returning=_COLUMNS, projection=_whole)

    async def get(self, post_id: UUID) -> Post | None:
        """Return the post, or None."""
        return await self._fetch_one(_BY_ID, {"post_id": post_id}, rows_as=_POST, projection=_whole)

    async def find(self, post_filter: PostFilter, *, sort: PostSort, page: PageRequest) -> Page[PostSummary]:
        """Return one page of the posts that match the filter."""
        given = _given(post_filter)
        return await self._fetch_page(
            _filtered_by(*given), given, rows_as=_SUMMARY, order=_ORDERS[sort], request=page, projection=_summary
        )

    async def update(self, post_id: UUID, changes: PostChanges, *, versions: Collection[int] | None) -> Post | None:
        """Change a post if its version is one of `versions`, and return it; None when there was nothing to change.

        Of several concurrent changes to one version, one succeeds. The others wait for the row and find it newer.
        """
        statement = (
            update(models.Post)
            .where(models.Post.id == post_id, *_is_one_of(versions))
            .values(**changes, version=models.Post.version + 1, updated_at=func.now())
        )
        return await self._update(statement, rows_as=_POST, returning=_COLUMNS, projection=_whole)

    async def delete(self, post_id: UUID, *, versions: Collection[int] | None) -> UUID | None:
        """Delete a post with its comments, if its version is one of `versions`, and return its author; None if not."""
        statement = delete(models.Post).where(models.Post.id == post_id, *_is_one_of(versions))
        return await self._delete_returning(statement, models.Post.author_id)


def _whole(posts: FromClause) -> AnyQuery:
    return _joined(posts, posts.c.content)


def _summary(posts: FromClause) -> AnyQuery:
    # One more character tells whether the content goes on.
    return _joined(posts, func.left(posts.c.content, EXCERPT_MAX_LENGTH + 1).label("excerpt"))


def _joined(posts: FromClause, text: ColumnElement[str]) -> AnyQuery:
    """Select posts with their authors, and with how many comments each has (docs/decisions/0024)."""
    c = posts.c
    comments = select(func.count()).where(models.Comment.post_id == c.id).scalar_subquery()
    columns = (c.id, c.title, c.subtitle, text, c.published, c.version, c.created_at, c.updated_at)
    query = select(*columns, *AUTHOR_COLUMNS, comments.label("comment_count"))
    return query.join_from(posts, models.User, models.User.id == c.author_id)


_BY_ID = select(*_COLUMNS).where(models.Post.id == bindparam("post_id"))
_HAS_WORDS = models.Post.search.op("@@")(func.websearch_to_tsquery(SEARCH_LANGUAGE, bindparam("text", type_=Text)))
# By the fields of a filter.
_CONDITIONS = {
    "author_id": models.Post.author_id == bindparam("author_id"),
    "published": models.Post.published == bindparam("published"),
    "text": _HAS_WORDS,
}


def _given(post_filter: PostFilter) -> dict[str, object]:
    given = {name: value for name in _CONDITIONS if (value := getattr(post_filter, name)) is not None}
    if post_filter.text is not None and is_indexed(post_filter.text):
        given |= {f"{_WORD}{number}": word for number, word in enumerate(words_of(post_filter.text))}
    return given


@cache
def _filtered_by(*fields: str) -> AnyQuery:
    parts = [contains(SEARCH_TEXT, bindparam(field, type_=Text)) for field in fields if field.startswith(_WORD)]
    conditions = _CONDITIONS | ({"text": or_(_HAS_WORDS, and_(*parts))} if parts else {})
    return select(*_COLUMNS).where(*(conditions[field] for field in fields if field in conditions))


def _is_one_of(versions: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if versions is None else [models.Post.version.in_(versions)]
