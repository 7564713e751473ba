"""Accounts are found by parts of their addresses and names."""

from collections.abc import Sequence

from alembic import op

revision: str = "a8d24f6c0b17"
down_revision: str | None = "9c3e5b71aa20"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    # Comes with PostgreSQL, and whoever owns the database may install it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_users_email_name",
            "users",
            ["email", "name"],
            postgresql_using="gin",
            postgresql_ops={"email": "gin_trgm_ops", "name": "gin_trgm_ops"},
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take the change back; the extension stays, for others may use it."""
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_email_name", table_name="users", postgresql_concurrently=True, if_exists=True)
