"""Accounts have a version, and accounts and the audit log can be listed by age."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "9c3e5b71aa20"
down_revision: str | None = "8b3e6f51c9d0"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = {
    "ix_users_created_at_id": ("users", ["created_at", "id"]),
    "ix_security_events_created_at_id": ("security_events", ["created_at", "id"]),
    "ix_security_events_user_id_created_at_id": ("security_events", ["user_id", "created_at", "id"]),
}


def upgrade() -> None:
    """Apply the change."""
    op.add_column(
        "users", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False), if_not_exists=True
    )
    with op.get_context().autocommit_block():
        for name, (table, columns) in INDEXES.items():
            op.create_index(name, table, columns, postgresql_concurrently=True, if_not_exists=True)
        op.drop_index(
            "ix_security_events_user_id_id", table_name="security_events", postgresql_concurrently=True, if_exists=True
        )


def downgrade() -> None:
    """Take the change back."""
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_security_events_user_id_id",
            "security_events",
            ["user_id", "id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        for name, (table, _) in INDEXES.items():
            op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)
    op.drop_column("users", "version")
