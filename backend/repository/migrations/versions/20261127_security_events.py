"""An audit log of what happens to accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

feature: str = "security_event"
revision: str = "5613465d1dc0"
down_revision: str | Sequence[str] | None = "198c45fde374"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "security_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("session_id", sa.Uuid()),
        sa.Column("ip_address", sa.String()),
        sa.Column("user_agent", sa.String(300)),
        sa.Column("details", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_events")),
    )
    op.create_index("ix_security_events_created_at_id", "security_events", ["created_at", "id"])
    op.create_index("ix_security_events_user_id_created_at_id", "security_events", ["user_id", "created_at", "id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("security_events")
