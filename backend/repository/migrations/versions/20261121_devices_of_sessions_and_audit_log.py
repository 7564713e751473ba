"""Sessions know their device and when they were seen; an audit log of what happens to accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "5f7c2a90d1e4"
down_revision: str | None = "4d1f0c7ab352"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    for name in ("last_seen_at", "authenticated_at"):
        op.add_column(
            "sessions",
            sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        )
    op.add_column("sessions", sa.Column("ip_address", sa.String()))
    op.add_column("sessions", sa.Column("user_agent", sa.String(300)))
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
    op.create_index(op.f("ix_security_events_user_id_id"), "security_events", ["user_id", "id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("security_events")
    for name in ("user_agent", "ip_address", "authenticated_at", "last_seen_at"):
        op.drop_column("sessions", name)
