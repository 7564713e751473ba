"""Structured logs: key=value on a terminal, one JSON object per line in production."""

import io
import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, NoReturn, TextIO, cast

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from core import product
from core.settings import REFUSED_EXIT_CODE, Settings, SettingsError

# Values under these names never appear in a log line.
SECRET_NAMES = frozenset(
    {"password", "token", "access_token", "refresh_token", "authorization", "cookie", "set_cookie", "secret"}
)


# Between two lines with the same warning of a library that repeats it for every batch.
REPEATED_AFTER_SECONDS = 600.0


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Set up structlog and route the standard library's loggers through it. Called once, at start-up.

    Args:
        settings: level and environment.
        stream: where to write; standard output by default.
    """
    target = cast("TextIO", _LogOutput(stream or sys.stdout))
    level = logging.getLevelNamesMapping()[settings.logging_level]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _redact_secrets,
        *_trace_ids(settings),
    ]
    renderer = _renderer(settings, target)
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=settings.is_production,  # saves a tenth of a line's cost; tests reconfigure
    )
    _route_standard_library(shared, renderer, level, target)


class _LogOutput:
    """A text stream that drops the lines that it cannot write, such as to a full disk or a pipe without a reader."""

    def __init__(self, stream: TextIO) -> None:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        self._stream = stream

    def write(self, text: str) -> int:
        """Write `text`, if the output takes it. Returns its length."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Send on what was written, if the output takes it."""
        try:
            self._stream.flush()
        except OSError:
            return

    def isatty(self) -> bool:
        """Return whether the output is a terminal."""
        return self._stream.isatty()


def _trace_ids(settings: Settings) -> list[Processor]:
    if not settings.sends_traces:
        return []
    from core.trace_export import add_trace_ids

    return [add_trace_ids]


def _renderer(settings: Settings, target: TextIO) -> list[Processor]:
    # Neither renderer shows local variables: they contain passwords and tokens.
    if settings.is_production:
        tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
        return [tracebacks, structlog.processors.JSONRenderer(serializer=_to_json)]
    return [
        structlog.dev.ConsoleRenderer(
            colors=target.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
            pad_event_to=0,
            pad_level=False,
            sort_keys=False,
        )
    ]


def _to_json(event: MutableMapping[str, Any], **_: object) -> str:
    try:
        return orjson.dumps(event, default=str).decode()
    except TypeError:  # a number beyond 64 bits, or text that is not Unicode, as a mail server may reply
        return json.dumps(event, default=str)


def _redact_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    for name in SECRET_NAMES & event.keys():
        event[name] = "[redacted]"
    return event


def _route_standard_library(shared: list[Processor], renderer: list[Processor], level: int, target: TextIO) -> None:
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    handler.addFilter(_OnceInAWhile("opentelemetry"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Taskiq logs each delivery at INFO, and a stack trace for a failure that our own log line already reports.
    logging.getLogger("taskiq").setLevel(max(level, logging.WARNING))
    logging.getLogger("alembic").setLevel(max(level, logging.WARNING))


class _OnceInAWhile(logging.Filter):
    """Lets each warning of one library pass once in ten minutes: a collector that is down must not fill the log."""

    def __init__(self, library: str) -> None:
        super().__init__()
        self._prefix = f"{library}."
        self._passed: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written."""
        if not record.name.startswith(self._prefix):
            return True
        kind = (record.name, str(record.msg))
        if record.created - self._passed.get(kind, float("-inf")) < REPEATED_AFTER_SECONDS:
            return False
        self._passed[kind] = record.created
        return True


def exit_refused(error: SettingsError) -> NoReturn:
    """End a server process that refuses its configuration, as `main.py` ends the other programs."""
    sys.stderr.write(f"{product.SLUG}: {error}\n")
    sys.exit(REFUSED_EXIT_CODE)
