"""Commands that change the schema of the database, or write the files that do."""

from functools import partial
from typing import Annotated

import typer

from cli.running import services

commands = typer.Typer()
command = partial(commands.command, rich_help_panel="Database")


@command()
def upgrade_database(
    revision: Annotated[str, typer.Option(help="The revision to upgrade to.")] = "head",
) -> None:
    """Apply all migrations. Safe to run several times at once."""
    from repository.operations import migrate

    with services() as settings:
        try:
            migrate.upgrade(settings.require_database_url(), revision=revision)
        except migrate.UnknownRevision:
            if not settings.is_production:
                raise
            typer.echo("The database is ahead of this release. Nothing to apply.")


@command()
def downgrade_database(
    revision: Annotated[str, typer.Option(help="The revision to go back to, or a number of steps.")] = "-1",
) -> None:
    """Revert the last migration, or every migration after a revision."""
    from repository.operations import migrate

    with services() as settings:
        migrate.downgrade(settings.require_database_url(), revision=revision)


@command()
def generate_migration(
    message: Annotated[str, typer.Option("--message", "-m", help="What the migration changes, in a few words.")],
) -> None:
    """Write the differences between the models and the migrations as new migrations, one for each feature."""
    from repository.operations import migrate

    with services() as settings, migrate.migrated_database(settings.require_database_url()) as url:
        for file in migrate.generate(url, message=message):
            typer.echo(file)


@command()
def move_migration(
    revision: Annotated[str, typer.Argument(metavar="REVISION", help="The newest migration that moves.")],
    after: Annotated[str, typer.Option(metavar="REVISION", help="The newest migration that it is to follow.")],
) -> None:
    """Rebase one of two migration heads onto the other. Only for a migration that no other database has applied."""
    from repository.operations import migrate

    with services() as settings:
        typer.echo(migrate.move(settings.require_database_url(), revision, after=after))


@command()
def merge_migrations() -> None:
    """Write a migration that joins two migration heads. For heads that other databases have applied."""
    from repository.operations import migrate

    typer.echo(migrate.merge())


@command()
def check_migrations() -> None:
    """Fail if a model has changed without a migration. The database in use stays as it is."""
    from repository.operations import migrate

    with services() as settings, migrate.migrated_database(settings.require_database_url()) as url:
        migrate.check(url)
