"""Facts that other parts of the product react to; `domain/tasks.py` says who reacts and how."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UserSignedUp:
    """Somebody created an account."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """Somebody commented on a post, perhaps on their own."""

    comment_id: UUID
