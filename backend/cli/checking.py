"""The command that checks an installation, and says how to correct each fault."""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cli.running import run_with_factory
from cli.users import check_email

if TYPE_CHECKING:
    from service.factory import Factory
    from service.operations.checks.finding import Finding

commands = typer.Typer()
command = partial(commands.command, rich_help_panel="Operate")

COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


@command("doctor", hidden=True, help="The same as `check`.")
@command()
def check(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects for machines.")] = False,
    send_email_to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Send an email there, after signing in to the mail server.")
    ] = None,
) -> None:
    """Check settings, PostgreSQL, Redis, email, files, and addresses. Exits with 1 if something failed.

    Takes at most ten seconds. Run it before a release is put into service, as an init container, or by hand.
    """
    from core.settings import SettingsError
    from service.operations.checks.finding import failed
    from service.operations.checks.running import has_failed

    findings: list[Finding] = []
    if send_email_to is not None:
        check_email(send_email_to, option="--send-email-to")

    async def look(factory: "Factory") -> None:
        findings.extend(await _look(factory, recipient=send_email_to))
        _print(findings, as_json=as_json)
        _leave_what_hangs(findings)

    try:
        run_with_factory(look)
    except SettingsError as error:
        findings = [failed("settings", problem) for problem in error.problems]
        _print(findings, as_json=as_json)
    raise typer.Exit(int(has_failed(findings)))


async def _look(factory: "Factory", *, recipient: str | None) -> "list[Finding]":
    from core.logging import configure_logging
    from service.checks import CHECKS
    from service.operations.assembly import assemble_installation
    from service.operations.checks.running import run_checks

    settings = factory.resources.settings.model_copy(update={"logging_level": "ERROR"})
    configure_logging(settings, stream=sys.stderr)  # the report says what the log would
    return await run_checks(CHECKS, replace(assemble_installation(factory.resources), recipient=recipient))


def _leave_what_hangs(findings: "Sequence[Finding]") -> None:
    """End the process at once if a check found no end: its thread may wait for a name server much longer."""
    from service.operations.checks.running import NO_ANSWER

    if any(finding.text == NO_ANSWER for finding in findings):
        sys.stdout.flush()
        os._exit(1)


def _print(findings: "Sequence[Finding]", *, as_json: bool) -> None:
    if as_json:
        import orjson

        typer.echo(orjson.dumps([asdict(finding) for finding in findings], option=orjson.OPT_INDENT_2))
        return
    for finding in findings:
        state = typer.style(f"{finding.state:8}", fg=COLOURS[finding.state])
        typer.echo(f"{state} {finding.name:13} {finding.text}")
        if finding.remedy:
            typer.echo(f"{'':22} → {finding.remedy}")
