"""Reads and writes comments."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, delete, exists, or_, select

from domain.comment import Comment, CommentOnPost
from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from domain.post import PostNotFound
from repository import models
from repository.author import AUTHOR, AUTHOR_COLUMNS
from repository.connection import violation_means
from repository.counter import Counter
from repository.post_repository import PostRepository
from repository.sql.owned_repository import OwnedRepository, Parent
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import RowMapper

_COLUMNS = (
    models.Comment.id,
    models.Comment.post_id,
    models.Comment.author_id,
    models.Comment.content,
    models.Comment.created_at,
)


def _with_author(comments: FromClause) -> AnyQuery:
    c = comments.c
    columns = (c.id, c.post_id, c.content, c.created_at)
    return select(*columns, *AUTHOR_COLUMNS).join_from(comments, models.User, models.User.id == c.author_id)


def _with_both_authors(comments: FromClause) -> AnyQuery:
    """Select comments and the author of the post."""
    query = _with_author(comments).join(models.Post, models.Post.id == comments.c.post_id)
    return query.add_columns(models.Post.author_id.label("post_author_id"))


_COMMENT = RowMapper(Comment, nested={"author": AUTHOR}, projection=_with_author)
_COMMENT_ON_POST = RowMapper(CommentOnPost)
_OLDEST_FIRST = Order(models.Comment.created_at, models.Comment.id)


def _received_by(user_id: UUID) -> ColumnElement[bool]:
    """Return the condition on comments by others on posts of the user."""
    posts = select(models.Post.id).where(models.Post.author_id == user_id)
    return and_(models.Comment.post_id.in_(posts), models.Comment.author_id != user_id)


class CommentRepository(OwnedRepository):
    """Reads and writes comments. All readers of a post may read and write its comments."""

    table: ClassVar = models.Comment
    owner: ClassVar = models.Comment.author_id
    permission: ClassVar = Permission.WRITE_POSTS
    counters: ClassVar = (Counter("comments", of_user=_received_by),)

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on comments that `actor` may read: those on posts that they may read."""
        post = exists().where(models.Post.id == models.Comment.post_id, PostRepository.readable_by(actor))
        return or_(cls.changeable_by(actor), post.correlate(models.Comment))

    async def add(self, post_id: UUID, content: str) -> tuple[Comment, UUID] | None:
        """Insert a comment by the actor and return it with the post's author; None when there is no such post.

        Raises:
            PostNotFound: the post was deleted at the same moment.
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        with violation_means("fk_comments_post_id", PostNotFound):
            values = {"content": content}
            row = await self._insert_below(_below(post_id), values, returning=_COLUMNS, projection=_with_both_authors)
        return (_COMMENT.read(row), row["post_author_id"]) if row else None

    async def get(self, comment_id: UUID) -> Comment | None:
        """Return the comment, or None."""
        query = select(*_COLUMNS).where(models.Comment.id == comment_id)
        return await self._fetch_one(query, rows_as=_COMMENT)

    async def get_on_post(self, comment_id: UUID) -> CommentOnPost | None:
        """Return the comment together with its post and its author, or None."""
        query = (
            select(
                models.Post.id.label("post_id"),
                models.Post.title.label("post_title"),
                models.Post.author_id.label("post_author_id"),
                models.Comment.author_id.label("author_id"),
                models.User.name.label("author_name"),
            )
            .join_from(models.Comment, models.Post, models.Post.id == models.Comment.post_id)
            .join(models.User, models.User.id == models.Comment.author_id)
        )
        return await self._fetch_one(query.where(models.Comment.id == comment_id), rows_as=_COMMENT_ON_POST)

    async def find(self, post_id: UUID, page: PageRequest) -> Page[Comment] | None:
        """Return one page of the comments on a post, the oldest first; None when there is no such post."""
        return await self._fetch_page_below(
            _below(post_id), select(*_COLUMNS), rows_as=_COMMENT, order=_OLDEST_FIRST, request=page
        )

    async def delete(self, comment_id: UUID) -> UUID | None:
        """Delete a comment and return the author of its post; None when there was none."""
        of_post = select(models.Comment.post_id).where(models.Comment.id == comment_id).scalar_subquery()
        post_author = select(models.Post.author_id).where(models.Post.id == of_post).scalar_subquery()
        statement = delete(models.Comment).where(models.Comment.id == comment_id)
        return await self._delete_returning(statement, post_author)


def _below(post_id: UUID) -> Parent:
    return Parent(PostRepository, models.Comment.post_id, post_id)
