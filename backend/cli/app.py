"""All commands put together, with shell completion and errors of one line."""

import errno
import sys
from typing import NoReturn

import typer

from cli import backups, checking, database, development, jobs, servers, users
from core import product

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=f"Run and operate {product.SLUG}. For everyday development see also `make help`.",
)
for subject in (servers, database, users, backups, development, checking):
    app.add_typer(subject.commands)
app.add_typer(jobs.commands, name="jobs", rich_help_panel="Operate")


def main() -> None:
    """Run one command and exit: 0 on success, 2 for wrong usage, 78 for a wrong configuration, 1 for every other error.

    An error that the user can fix prints one line; anything else keeps its traceback.
    """
    try:
        sys.exit(app(prog_name=product.SLUG, standalone_mode=False))
    except typer.Abort:
        _fail("aborted.")
    except typer.TyperException as error:
        _fail(_usage_message(error), exit_code=error.exit_code)
    except Exception as error:
        if message := _message(error):
            _fail(message, exit_code=_exit_code(error))
        raise


def _fail(message: str, *, exit_code: int = 1) -> NoReturn:
    if message:
        typer.echo(f"{product.SLUG}: {message}", err=True)
    sys.exit(exit_code)


def _exit_code(error: Exception) -> int:
    from core.settings import REFUSED_EXIT_CODE, SettingsError

    return REFUSED_EXIT_CODE if isinstance(error, SettingsError) else 1


def _usage_message(error: typer.TyperException) -> str:
    """Return the message of an error of usage, or nothing when the help has just been printed."""
    message = error.format_message().replace("Value error, ", "")
    context: typer.Context | None = getattr(error, "ctx", None)
    if not message or context is None:
        return message
    return f"{message if message.endswith(('.', '?')) else f'{message}.'} See `{context.command_path} --help`."


def _message(error: Exception) -> str | None:
    """Return the sentence to print for an error the user can fix, or None for a defect."""
    from core.database_errors import explain
    from core.settings import SettingsError
    from domain.errors import AppError
    from embedded.errors import EmbeddedError

    if isinstance(error, SettingsError | EmbeddedError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "There is no space left for the output."
    return explain(error) or (str(error) if isinstance(error, AppError) else None)
