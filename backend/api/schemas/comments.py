"""Comments."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from api.schemas.text import Storable
from api.schemas.users import AuthorResponse
from domain.comment import COMMENT_MAX_LENGTH, Comment


class CommentRequest(BaseModel):
    """A new comment."""

    model_config = ConfigDict(extra="forbid")

    content: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=COMMENT_MAX_LENGTH), Storable
    ]


class CommentResponse(BaseModel):
    """A comment."""

    id: UUID
    post_id: UUID
    author: AuthorResponse
    content: str
    created_at: datetime

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """Build the response from `comment`."""
        return cls(
            id=comment.id,
            post_id=comment.post_id,
            author=AuthorResponse.of(comment.author),
            content=comment.content,
            created_at=comment.created_at,
        )
