"""Who wrote something, joined to what they wrote."""

from uuid import UUID

from sqlalchemy import case

from domain.user import Author
from repository import models

# Deactivated users show no picture.
AUTHOR_COLUMNS = (models.User.id, models.User.name, case((models.User.is_active, models.User.avatar_id)))


def to_author(author_id: UUID, name: str | None, avatar_id: UUID | None) -> Author:
    """Return the author in the values of `AUTHOR_COLUMNS`."""
    return Author(author_id, name, avatar_id)
