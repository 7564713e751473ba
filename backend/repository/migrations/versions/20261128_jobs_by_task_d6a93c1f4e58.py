"""Indexes of jobs by task, in place of those across all tasks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

feature: str = "job"
revision: str = "d6a93c1f4e58"
down_revision: str | Sequence[str] | None = "c41e7a90d2b6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PENDING = sa.text("state = 'pending'")
LEASED = sa.text("state IN ('sent', 'running')")


def upgrade() -> None:
    """Apply the change. The release before does without its indexes: it reads the new ones from end to end."""
    _create("ix_jobs_due_by_task", ["task", "available_at"], where=PENDING)
    _create("ix_jobs_leased_by_task", ["task", "lease_until"], where=LEASED)
    _drop("ix_jobs_due_by_priority")
    _drop("ix_jobs_leased")


def downgrade() -> None:
    """Take the change back."""
    _create("ix_jobs_due_by_priority", [sa.literal_column("priority DESC"), "available_at"], where=PENDING)
    _create("ix_jobs_leased", ["lease_until"], where=LEASED)
    _drop("ix_jobs_due_by_task")
    _drop("ix_jobs_leased_by_task")


def _create(name: str, columns: "list[str | sa.ColumnElement[object]]", *, where: sa.TextClause) -> None:
    with op.get_context().autocommit_block():
        op.create_index(name, "jobs", columns, postgresql_where=where, postgresql_concurrently=True, if_not_exists=True)


def _drop(name: str) -> None:
    with op.get_context().autocommit_block():
        op.drop_index(name, table_name="jobs", postgresql_concurrently=True, if_exists=True)
