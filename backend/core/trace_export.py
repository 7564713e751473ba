"""OpenTelemetry: the tracer of this process, the contents of its spans, and their export.

Only `core/tracing.py` and what exists while traces are on import this module: it loads the SDK, the exporter and the
instrumentations.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import wrapt
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.propagate import set_global_textmap
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider, sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core import product
from core.settings import Settings, TracesSampler, default_environment

# How long the end of a process waits for the collector.
STOP_SECONDS = 2.0
TRACES_PATH = "/v1/traces"
TRACEPARENT = "traceparent"
# The instrumentations write the names of attributes that OpenTelemetry has declared stable.
STABLE_NAMES = {"OTEL_SEMCONV_STABILITY_OPT_IN": "http,database"}
# Only these leave the process. Instrumentations have more, such as addresses with the values of their queries.
KEPT = frozenset(
    {
        "db.namespace",
        "db.operation.name",
        "db.query.text",
        "db.redis.pipeline_length",
        "db.system.name",
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "job.attempt",
        "job.id",
        "job.task",
        "job.tasks",
        "network.transport",
        "request.id",
        "server.address",
        "server.port",
        "user.id",
    }
)
_STORE_CALLS = ("put_async", "get_async", "delete_async")

_tracer = trace.get_tracer("core.tracing")  # of whichever provider is set later
_trace_context = TraceContextTextMapPropagator()


def start(settings: Settings, *, component: str) -> None:
    """Trace this process from now on."""
    default_environment(**STABLE_NAMES)
    provider = TracerProvider(
        sampler=_RootSampler(_sampler(settings)),
        resource=Resource.create(_resource(settings, component)),
        shutdown_on_exit=False,  # it waits for half a minute
    )
    exporter = OTLPSpanExporter(
        endpoint=f"{settings.otel_exporter_otlp_endpoint}{TRACES_PATH}", headers=settings.trace_headers
    )
    provider.add_span_processor(BatchSpanProcessor(_KeptAttributes(exporter)))
    trace.set_tracer_provider(provider)
    set_global_textmap(_trace_context)
    AsyncPGInstrumentor().instrument(tracer_provider=provider)  # type: ignore[no-untyped-call]
    RedisInstrumentor().instrument(tracer_provider=provider)
    HTTPX2ClientInstrumentor().instrument(tracer_provider=provider, async_request_hook=_name_host)
    wrapt.wrap_function_wrapper("aiosmtplib", "send", _traced_email)
    for call in _STORE_CALLS:
        wrapt.wrap_function_wrapper("obstore", call, _traced_store_call)


def stop() -> None:
    """Send the remaining spans, within `STOP_SECONDS`."""
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    closing = Thread(target=provider.shutdown, daemon=True)  # a collector that hangs is left behind
    closing.start()
    closing.join(STOP_SECONDS)


def request_span(*, method: str, caller: str | None) -> AbstractContextManager[Span]:
    """Return a context manager for a request.

    It begins a trace of its own. That of the caller becomes a link: anyone may send a `traceparent`, and proxies pass
    it on, so it must not decide what is sampled.

    Args:
        method: the method of the request.
        caller: the request's `traceparent`.
    """
    return _root_span(
        method, SpanKind.SERVER, Context(), links=_links(caller), attributes={"http.request.method": method}
    )


def record_request(span: Span, *, name: str, route: str, status: int, request_id: str, user_id: str | None) -> None:
    """Record the outcome of a request in its span. A status of 500 or more, or none, is a failure."""
    span.update_name(name)
    span.set_attributes({"http.route": route, "http.response.status_code": status, "request.id": request_id})
    if user_id is not None:
        span.set_attribute("user.id", user_id)
    if status == 0 or status >= 500:  # noqa: PLR2004
        span.set_status(StatusCode.ERROR)


@contextmanager
def enqueue_span(tasks: Sequence[str]) -> Iterator[str | None]:
    """Provide the `traceparent` of a span in which jobs are written."""
    carrier: dict[str, str] = {}
    with _tracer.start_as_current_span("enqueue", kind=SpanKind.PRODUCER, attributes={"job.tasks": sorted(set(tasks))}):
        _trace_context.inject(carrier)
        yield carrier.get(TRACEPARENT)


@contextmanager
def job_span(
    task: str, *, job_id: UUID, attempt: int, request_id: str | None, traceparent: str | None
) -> Iterator[None]:
    """Trace an attempt of a job as part of the trace that enqueued it."""
    attributes = {"job.task": task, "job.id": str(job_id), "job.attempt": attempt, "request.id": request_id or ""}
    with _root_span(f"job {task}", SpanKind.CONSUMER, _context_of(traceparent), attributes=attributes):
        yield


@contextmanager
def tick_span(task: str) -> Iterator[None]:
    """Trace a tick of the scheduler."""
    with _root_span(f"tick {task}", SpanKind.INTERNAL, Context(), attributes={"job.task": task}):
        yield


def mark_failed(error: BaseException) -> None:
    """Mark the current span as failed. The message of the error may contain values, so only its class is kept."""
    span = trace.get_current_span()
    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", type(error).__qualname__)


def add_trace_ids(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    """Add the ids of the trace and the span to a log line, if the trace is sampled."""
    context = trace.get_current_span().get_span_context()
    if context.trace_flags.sampled:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def _resource(settings: Settings, component: str) -> dict[str, str]:
    return {
        "service.namespace": product.SLUG,
        "service.name": f"{product.SLUG}-{component}",
        "service.version": product.VERSION,
        "service.instance.id": str(uuid4()),
        "deployment.environment.name": settings.environment,
        **settings.trace_resource,
    }


def _sampler(settings: Settings) -> sampling.Sampler:
    by_ratio = sampling.TraceIdRatioBased(settings.otel_traces_sampler_arg)
    samplers: Mapping[TracesSampler, sampling.Sampler] = {
        TracesSampler.ALWAYS_ON: sampling.ALWAYS_ON,
        TracesSampler.ALWAYS_OFF: sampling.ALWAYS_OFF,
        TracesSampler.TRACEIDRATIO: by_ratio,
        TracesSampler.PARENTBASED_ALWAYS_ON: sampling.ParentBased(sampling.ALWAYS_ON),
        TracesSampler.PARENTBASED_ALWAYS_OFF: sampling.ParentBased(sampling.ALWAYS_OFF),
        TracesSampler.PARENTBASED_TRACEIDRATIO: sampling.ParentBased(by_ratio),
    }
    return samplers[settings.otel_traces_sampler]


class _RootSampler(sampling.Sampler):
    """Lets only requests, jobs and ticks begin a trace. The worker asks Redis and PostgreSQL all the time."""

    def __init__(self, sampler: sampling.Sampler) -> None:
        self._sampler = sampler

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        *arguments: Any,  # noqa: ANN401  (of the interface)
        **others: Any,  # noqa: ANN401
    ) -> sampling.SamplingResult:
        """Decide about a new span."""
        is_root = not trace.get_current_span(parent_context).get_span_context().is_valid
        sampler = sampling.ALWAYS_OFF if is_root and kind is SpanKind.CLIENT else self._sampler
        return sampler.should_sample(parent_context, trace_id, name, kind, *arguments, **others)

    def get_description(self) -> str:
        """Return the name of the sampler."""
        return self._sampler.get_description()


class _KeptAttributes(SpanExporter):
    """Exports spans without secret or personal data: only known attributes, and no messages of errors."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans. It is called in the thread of the exporter."""
        return self._exporter.export([_kept(span) for span in spans])

    def shutdown(self) -> None:
        """Stop waiting for the collector."""
        self._exporter.shutdown()


