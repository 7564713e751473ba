"""Which picture a user shows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "user"
revision: str = "0e13eb73ced4"
down_revision: str | Sequence[str] | None = "e7540fa2fcc0"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("users", sa.Column("avatar_id", sa.Uuid(), nullable=True), if_not_exists=True)
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_users_avatar_id", "users", ["avatar_id"], unique=False, postgresql_concurrently=True, if_not_exists=True
        )


def downgrade() -> None:
    """Take the change back."""
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_avatar_id", table_name="users", postgresql_concurrently=True, if_exists=True)
    op.drop_column("users", "avatar_id")
