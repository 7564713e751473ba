"""Traces of requests, jobs and ticks for a collector that speaks OTLP. OpenTelemetry's SDK is loaded when they are on.

While they are off, each function here returns at once.
"""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from core.settings import Settings

_NOTHING: AbstractContextManager[None] = nullcontext()


def start_tracing(settings: Settings, *, component: str) -> None:
    """Trace this process if `OTEL_EXPORTER_OTLP_ENDPOINT` is set; otherwise do nothing.

    Call it in the process that serves, before anything connects: the exporter has a thread.

    Args:
        settings: the collector, the sampler and the name of the service.
        component: the role of this process: `api`, `worker` or `scheduler`.
    """
    if settings.sends_traces:
        from core import trace_export

        trace_export.start(settings, component=component)


def is_tracing() -> bool:
    """Return whether traces are on in this process."""
    return "core.trace_export" in sys.modules


def stop_tracing() -> None:
    """Send the remaining spans, for two seconds at most. It blocks."""
    if is_tracing():
        from core import trace_export

        trace_export.stop()


def enqueue_span(tasks: Sequence[str]) -> AbstractContextManager[str | None]:
    """Return a context manager for writing jobs of these tasks.

    It provides the `traceparent` for their rows (W3C Trace Context), or None.
    """
    if not is_tracing():
        return _NOTHING
    from core import trace_export

    return trace_export.enqueue_span(tasks)


def job_span(
    task: str, *, job_id: UUID, attempt: int, request_id: str | None, traceparent: str | None
) -> AbstractContextManager[None]:
    """Return a context manager for one attempt of a job, which continues the trace of `traceparent`."""
    if not is_tracing():
        return _NOTHING
    from core import trace_export

    return trace_export.job_span(task, job_id=job_id, attempt=attempt, request_id=request_id, traceparent=traceparent)


def tick_span(task: str) -> AbstractContextManager[None]:
    """Return a context manager for enqueuing a scheduled task."""
    if not is_tracing():
        return _NOTHING
    from core import trace_export

    return trace_export.tick_span(task)


def mark_failed(error: BaseException) -> None:
    """Mark the span of the job that is running as failed."""
    if is_tracing():
        from core import trace_export

        trace_export.mark_failed(error)
