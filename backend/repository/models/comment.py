"""The table of comments."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.comment import COMMENT_MAX_LENGTH
from repository.base_model import BaseTableModel
from repository.models.post import Post
from repository.models.user import Author


class Comment(BaseTableModel):
    """A comment on a post; it goes with the post and with its author."""

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_post_id_created_at_id", "post_id", "created_at", "id"),)

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    content: Mapped[str] = mapped_column(String(COMMENT_MAX_LENGTH))

    post: Mapped[Post] = relationship(lazy="raise")
    author: Mapped[Author] = relationship(lazy="raise")
