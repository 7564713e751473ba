"""The table of accounts."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, Index, String, case, literal_column, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from domain.user import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH
from repository.base_model import BaseTableModel
from repository.folding import search_text
from repository.personal_data import PersonalData

# RFC 5646 section 4.4.1: what a longest tag of registered subtags needs.
LANGUAGE_MAX_LENGTH = 35
SEARCH_TEXT = search_text("email", "COALESCE(name, '')")


class User(BaseTableModel):
    """A person with an account. The address is stored in lower case, so the unique constraint ignores case.

    Users who sign in only through a provider have no password.
    """

    __tablename__ = "users"
    personal_data: ClassVar = PersonalData("id", without=frozenset({"password_hash"}), name="profile")

    email: Mapped[str] = mapped_column(String(EMAIL_MAX_LENGTH), unique=True)
    name: Mapped[str | None] = mapped_column(String(NAME_MAX_LENGTH))
    password_hash: Mapped[str | None]
    is_verified: Mapped[bool] = mapped_column(server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    roles: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{member}'"))
    avatar_id: Mapped[UUID | None] = mapped_column(index=True)
    # Of `domain.language.Language`; without one, the language of the browser counts.
    language: Mapped[str | None] = mapped_column(String(LANGUAGE_MAX_LENGTH))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    # When an address of the account was proved first; an admin may set `is_verified` without a proof.
    proved_at: Mapped[datetime | None]
    # When the user was invited, the last time. The first proof of the address removes it.
    invited_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_users_created_at_id", "created_at", "id"),
        Index("ix_users_invited_at", "invited_at", postgresql_where=text("invited_at IS NOT NULL")),
        # Finds parts of words, by the three letters in a row that they have in common.
        Index(
            "ix_users_search_text",
            literal_column(SEARCH_TEXT).label("search_text"),
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )


class Author(BaseTableModel):
    """The public part of an account: the same rows, read only. See `repository/author.py`."""

    __table__ = User.__table__
    __mapper_args__ = {"include_properties": ["id", "name"]}  # noqa: RUF012  (SQLAlchemy reads it once)

    id: Mapped[UUID]
    name: Mapped[str | None]
    # Deactivated users show no picture.
    avatar_id: Mapped[UUID | None] = column_property(case((User.__table__.c.is_active, User.__table__.c.avatar_id)))
