"""Reads which migrations there are, without Alembic, which would cost each API process 10 MB."""

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import AppError

MIGRATIONS = Path(__file__).parents[1] / "migrations"
_REVISION = "revision"
_PARENTS = "down_revision"


class MigrationError(AppError):
    """Migrations and database or models do not fit; the message says what to do."""

    message = "The migrations do not fit."


@dataclass(frozen=True, slots=True)
class MigrationHistory:
    """The migrations that this program's code comes with."""

    head: str
    revisions: frozenset[str]

    def is_applied(self, applied: Collection[str]) -> bool:
        """Whether a database that is at the revisions `applied` has had every migration.

        A revision that this code does not know is a newer release's, which began where this one ends.
        """
        return self.head in applied or not self.revisions.issuperset(applied)


def read_history(versions: Path = MIGRATIONS / "versions") -> MigrationHistory:
    """Read the migrations' files.

    Raises:
        MigrationError: a file is no migration, two have one revision, one follows a revision that is missing, or two
            follow the same.
    """
    parents = _read_parents(versions)
    followed = {parent for of_one in parents.values() for parent in of_one}
    if missing := followed - parents.keys():
        raise MigrationError(
            f"A migration follows revision {', '.join(sorted(missing))}, which is not there; restore its file."
        )
    heads = sorted(parents.keys() - followed)
    if len(heads) != 1:
        raise MigrationError(
            f"There must be one newest migration, not {len(heads)} ({', '.join(heads)});"
            " merge them with `main.py merge-migrations`, or let one follow the other."
        )
    return MigrationHistory(heads[0], frozenset(parents))


def _read_parents(versions: Path) -> Mapping[str, Sequence[str]]:
    files: dict[str, Path] = {}
    parents: dict[str, Sequence[str]] = {}
    for file in sorted(versions.glob("*.py")):
        revision, parents_of_it = _read_migration(file)
        if revision in files:
            raise MigrationError(
                f"{files[revision].name} and {file.name} are both revision {revision}; give one of them another."
            )
        files[revision], parents[revision] = file, parents_of_it
    return parents


def _read_migration(file: Path) -> tuple[str, Sequence[str]]:
    """Return a file's revision and those that it follows."""
    try:
        head = file.read_text(encoding="utf-8").partition("\ndef ")[0]  # the rest takes ten times as long to parse
        values = dict(_assigned_values(ast.parse(head)))
        revision, parents = values[_REVISION], values[_PARENTS]
    except KeyError as error:
        raise MigrationError(f"{file.name} is no migration: it has no {error.args[0]}.") from error
    except (SyntaxError, ValueError) as error:
        raise MigrationError(f"{file.name} is no migration: {error}.") from error
    return revision, () if parents is None else (parents,) if isinstance(parents, str) else parents


def _assigned_values(module: ast.Module) -> Iterator[tuple[str, Any]]:
    for statement in module.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in {_REVISION, _PARENTS}:
                yield name, ast.literal_eval(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in {_REVISION, _PARENTS}:
                yield name, ast.literal_eval(value)
