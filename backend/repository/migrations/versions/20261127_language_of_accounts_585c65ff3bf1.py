"""The language of accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "user"
revision: str = "585c65ff3bf1"
down_revision: str | Sequence[str] | None = "c41f9d2e7a60"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("users", sa.Column("language", sa.String(length=35), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("users", "language")
