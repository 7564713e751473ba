"""Commands that developers and `make` use."""

from functools import partial
from typing import TYPE_CHECKING

import typer

from cli.running import run_with_factory
from core import demo_account

if TYPE_CHECKING:
    from service.factory import Factory

commands = typer.Typer()
command = partial(commands.command, rich_help_panel="Develop")


@command()
def demo_data() -> None:
    """Create the demo account and example content, and print the password. Refused in production."""
    from core.settings import SettingsError, load_settings
    from domain.permissions import SYSTEM

    settings = load_settings()
    if settings.is_production:
        raise SettingsError(
            "The demo account is an admin with a published password, so it does not exist in production;"
            " use create-admin."
        )

    async def create(factory: "Factory") -> None:
        async with factory.unit_of_work(SYSTEM) as work:
            user = await work.identity.admin_bootstrap.ensure_demo_account(
                demo_account.EMAIL, password=demo_account.PASSWORD
            )
            if settings.demo_content:
                await work.operations.demo_content.write(user)
        async with factory.unit_of_work(SYSTEM) as work:
            await work.operations.statistics.recount_product()

    run_with_factory(create)
    typer.echo(f"{demo_account.EMAIL} / {demo_account.PASSWORD}")


@command()
def openapi() -> None:
    """Print the OpenAPI document, from which the front end's client is generated."""
    import orjson

    from api.app import create_app
    from core.settings import load_settings

    settings = load_settings(database_url="postgresql://unused@localhost/unused", redis_url="redis://localhost")
    document = create_app(settings).openapi()
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


@command()
def env_example() -> None:
    """Print `.env.example`: every setting with its meaning and default."""
    from core.settings import environment_reference

    typer.echo(environment_reference(), nl=False)
