"""Sampling, spans besides statements, and a collector that does not respond.

Each test traces a process of its own: instrumentations change libraries for good.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from core.settings import child_environment
from tests.support.hanging import hanging_server
from tests.support.otlp_receiver import collector

pytestmark = pytest.mark.process

BACKEND = Path(__file__).parents[2]
START = """
import asyncio, sys, time
from core.logging import configure_logging
from core.settings import load_settings
from core.tracing import enqueue_span, is_tracing, job_span, start_tracing, stop_tracing
settings = load_settings()
configure_logging(settings)
start_tracing(settings, component="test")
"""

# No request is sampled, and a job is whose row says that its request was.
SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CALLS = f"""
from uuid import uuid4
import httpx2
from opentelemetry import trace
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from core.trace_export import request_span
from service.files.file_store import FileStore
from service.public_network import PublicNetworkTransport

async def call():
    transport = PublicNetworkTransport(trusted_hosts={{"localhost"}})
    async with httpx2.AsyncClient(transport=transport) as client:
        await client.get(sys.argv[1])
        await FileStore(settings).write("files/one", b"content")

with request_span(method="GET", caller="{SAMPLED}") as span, enqueue_span(["task"]) as traceparent:
    assert not span.is_recording()
    assert not is_instrumentation_enabled()
    asyncio.run(call())
assert int(traceparent[-2:], 16) & 1 == 0  # the flag "sampled" (W3C Trace Context, 3.2.2.5)
with job_span("task", job_id=uuid4(), attempt=1, request_id=None, traceparent=traceparent):
    assert not trace.get_current_span().is_recording()
with job_span("task", job_id=uuid4(), attempt=1, request_id=None, traceparent="{SAMPLED}"):
    asyncio.run(call())
stop_tracing()
"""

MORE_THAN_FIT = """
from core.trace_export import request_span

started = time.monotonic()
for _ in range(3_000):
    with request_span(method="GET", caller=None):
        pass
print("took", time.monotonic() - started)
time.sleep(0.5)
started = time.monotonic()
stop_tracing()
print("stopped", time.monotonic() - started)
"""


def run(program: str, *arguments: str, **environment: str) -> str:
    """Run it in a process that traces, and return what it printed."""
    command = [sys.executable, "-c", START + program, *arguments]
    variables = child_environment(ENVIRONMENT="test", **environment)
    ended = subprocess.run(command, cwd=BACKEND, env=variables, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def web_server() -> Iterator[str]:
    """The address of a server that answers every GET."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_caller_cannot_have_a_request_sampled_and_calls_are_spans_without_their_values(
    web_server: str, tmp_path: Path
) -> None:
    with collector() as received:
        run(
            CALLS,
            f"{web_server}/path?key=a-secret",
            OTEL_EXPORTER_OTLP_ENDPOINT=received.address,
            OTEL_TRACES_SAMPLER="parentbased_traceidratio",
            OTEL_TRACES_SAMPLER_ARG="0",
            VAR_DIRECTORY=str(tmp_path),
        )
    (job,) = received.named("job task")
    assert job.trace_id == SAMPLED.split("-")[1]
    called, stored = received.children(job)
    assert len(received.spans) == 3
    assert called.attributes["server.address"] == web_server.removeprefix("http://")
    assert called.attributes["http.response.status_code"] == 204
    assert stored.name == "storage put"
    assert b"a-secret" not in received.raw


@pytest.mark.nightly
async def test_a_collector_that_is_down_or_hangs_delays_nothing_and_fills_neither_memory_nor_log() -> None:
    async with hanging_server() as hanging, asyncio.TaskGroup() as group:
        runs = [
            group.create_task(asyncio.to_thread(run, MORE_THAN_FIT, OTEL_EXPORTER_OTLP_ENDPOINT=address))
            for address in (hanging.address, "http://127.0.0.1:9")
        ]
    for each in runs:
        _check(each.result())


def _check(printed: str) -> None:
    values = dict(line.split() for line in printed.splitlines() if line.startswith(("took", "stopped")))
    assert float(values["took"]) < 3  # a millisecond each
    assert float(values["stopped"]) < 3
    assert printed.count("Queue full") == 1
    assert len(printed.splitlines()) <= 5  # one line for each kind of trouble
