"""Draws the trace of one sign-up with its jobs and its email, as a collector received it from the API and the worker.

    .venv/bin/python benchmarks/http/trace_picture.py docs/images/trace.svg

It starts PostgreSQL, Valkey, an SMTP server, the API and the worker. The picture is of the second sign-up: the first
opens connections.
"""

import re
import sys
import tempfile
from functools import partial
from html import escape
from pathlib import Path

from stack import HERE  # noqa: F401  # which makes the modules of the tests importable

from aiosmtpd.controller import Controller  # isort: skip
from aiosmtpd.handlers import Message  # isort: skip

from tests.support.otlp_receiver import Collector, ReceivedSpan, collector
from tests.support.ports import free_port
from tests.test_processes.conftest import Stack, eventually

WIDTH, LABEL, ROW, TOP = 900, 330, 18, 40
COLOURS = {"api": "#2f6fde", "worker": "#d08a2e"}
# The subject of a statement: the first table that it names.
TABLE = re.compile(r"(?:FROM|INTO|UPDATE) (?!jsonb|unnest)(\w+)")


class Mailbox(Message):
    """Counts emails."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.count = 0

    def handle_message(self, _: object) -> None:
        """Count one."""
        self.count += 1

    def has(self, number: int) -> bool:
        """Whether this many were received."""
        return self.count == number


def main() -> None:
    """Draw."""
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    with collector() as received, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        stack = Stack(Path(directory) / "var")
        variables = {
            "SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=none",
            "OTEL_EXPORTER_OTLP_ENDPOINT": received.address,
            "RATE_LIMITS_ENABLED": "true",
        }
        try:
            for program in ("worker", "serve"):
                stack.start(program, name=None, port=None, waits=True, **variables)
            for number in (1, 2):
                assert stack.sign_up(f"user{number}@example.com").is_success
                eventually(partial(mailbox.has, number), within=30)
            for program in ("serve", "worker"):
                stack.terminate(program)
        finally:
            stack.stop()
            server.stop()
    request = received.named("POST /api/auth/signup")[-1]
    Path(sys.argv[1]).write_text(picture(received, request), encoding="utf-8")


def picture(received: Collector, request: ReceivedSpan) -> str:
    """Return the spans of the trace as bars on a scale of time."""
    rows = [(request, 0), *below(received, request, 1)]
    begin = request.started
    length = max(span.ended for span, _ in rows) - begin
    scale = (WIDTH - LABEL - 80) / length
    height = TOP + len(rows) * ROW + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="#59636e">',
        "<title>A request, its jobs and their email as one trace</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *(
            f'<rect x="{LABEL + x}" y="12" width="12" height="12" fill="{COLOURS[name]}"/>'
            f'<text x="{LABEL + x + 18}" y="22">{name}</text>'
            for name, x in (("api", 0), ("worker", 90))
        ),
    ]
    for number, (span, depth) in enumerate(rows):
        y = TOP + number * ROW
        x, width = LABEL + (span.started - begin) * scale, max(1.5, (span.ended - span.started) * scale)
        colour = COLOURS[span.service.rpartition("-")[2]]
        took = f"{(span.ended - span.started) / 1e6:.1f} ms"
        parts += [
            f'<text x="{12 + depth * 14}" y="{y + 13}">{escape(title(span))}</text>',
            f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="{ROW - 6}" rx="2" fill="{colour}"/>',
            f'<text x="{x + width + 5:.1f}" y="{y + 13}">{took}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])


def below(received: Collector, parent: ReceivedSpan, depth: int) -> list[tuple[ReceivedSpan, int]]:
    """Return the descendants with their depths, each behind its parent."""
    return [row for child in received.children(parent) for row in ((child, depth), *below(received, child, depth + 1))]


def title(span: ReceivedSpan) -> str:
    """Return the name of a span, with the table of a statement."""
    table = TABLE.search(str(span.attributes.get("db.query.text", "")))
    return f"{span.name} {table[1]}" if table else span.name


if __name__ == "__main__":
    main()
