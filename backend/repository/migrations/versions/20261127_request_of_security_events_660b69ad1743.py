"""The request that caused an entry of the audit log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "security_event"
revision: str = "660b69ad1743"
down_revision: str | Sequence[str] | None = "585c65ff3bf1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("security_events", sa.Column("request_id", sa.String()))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("security_events", "request_id")
