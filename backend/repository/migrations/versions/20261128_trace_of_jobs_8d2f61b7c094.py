"""The trace that a job continues."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "job"
revision: str = "8d2f61b7c094"
down_revision: str | Sequence[str] | None = "4d87b79a9b75"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change. Without a default no row is written, so the table is locked for a moment."""
    op.add_column("jobs", sa.Column("traceparent", sa.String()))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("jobs", "traceparent")
