"""Which migration is the newest, without Alembic: that would cost each API process 10 MB to answer one question."""

import re
from pathlib import Path

from domain.errors import AppError

MIGRATIONS = Path(__file__).parent / "migrations"
# As the template in script.py.mako writes them.
_REVISION = re.compile(r'^revision\b[^=]*= "(\w+)"', re.MULTILINE)
_PARENT = re.compile(r'^down_revision\b[^=]*= "(\w+)"', re.MULTILINE)


class MigrationError(AppError):
    """Migrations and database or models do not fit; the message says what to do."""

    message = "The migrations do not fit."


def head_revision() -> str:
    """Return the revision that this program's code expects the database to have.

    Raises:
        MigrationError: there is not exactly one.
    """
    texts = [file.read_text() for file in (MIGRATIONS / "versions").glob("*.py")]
    together = "\n".join(texts)
    revisions: set[str] = set(_REVISION.findall(together))
    heads = revisions - set(_PARENT.findall(together))
    if len(heads) != 1:
        raise MigrationError(f"There must be one newest migration, not {len(heads)}.")
    return heads.pop()
