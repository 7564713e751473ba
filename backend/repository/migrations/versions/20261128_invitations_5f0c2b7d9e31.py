"""Invitations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "user"
revision: str = "5f0c2b7d9e31"
down_revision: str | Sequence[str] | None = "8d2f61b7c094"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("users", sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True), if_not_exists=True)
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_users_invited_at",
            "users",
            ["invited_at"],
            postgresql_where=sa.text("invited_at IS NOT NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take the change back."""
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_invited_at", table_name="users", postgresql_concurrently=True, if_exists=True)
    op.drop_column("users", "invited_at", if_exists=True)
