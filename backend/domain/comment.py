"""A comment on a post."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.errors import NotFound
from domain.live.notification import Notice, NotificationKind
from domain.user import Author

COMMENT_MAX_LENGTH = 5_000

COMMENT = NotificationKind("comment")


class CommentNotFound(NotFound):
    """No such comment, or none that the actor may see."""

    message = "Comment not found."


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a post. All readers of the post may read it."""

    id: UUID
    post_id: UUID
    author: Author
    content: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """A user commented on a post, perhaps their own."""

    comment_id: UUID


@dataclass(frozen=True, slots=True)
class CommentOnPost:
    """A comment with its author and its post, for the author of the post."""

    post_id: UUID
    post_title: str
    post_author_id: UUID
    author_id: UUID
    author_name: str | None

    named_message: ClassVar = "{author} commented on “{title}”."
    unnamed_message: ClassVar = "A member commented on “{title}”."

    def notice(self) -> Notice | None:
        """Return the notice for the author of the post, or None if it is their own comment."""
        if self.author_id == self.post_author_id:
            return None
        link, title = f"/posts/{self.post_id}", {"title": self.post_title}
        if self.author_name is None:
            return Notice(self.post_author_id, COMMENT, self.unnamed_message, link, title)
        return Notice(self.post_author_id, COMMENT, self.named_message, link, {**title, "author": self.author_name})
