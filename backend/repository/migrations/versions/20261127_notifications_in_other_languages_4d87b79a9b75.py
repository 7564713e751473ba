"""The sources of the messages of notifications, for other languages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

feature: str = "notification"
revision: str = "4d87b79a9b75"
down_revision: str | Sequence[str] | None = "660b69ad1743"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("notifications", sa.Column("template", sa.String(length=500), nullable=True))
    op.add_column("notifications", sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("notifications", "values")
    op.drop_column("notifications", "template")
