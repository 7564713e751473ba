"""The table of posts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Index, String, func, literal_column, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.post import CONTENT_MAX_LENGTH, SUBTITLE_MAX_LENGTH, TITLE_MAX_LENGTH
from repository.base_model import BaseTableModel
from repository.folding import search_text
from repository.models.user import Author

# Decides how words are reduced to their stems. Changing it needs a migration that rewrites `search`.
SEARCH_LANGUAGE = "english"
_SEARCHED = "title || ' ' || coalesce(subtitle, '') || ' ' || content"
SEARCH_TEXT = search_text("title", "COALESCE(subtitle, '')", "content")


class Post(BaseTableModel):
    """A post. `version` counts its changes; `search` holds the words of its texts."""

    __tablename__ = "posts"
    # Each order of a list has an index that ends with the id, so that a page begins where the last one ended.
    __table_args__ = (
        Index("ix_posts_created_at_id", "created_at", "id"),
        Index("ix_posts_author_id_created_at_id", "author_id", "created_at", "id"),
        # By code point, as lists are sorted: without COLLATE "C" no query would use it.
        Index("ix_posts_title_key_id", text('sort_key(title) COLLATE "C"'), "id"),
        Index("ix_posts_search", "search", postgresql_using="gin"),
        # Finds parts of words, by the three letters in a row that they have in common.
        Index(
            "ix_posts_search_text",
            literal_column(SEARCH_TEXT).label("search_text"),
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(TITLE_MAX_LENGTH))
    subtitle: Mapped[str | None] = mapped_column(String(SUBTITLE_MAX_LENGTH))
    content: Mapped[str] = mapped_column(String(CONTENT_MAX_LENGTH))
    published: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(f"to_tsvector('{SEARCH_LANGUAGE}', {_SEARCHED})", persisted=True),
        deferred=True,
        deferred_raiseload=True,
    )

    author: Mapped[Author] = relationship(lazy="raise")
