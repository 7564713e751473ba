"""Reads and writes comments."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, delete, exists, or_, select

from domain.comment import Comment
from domain.live.notification import CommentOnPost
from domain.page import Cursor, Page, PageRequest
from domain.permissions import Actor, Permission
from domain.post import PostNotFound
from repository import models
from repository.author import AUTHOR_COLUMNS, to_author
from repository.connection import AnyRow, violation_means
from repository.post_repository import PostRepository
from repository.sql.owned_repository import OwnedRepository, Parent
from repository.sql.paging import AnyQuery, Order

_COLUMNS = (
    models.Comment.id,
    models.Comment.post_id,
    models.Comment.author_id,
    models.Comment.content,
    models.Comment.created_at,
)
_OLDEST_FIRST = Order(models.Comment.created_at, models.Comment.id)


class CommentRepository(OwnedRepository):
    """Reads and writes comments. Whoever may read a post may read and write what is said about it."""

    table: ClassVar = models.Comment
    owner: ClassVar = models.Comment.author_id
    permission: ClassVar = Permission.WRITE_POSTS

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on comments that `actor` may read: those on posts that they may read."""
        post = exists().where(models.Post.id == models.Comment.post_id, PostRepository.readable_by(actor))
        return or_(cls.changeable_by(actor), post)

    async def add(self, post_id: UUID, content: str) -> tuple[Comment, UUID] | None:
        """Insert a comment of the actor's and return it with the post's author; None when there is no such post.

        Raises:
            PostNotFound: the post was deleted at the same moment.
            NotAuthenticated: the actor's account was.
        """
        with violation_means("fk_comments_post_id", PostNotFound):
            values = {"content": content}
            row = await self._insert_below(_below(post_id), values, returning=_COLUMNS, projection=_with_both_authors)
        return (_to_comment(row[:-1]), row[-1]) if row else None

    async def get(self, comment_id: UUID) -> Comment | None:
        """Return the comment, or None."""
        row = await self._fetch_one(select(*_COLUMNS).where(models.Comment.id == comment_id), projection=_with_author)
        return _to_comment(row) if row else None

    async def get_on_post(self, comment_id: UUID) -> CommentOnPost | None:
        """Return the comment together with its post and its author, or None."""
        query = (
            select(models.Post.id, models.Post.title, models.Post.author_id, models.Comment.author_id, models.User.name)
            .join_from(models.Comment, models.Post, models.Post.id == models.Comment.post_id)
            .join(models.User, models.User.id == models.Comment.author_id)
        )
        row = await self._fetch_one(query.where(models.Comment.id == comment_id))
        return CommentOnPost(*row) if row else None

    async def find(self, post_id: UUID, page: PageRequest) -> Page[Comment] | None:
        """Return one page of the comments on a post, the oldest first; None when there is no such post."""
        query = select(*_COLUMNS)
        below = _below(post_id)
        found = await self._fetch_page_below(below, query, order=_OLDEST_FIRST, request=page, projection=_with_author)
        if found is None:
            return None
        total, rows = found
        comments = tuple(_to_comment(row) for row in rows[: page.limit])
        return Page(comments, _cursor(comments[-1]) if len(rows) > page.limit else None, total)

    async def delete(self, comment_id: UUID) -> UUID | None:
        """Delete a comment and return the author of its post; None when there was none."""
        of_post = select(models.Comment.post_id).where(models.Comment.id == comment_id).scalar_subquery()
        post_author = select(models.Post.author_id).where(models.Post.id == of_post).scalar_subquery()
        statement = delete(models.Comment).where(models.Comment.id == comment_id)
        row = await self._delete_one(statement, returning=post_author)
        return row[0] if row else None


def _with_author(comments: FromClause) -> AnyQuery:
    c = comments.c
    columns = (c.id, c.post_id, *AUTHOR_COLUMNS, c.content, c.created_at)
    return select(*columns).join_from(comments, models.User, models.User.id == c.author_id)


def _with_both_authors(comments: FromClause) -> AnyQuery:
    """Select comments and, last, who wrote the post."""
    query = _with_author(comments).join(models.Post, models.Post.id == comments.c.post_id)
    return query.add_columns(models.Post.author_id)


def _to_comment(row: AnyRow) -> Comment:
    comment_id, post_id, author_id, name, avatar_id, *others = row
    return Comment(comment_id, post_id, to_author(author_id, name, avatar_id), *others)


def _below(post_id: UUID) -> Parent:
    return Parent(PostRepository, models.Comment.post_id, post_id)


def _cursor(comment: Comment) -> Cursor:
    return Cursor(comment.created_at, comment.id)
