"""A comment on a post."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.errors import AppError
from domain.user import Author

COMMENT_MAX_LENGTH = 5_000


class CommentNotFound(AppError):
    """No such comment, or none that the actor may see."""

    message = "Comment not found."


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a post. Every user who may read the post may read it."""

    id: UUID
    post_id: UUID
    author: Author
    content: str
    created_at: datetime
