"""The author of a row, joined to it."""

from typing import ClassVar

from sqlalchemy import ColumnElement, case, false, true

from domain.permissions import Actor, Permission
from domain.user import Author
from repository import models
from repository.ownership import Ownership
from repository.sql.rows import RowMapper

# Deactivated users show no picture.
AUTHOR_COLUMNS = (
    models.User.id.label("author_id"),
    models.User.name.label("author_name"),
    case((models.User.is_active, models.User.avatar_id)).label("author_avatar_id"),
)
AUTHOR = RowMapper(Author, prefix="author_")


class AuthorOwnership(Ownership):
    """Every user may read authors. Accounts are changed through `models.User`."""

    table: ClassVar = models.Author
    permission: ClassVar = Permission.WRITE_USERS

    @classmethod
    def changeable_by(cls, actor: Actor) -> ColumnElement[bool]:  # noqa: ARG003
        """Return a condition that no row meets."""
        return false()

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:  # noqa: ARG003
        """Return a condition that every row meets."""
        return true()
