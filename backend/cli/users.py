"""Commands with which an operator gives a user access."""

import secrets
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cli.running import run_in_unit_of_work, run_with_factory

if TYPE_CHECKING:
    from domain.permissions import Role
    from service.factory import Factory, Work

commands = typer.Typer()
command = partial(commands.command, rich_help_panel="Operate")


@command()
def create_admin(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The email address of the admin.")],
    name: Annotated[str | None, typer.Option(help="The name to show for a new account.")] = None,
    *,
    generate: Annotated[bool, typer.Option("--generate", help="Generate a password and print it.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete an existing account whose address was never confirmed.")
    ] = False,
) -> None:
    """Create an admin, or promote a user with a confirmed address. Asks for the password of a new account."""
    from domain.permissions import SYSTEM

    async def create(factory: "Factory") -> None:
        if not replace and await _promote(factory, email):
            return
        password = secrets.token_urlsafe(18) if generate else _asked_password()
        async with factory.unit_of_work(SYSTEM) as work:
            await work.identity.admin_bootstrap.create_admin(
                email, password=password, name=name, replaces_unproved=replace
            )
        typer.echo(f"{email} is an admin.")
        if generate:
            typer.echo(f"Password: {password}")

    check_email(email)
    run_with_factory(create)


@command()
def invite(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The email address of the user.")],
    name: Annotated[str | None, typer.Option(help="The name of the user.")] = None,
    role: Annotated[
        list[str] | None, typer.Option(help="A role of the account. Repeat it for several. The default is member.")
    ] = None,
) -> None:
    """Create an account and email its user a link to set the password, which expires after seven days."""
    from domain.identity.invitation import Invitation
    from domain.one_line import one_line

    check_email(email)
    invitation = Invitation(email, one_line(name) if name else None, _parsed_roles(role or ["member"]))

    async def send(work: "Work") -> None:
        await work.identity.invitations.invite_as_operator(invitation)
        typer.echo(f"{email} is invited. A worker sends the email.")

    run_in_unit_of_work(send)


@command()
def remove_second_factors(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The email address of the user.")],
) -> None:
    """Remove the lost second factors of a user. The user is notified by email."""

    async def remove(work: "Work") -> None:
        await work.identity.second_factor_removal.remove_by_email(email)
        typer.echo(f"{email} can sign in without a second factor now.")

    run_in_unit_of_work(remove)


async def _promote(factory: "Factory", email: str) -> bool:
    from domain.permissions import SYSTEM
    from domain.user import AddressNotProved

    try:
        async with factory.unit_of_work(SYSTEM) as work:
            is_admin = await work.identity.admin_bootstrap.make_admin(email)
    except AddressNotProved:
        raise AddressNotProved(
            f"{email} has an account, but the address was never confirmed, so another person may have created it. Ask the"
            " owner to follow the link in the welcome email, or use --replace to delete it and create a new account."
        ) from None
    if is_admin:
        typer.echo(f"{email} is an admin. The password has not changed.")
    return is_admin


def check_email(email: str, *, option: str = "EMAIL") -> None:
    """Refuse an address that cannot receive email.

    Raises:
        typer.BadParameter: of the argument or option.
    """
    from domain.user import InvalidAddress
    from service.identity.email_addresses import parse_reachable_address

    try:
        parse_reachable_address(email)
    except InvalidAddress as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _parsed_roles(names: list[str]) -> "tuple[Role, ...]":
    from domain.permissions import Role

    unknown = set(names) - set(Role)
    if unknown:
        raise typer.BadParameter(f"There is no role {min(unknown)}.", param_hint="--role")
    return tuple(role for role in Role if role in names)


def _asked_password() -> str:
    from domain.user import PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH

    while True:
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if PASSWORD_MIN_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
            return password
        typer.echo(f"Use {PASSWORD_MIN_LENGTH} to {PASSWORD_MAX_LENGTH} characters.")
