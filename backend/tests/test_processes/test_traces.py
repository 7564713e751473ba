"""One trace from a request through its jobs to the email, across real processes, as a collector receives it."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core import product
from tests.support.otlp_receiver import Collector, ReceivedSpan, collector
from tests.support.ports import free_port
from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process

EMAIL = "ada.lovelace@example.com"
PASSWORD = "correct horse battery"
CALLERS_TRACE = "0af7651916cd43dd8448eb211c80319c"
KEY = "a-key-of-the-collector"
HURRY = "UPDATE jobs SET available_at = now() - interval '2 seconds' WHERE state = 'pending' RETURNING id"


class BusyAtFirst:
    """An SMTP server that refuses the first email for now."""

    def __init__(self) -> None:
        self.emails: list[str] = []
        self.refused = 0

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        if not self.refused:
            self.refused += 1
            return f"451 {envelope.rcpt_tos[0]} has too much mail"
        assert isinstance(envelope.content, bytes)
        self.emails.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def received() -> Iterator[Collector]:
    with collector() as running:
        yield running


@pytest.fixture
def smtp() -> BusyAtFirst:
    return BusyAtFirst()


@pytest.fixture
def traced(stack: Stack, received: Collector, smtp: BusyAtFirst) -> Iterator[Stack]:
    """The API, the worker and the scheduler, traced."""
    server = Controller(smtp, hostname="127.0.0.1", port=free_port())
    server.start()
    variables = {
        "SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=none",
        "OTEL_EXPORTER_OTLP_ENDPOINT": received.address,
        "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer%20{KEY}",
        "OTEL_RESOURCE_ATTRIBUTES": "cloud.region=north",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    for program in ("worker", "scheduler", "serve"):
        stack.start(program, name=None, port=None, waits=True, **variables)
    yield stack
    with suppress(KeyError):
        stack.terminate("serve")
    server.stop()


def test_a_request_its_jobs_and_their_email_are_one_trace(
    traced: Stack, received: Collector, smtp: BusyAtFirst
) -> None:
    headers = {
        "Sec-Fetch-Site": "same-origin",
        "X-Request-ID": "the-request",
        "traceparent": f"00-{CALLERS_TRACE}-b7ad6b7169203331-01",
    }
    body = {"email": EMAIL, "password": PASSWORD}
    assert traced.http.post("/api/auth/signup?hint=of-a-query", json=body, headers=headers).is_success
    eventually(lambda: smtp.refused, within=20)
    eventually(lambda: asyncio.run(traced.sql(HURRY)), within=20)
    eventually(lambda: smtp.emails, within=20)
    for program in ("serve", "worker", "scheduler"):  # each sends what it has
        assert traced.terminate(program) == 0

    (request,) = received.named("POST /api/auth/signup")
    _check_request(request)
    jobs = [span for span in received.below(request) if span.name.startswith("job ")]
    assert [(job.name, job.attributes["job.attempt"], job.failed) for job in jobs] == [
        ("job welcome_new_user", 1, False),
        ("job send_one_time_link", 1, True),
        ("job send_one_time_link", 2, False),
    ]
    assert {job.service for job in jobs} == {f"{product.SLUG}-worker"}
    assert {job.attributes["request.id"] for job in jobs} == {"the-request"}
    assert {span.trace_id for span in received.below(request)} == {request.trace_id}
    _check_steps(received, request, *jobs)
    _check_ticks(received)
    _check_contents(received, smtp)
    assert "status=201" in traced.log("serve")
    for log in (traced.log("serve"), traced.log("worker")):
        assert "request_id=the-request" in log
        assert f"trace_id={request.trace_id}" in log


def test_no_secret_of_a_request_is_in_a_trace(stack: Stack, received: Collector) -> None:
    secrets = {name: f"{name}-{uuid4().hex}" for name in ("link", "query", "password", "bearer", "path")}
    stack.start("serve", OTEL_EXPORTER_OTLP_ENDPOINT=received.address, OTEL_BSP_SCHEDULE_DELAY="100")
    assert stack.sign_up(EMAIL).status_code == 201
    cookies = dict(stack.http.cookies)
    calls = [
        ("POST", "/api/auth/verify-email", {"token": secrets["link"]}),
        ("POST", "/api/auth/reset-password", {"token": secrets["link"], "password": secrets["password"]}),
        ("POST", "/api/auth/signin", {"email": EMAIL, "password": secrets["password"]}),
        ("GET", "/api/users/me", None),
        ("GET", f"/api/{secrets['path']}", None),
    ]
    for method, path, body in calls:
        headers = {"Authorization": f"Bearer {secrets['bearer']}", "Sec-Fetch-Site": "same-origin"}
        stack.http.request(method, path, params={"token": secrets["query"]}, json=body, headers=headers)
    assert stack.terminate("serve") == 0

    traced = [span.attributes.get("http.route") for span in received.spans]
    assert {path for _, path, _ in calls[:4]} <= set(traced)
    tokens = [value for name, value in cookies.items() if name.endswith(("-access", "-refresh"))]
    assert len(tokens) == 2
    for secret in (EMAIL, *secrets.values(), *tokens):
        assert secret.encode() not in received.raw


def _check_request(request: ReceivedSpan) -> None:
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/api/auth/signup",
        "http.response.status_code": 201,
        "request.id": "the-request",
    }
    assert request.parent_id == ""
    assert request.trace_id != CALLERS_TRACE  # which could be chosen, as could what is sampled
    assert request.linked_traces == (CALLERS_TRACE,)
    assert request.resource["service.name"] == f"{product.SLUG}-api"
    assert request.resource["service.version"] == product.VERSION
    assert request.resource["cloud.region"] == "north"


def _check_steps(
    received: Collector, request: ReceivedSpan, welcome: ReceivedSpan, first: ReceivedSpan, second: ReceivedSpan
) -> None:
    names = [span.name for span in received.children(request)]
    assert names[-2:] == ["enqueue", "COMMIT"]
    assert "BEGIN" in names
    inserted = [span for span in received.children(request) if span.name == "INSERT"]
    assert "INSERT INTO users" in str(inserted[0].attributes["db.query.text"])
    (enqueued,) = [span for span in received.children(request) if span.name == "enqueue"]
    assert enqueued.attributes["job.tasks"] == ["welcome_new_user"]
    assert welcome.parent_id == enqueued.span_id
    assert first.parent_id == second.parent_id
    (refused,) = [span for span in received.children(first) if span.name == "send email"]
    assert refused.failed
    assert first.attributes["error.type"] == "SMTPDataError"
    assert [span.failed for span in received.children(second) if span.name == "send email"] == [False]


def _check_ticks(received: Collector) -> None:
    ticks = [span for span in received.spans if span.name.startswith("tick ")]
    assert ticks
    assert {span.service for span in ticks} == {f"{product.SLUG}-scheduler"}
    assert len({span.trace_id for span in ticks}) == len(ticks)
    roots = {span.name.split()[0] for span in received.spans if not span.parent_id}
    assert roots == {"tick", "POST", "GET"} & roots  # neither probes nor what the worker asks all the time


def _check_contents(received: Collector, smtp: BusyAtFirst) -> None:
    link = smtp.emails[0].partition("token=")[2][:20]
    assert link
    for secret in (EMAIL, PASSWORD, KEY, "of-a-query", "too much mail", link):
        assert secret.encode() not in received.raw
    assert all(headers["authorization"] == f"Bearer {KEY}" for headers in received.headers)
