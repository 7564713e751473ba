"""Copies of their data that users request."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "data_export"
revision: str = "c41e7a90d2b6"
down_revision: str | Sequence[str] | None = "5f0c2b7d9e31"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'ready', 'failed')", name=op.f("ck_data_exports_state")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_data_exports_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
        sa.UniqueConstraint("user_id", name=op.f("uq_data_exports_user_id")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("data_exports")
