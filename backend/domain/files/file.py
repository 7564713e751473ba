"""Files that rows name: each lies below the id of its row."""

from datetime import timedelta
from uuid import UUID

# Longer than any upload takes between its file and its row.
ORPHAN_AGE = timedelta(hours=1)


def row_id_in(key: str) -> UUID | None:
    """Return the id in `kind/id/name`, or None when the key is not one of ours."""
    try:
        return UUID(key.split("/")[1])
    except (IndexError, ValueError):
        return None
