"""Every command describes itself, starts fast, completes in the shell, and reports wrong usage in one line."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from cli import development
from cli.app import app, main
from core import product
from core.settings import REFUSED_EXIT_CODE

# Modules that a command must not load before it runs.
HEAVY = {"core.settings", "service", "repository", "api", "worker", "embedded", "sqlalchemy", "fastapi", "uvloop"}


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["main.py", *arguments])
    with pytest.raises(SystemExit) as exited:
        main()
    return exited.value.code


def _all_commands(command: Any, path: str = product.SLUG) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _all_commands(inner, f"{path} {name}")


COMMANDS = dict(_all_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_parameter_has_a_description(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    assert [parameter.name for parameter in command.params if not parameter.help] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serv"], f"No such command 'serv'. Did you mean 'serve'? See `{product.SLUG} --help`."),
        (["jobs", "lst"], f"No such command 'lst'. Did you mean 'list'? See `{product.SLUG} jobs --help`."),
        (["env-example", "x"], f"Got unexpected extra argument(s) (x). See `{product.SLUG} env-example --help`."),
        (["serve", "--port", "1"], f"No such option: --port. See `{product.SLUG} serve --help`."),
        (["create-admin"], f"Missing argument 'EMAIL'. See `{product.SLUG} create-admin --help`."),
        (
            ["jobs", "list", "--limit", "1001"],
            f"Invalid value for '--limit': Input should be less than or equal to 1000. See `{product.SLUG} jobs list --help`.",
        ),
    ],
)
def test_wrong_usage_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert _run(monkeypatch, *arguments) == 2
    assert capsys.readouterr() == ("", f"{product.SLUG}: {message}\n")


@pytest.mark.parametrize("arguments", [[], ["jobs"]])
def test_without_a_command_the_help_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert _run(monkeypatch, *arguments) == 2
    output = capsys.readouterr()
    assert f"Usage: {' '.join([product.SLUG, *arguments])} [OPTIONS] COMMAND" in output.out
    assert output.err == ""


def test_an_error_the_user_can_fix_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "none")
    assert _run(monkeypatch, "upgrade-database") == REFUSED_EXIT_CODE
    error = capsys.readouterr().err
    assert error.startswith(f"{product.SLUG}: PORT: ")
    assert error.count("\n") == 1


def test_a_defect_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("core.settings.environment_reference", fail)
    monkeypatch.setattr(sys, "argv", ["main.py", "env-example"])
    with pytest.raises(RuntimeError, match="a defect"):
        main()


def test_an_interrupted_question_ends_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def abort() -> None:
        raise typer.Abort

    monkeypatch.setattr("core.settings.environment_reference", abort)
    assert _run(monkeypatch, "env-example") == 1
    assert capsys.readouterr().err == f"{product.SLUG}: aborted.\n"


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("jobs ca", "cancel"),
        ("upg", "upgrade-database"),
        ("create-admin --gen", "--generate"),
        ("jobs list --state de", "dead"),
    ],
)
def test_the_shell_completes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, completed: str
) -> None:
    words = f"{product.SLUG} {typed}"
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    monkeypatch.setenv(f"_{product.IDENTIFIER.upper()}_COMPLETE", "complete_bash")
    assert _run(monkeypatch) == 0
    assert capsys.readouterr().out.split() == [completed]


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    root = development.__file__.removesuffix("/cli/development.py")
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.process
def test_help_and_completion_load_no_part_of_the_product() -> None:
    assert not HEAVY & _loaded_by("import cli.app")


@pytest.mark.process
def test_a_server_process_that_imports_the_main_module_again_loads_nothing() -> None:
    assert "typer" not in _loaded_by("import main")
