"""Logs: lines for people, JSON for machines, and no secrets."""

import io
import json
import logging
import os
from collections.abc import Iterator

import pytest
import structlog

from core.logging import configure_logging
from core.settings import Environment, Settings


@pytest.fixture
def output(settings: Settings, log_output: io.StringIO) -> Iterator[io.StringIO]:
    yield io.StringIO()
    configure_logging(settings, stream=log_output)


@pytest.fixture
def production(settings: Settings) -> Settings:
    return settings.model_copy(update={"environment": Environment.PRODUCTION})


def test_production_writes_one_json_object_per_line(production: Settings, output: io.StringIO) -> None:
    configure_logging(production, stream=output)
    structlog.get_logger().info("order placed", order=7)
    logging.getLogger("some.library").warning("careful %s", "now")
    first, second = map(json.loads, output.getvalue().splitlines())
    assert first["event"] == "order placed"
    assert first["order"] == 7
    assert first["level"] == "info"
    assert second["event"] == "careful now"
    assert second["logger"] == "some.library"


@pytest.mark.usefixtures("output")
@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.DEVELOPMENT])
def test_what_a_format_cannot_say_is_escaped_and_fails_no_caller(settings: Settings, environment: Environment) -> None:
    written = io.BytesIO()
    output = io.TextIOWrapper(written, encoding="ascii", write_through=True)
    configure_logging(settings.model_copy(update={"environment": environment}), stream=output)
    structlog.get_logger().warning("email rejected", reason="Bo\udceete é", size=2**70)
    logging.getLogger("some.library").warning("Bo\udceete é")
    lines = written.getvalue().decode("ascii").splitlines()
    assert len(lines) == 2
    assert all(r"Bo\udceete" in line for line in lines)
    assert str(2**70) in lines[0]


@pytest.mark.usefixtures("output")
@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.DEVELOPMENT])
def test_a_log_that_nobody_reads_fails_no_caller(
    settings: Settings, environment: Environment, capfd: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    output = os.fdopen(writer, "w", encoding="utf-8")
    configure_logging(settings.model_copy(update={"environment": environment}), stream=output)
    structlog.get_logger().warning("order placed", order=7)
    logging.getLogger("some.library").warning("careful")
    with pytest.raises(BrokenPipeError):
        output.close()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.DEVELOPMENT])
def test_neither_secrets_nor_local_variables_are_written(
    settings: Settings, output: io.StringIO, environment: Environment
) -> None:
    configure_logging(settings.model_copy(update={"environment": environment}), stream=output)
    log = structlog.get_logger()
    log.info("signed in", password="hunter2", access_token="abc.def")
    hidden = "hunter" + "3"
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        log.exception("failed")
    written = output.getvalue()
    assert "broken" in written
    for secret in ("hunter2", "abc.def", hidden):
        assert secret not in written


def test_lines_below_the_level_are_dropped(settings: Settings, output: io.StringIO) -> None:
    configure_logging(settings.model_copy(update={"logging_level": "WARNING"}), stream=output)
    structlog.get_logger().info("quiet")
    logging.getLogger("some.library").info("quiet")
    assert output.getvalue() == ""
