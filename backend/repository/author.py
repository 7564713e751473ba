"""The author of a row, joined to it."""

from sqlalchemy import case

from domain.user import Author
from repository import models
from repository.sql.rows import RowMapper

# Deactivated users show no picture.
AUTHOR_COLUMNS = (
    models.User.id.label("author_id"),
    models.User.name.label("author_name"),
    case((models.User.is_active, models.User.avatar_id)).label("author_avatar_id"),
)
AUTHOR = RowMapper(Author, prefix="author_")
