"""How many comments a post has: a column for queries of posts."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from repository import models


def comment_count(post_id: ColumnElement[UUID]) -> ColumnElement[int]:
    """Return the column `comment_count` for the post of this id, counted for the rows that are shown only."""
    count = select(func.count()).where(models.Comment.post_id == post_id)
    return count.scalar_subquery().label("comment_count")
