"""Files that belong to rows. The id of the row is part of the key."""

from datetime import timedelta
from uuid import UUID

# Longer than any upload takes between its file and its row.
ORPHAN_AGE = timedelta(hours=1)


def row_id_in(key: str) -> UUID | None:
    """Return the id in `kind/id/name`, or None if the key does not look like that."""
    try:
        return UUID(key.split("/")[1])
    except (IndexError, ValueError):
        return None
