"""Accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "user"
revision: str = "8622d1a15af6"
down_revision: str | Sequence[str] | None = "a2d8bbf63a71"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.String()), server_default=sa.text("'{member}'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index("ix_users_created_at_id", "users", ["created_at", "id"], unique=False)
    op.execute(
        "CREATE INDEX ix_users_search_text ON users"
        " USING gin (search_text((email || ' ') || COALESCE(name, '')) gin_trgm_ops)"
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("users")
