"""Reads which migrations there are, without Alembic, which would cost each API process 10 MB."""

import ast
import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from core.db import connect
from core.pool import NoConnection
from domain.errors import AppError

MIGRATIONS = Path(__file__).parents[1] / "migrations"
_REVISION = "revision"
_PARENTS = "down_revision"


class MigrationError(AppError):
    """Migrations and database or models do not fit. The message has the remedy."""

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


def is_current(database_url: str) -> bool:
    """Whether the database can be reached, and has had the migrations that there are and no others.

    Raises:
        MigrationError: as for `read_history`.
    """
    return asyncio.run(_applied_revisions(database_url)) == {read_history().head}


async def _applied_revisions(database_url: str) -> set[str]:
    try:
        connection = await connect(database_url)
    except NoConnection:
        return set()
    try:
        return {row["version_num"] for row in await connection.fetch("SELECT version_num FROM alembic_version")}
    except asyncpg.UndefinedTableError:
        return set()
    finally:
        await connection.close()


def read_history(versions: Path = MIGRATIONS / "versions") -> MigrationHistory:
    """Read the migrations' files.

    Raises:
        MigrationError: a file is no migration, two have one revision, one follows a revision that is missing, or two
            follow the same.
    """
    files, parents = _read_files(versions)
    followed = {parent for of_one in parents.values() for parent in of_one}
    if missing := followed - parents.keys():
        raise MigrationError(
            f"A migration follows revision {', '.join(sorted(missing))}, which is not there; restore its file."
        )
    heads = sorted(parents.keys() - followed, key=lambda revision: files[revision].name)
    if len(heads) != 1:
        raise MigrationError(_advice_on_heads(heads, [files[revision].name for revision in heads]))
    return MigrationHistory(heads[0], frozenset(parents))


def _advice_on_heads(heads: Sequence[str], names: Sequence[str]) -> str:
    return (
        f"{' and '.join(names)} are {len(heads)} newest migrations, and there must be one: join them with `main.py"
        " merge-migrations`, or let one that no other database has had follow the other, for example with `main.py"
        f" move-migration {heads[-1]} --after {heads[0]}`."
    )


def _read_files(versions: Path) -> tuple[Mapping[str, Path], Mapping[str, Sequence[str]]]:
    files: dict[str, Path] = {}
    parents: dict[str, Sequence[str]] = {}
    for file in sorted(versions.glob("*.py")):
        revision, parents_of_it = _read_migration(file)
        if revision in files:
            raise MigrationError(
                f"{files[revision].name} and {file.name} are both revision {revision}; give one of them another."
            )
        files[revision], parents[revision] = file, parents_of_it
    return files, parents


def rewrite_parent(file: Path, parent: str) -> Path:
    """Let the migration in `file` follow the revision `parent`."""
    text = file.read_text(encoding="utf-8")
    [value] = [value for name, value in _assignments(ast.parse(text)) if name == _PARENTS]
    lines = text.encode().split(b"\n")  # columns of the syntax tree count bytes
    line = lines[value.lineno - 1]
    lines[value.lineno - 1] = line[: value.col_offset] + f'"{parent}"'.encode() + line[value.end_col_offset :]
    file.write_bytes(b"\n".join(lines))
    return file


def _read_migration(file: Path) -> tuple[str, Sequence[str]]:
    """Return a file's revision and those that it follows."""
    try:
        head = file.read_text(encoding="utf-8").partition("\ndef ")[0]  # the rest takes ten times as long to parse
        values = {name: ast.literal_eval(value) for name, value in _assignments(ast.parse(head))}
        revision, parents = values[_REVISION], values[_PARENTS]
    except KeyError as error:
        raise MigrationError(f"{file.name} is no migration: it has no {error.args[0]}.") from error
    except (SyntaxError, ValueError) as error:
        raise MigrationError(f"{file.name} is no migration: {error}.") from error
    return revision, () if parents is None else (parents,) if isinstance(parents, str) else parents


def _assignments(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in module.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in {_REVISION, _PARENTS}:
                yield name, value
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in {_REVISION, _PARENTS}:
                yield name, value
