"""Declares which tables have data of a user, and which of it is in the user's download.

A table that a repository declares an `owner` for is exported without further words: by the owner, with all its columns.
Any other table that refers to a user says `personal_data = PersonalData(…)` or `NotExported(…)` in its model.
Binary columns are hashes, keys and ciphertexts, and are never exported.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The rows of a table that are data of a user.

    Args:
        of: the column with the user's id.
        without: columns that are not exported: secrets, and data about other users.
        name: the name of the file, if it is not the table's.
        actor: the column with the id of the acting user, possibly another one.
        of_actor: columns about that user: exported only if they are the same, or unknown.
    """

    of: str
    without: frozenset[str] = frozenset()
    name: str | None = None
    actor: str | None = None
    of_actor: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NotExported:
    """A table that refers to users and is not exported.

    Args:
        reason: why not.
    """

    reason: str
