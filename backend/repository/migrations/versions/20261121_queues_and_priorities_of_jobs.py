"""Jobs have a queue and a priority; the dead ones are found without reading the done ones."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "4d1f0c7ab352"
down_revision: str | None = "9a9e6ae10399"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column(
        "jobs", sa.Column("queue", sa.String(), server_default=sa.text("'default'"), nullable=False), if_not_exists=True
    )
    op.add_column(
        "jobs", sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False), if_not_exists=True
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_jobs_due_by_priority",
            "jobs",
            [sa.literal_column("priority DESC"), "available_at"],
            postgresql_where=sa.text("state = 'pending'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.create_index(
            "ix_jobs_dead",
            "jobs",
            ["id"],
            postgresql_where=sa.text("state = 'dead'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.drop_index("ix_jobs_due", table_name="jobs", postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    """Take the change back."""
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_jobs_due",
            "jobs",
            ["available_at"],
            postgresql_where=sa.text("state = 'pending'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.drop_index("ix_jobs_dead", table_name="jobs", postgresql_concurrently=True, if_exists=True)
        op.drop_index("ix_jobs_due_by_priority", table_name="jobs", postgresql_concurrently=True, if_exists=True)
    op.drop_column("jobs", "priority")
    op.drop_column("jobs", "queue")