def _kept(span: ReadableSpan) -> ReadableSpan:
    attributes = {name: value for name, value in (span.attributes or {}).items() if name in KEPT}
    for event in span.events:
        if error := (event.attributes or {}).get("exception.type"):
            attributes.setdefault("error.type", error)
    return ReadableSpan(
        span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


@contextmanager
def _root_span(
    name: str,
    kind: SpanKind,
    context: Context,
    *,
    links: Sequence[Link] = (),
    attributes: Mapping[str, Any] | None = None,
) -> Iterator[Span]:
    span = _tracer.start_span(name, context, kind, attributes, links)
    # A request that is not sampled skips the instrumentations.
    contents = nullcontext() if span.is_recording() else suppress_instrumentation()
    with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False), contents:
        yield span


def _context_of(traceparent: str | None) -> Context:
    return _trace_context.extract({TRACEPARENT: traceparent}, Context()) if traceparent else Context()


def _links(caller: str | None) -> list[Link]:
    theirs = trace.get_current_span(_context_of(caller)).get_span_context()
    return [Link(SpanContext(theirs.trace_id, theirs.span_id, is_remote=True))] if theirs.is_valid else []


async def _name_host(span: Span, request: Any) -> None:  # noqa: ANN401  (a named tuple of the instrumentation)
    """Name the server. The address of the request is that of a host which has been looked up already."""
    host = next((value for name, value in request.headers.raw if name.lower() == b"host"), b"")
    span.set_attribute("server.address", host.decode("latin-1"))


async def _traced_email(
    send: Callable[..., Awaitable[Any]], _: object, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Any:  # noqa: ANN401
    attributes = {"server.address": options["hostname"], "server.port": options["port"]}
    with _tracer.start_as_current_span("send email", kind=SpanKind.CLIENT, attributes=attributes):
        return await send(*arguments, **options)


async def _traced_store_call(
    call: Callable[..., Awaitable[Any]], _: object, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Any:  # noqa: ANN401
    with _tracer.start_as_current_span(f"storage {call.__name__.removesuffix('_async')}", kind=SpanKind.CLIENT):
        return await call(*arguments, **options)
