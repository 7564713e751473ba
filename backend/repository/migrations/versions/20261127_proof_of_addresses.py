"""Accounts know when their address was proved first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d31f7a9c5e42"
down_revision: str | None = "a8d24f6c0b17"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change. What is verified by now counts as proved since the account was made."""
    op.add_column("users", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True), if_not_exists=True)
    with op.get_context().autocommit_block():  # rows are written without the lock that the new column took
        op.execute("UPDATE users SET proved_at = created_at WHERE is_verified AND proved_at IS NULL")


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("users", "proved_at")
