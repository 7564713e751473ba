"""Acknowledged work is done, although programs are killed, emptied or stopped meanwhile."""

import asyncio

import pytest
import redis

from core.redis.job_stream import STREAM_PREFIX
from tests.test_processes.conftest import Stack, eventually
from tests.test_processes.redis_outage import enqueue_without_redis

pytestmark = pytest.mark.process

NOWHERE = "redis://127.0.0.1:1"
SWEPT_WITHIN = 15
# The jobs of a sign-up: the welcome, and the email with the link.
JOBS = 2


def test_a_mail_follows_its_sign_up_within_moments(stack: Stack) -> None:
    stack.start("worker")
    stack.start("serve")
    eventually(lambda: "worker started" in stack.log("worker"), within=20)
    assert stack.sign_up("ada@example.com").status_code == 201
    eventually(lambda: stack.mails_to("ada@example.com") == 1, within=5)


def test_a_kill_right_after_the_answer_and_before_any_wake_up_loses_no_mail(stack: Stack) -> None:
    stack.start("serve", REDIS_URL=NOWHERE)  # the id never leaves the process
    assert stack.sign_up("ada@example.com").status_code == 201
    stack.kill("serve")
    stack.start("worker")
    eventually(lambda: stack.mails_to("ada@example.com") == 1, within=SWEPT_WITHIN)
    stack.start("serve")
    assert "welcome_new_user" in stack.log("worker")
    eventually(lambda: stack.log("worker").count("job done") == JOBS, within=5)


def test_emptying_redis_between_commit_and_worker_loses_no_mail(stack: Stack) -> None:
    stack.start("serve")
    assert stack.sign_up("ada@example.com").status_code == 201
    client = redis.Redis.from_url(stack.redis_url)
    eventually(lambda: client.xlen(f"{STREAM_PREFIX}mails") == 1, within=5)
    client.flushall()
    client.close()
    stack.start("worker")
    eventually(lambda: stack.mails_to("ada@example.com") == 1, within=SWEPT_WITHIN)
    eventually(lambda: stack.log("worker").count("job done") == JOBS, within=5)


def test_emptying_redis_under_a_running_worker_loses_no_mail(stack: Stack) -> None:
    stack.start("worker")
    stack.start("serve")
    eventually(lambda: "worker started" in stack.log("worker"), within=20)
    client = redis.Redis.from_url(stack.redis_url)
    for number in range(5):
        client.flushall()
        assert stack.sign_up(f"user{number}@example.com").status_code == 201
    client.close()
    eventually(lambda: all(stack.mails_to(f"user{number}@example.com") == 1 for number in range(5)), within=40)


def test_a_killed_workers_job_is_done_by_the_next_one(stack: Stack) -> None:
    stack.start("serve")
    stack.start("worker", SMTP_URL="smtp://127.0.0.1:1?tls=none")  # every attempt fails
    assert stack.sign_up("ada@example.com").status_code == 201
    eventually(lambda: "job failed" in stack.log("worker"), within=20)
    stack.kill("worker")
    stack.start("worker")
    eventually(lambda: stack.mails_to("ada@example.com") == 1, within=SWEPT_WITHIN)


def test_without_redis_requests_work_and_mails_follow_when_it_is_back(stack: Stack) -> None:
    stack.start("worker")
    stack.start("serve")
    eventually(lambda: "worker started" in stack.log("worker"), within=20)
    stack.valkey.kill()
    assert stack.sign_up("ada@example.com").status_code == 201
    assert stack.http.get("/api/users/me").status_code == 200
    signed_in = stack.http.post(
        "/api/auth/signin",
        json={"email": "ada@example.com", "password": "correct horse battery"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert signed_in.status_code == 200
    ready = stack.http.get("/api/ready")
    assert ready.status_code == 200
    assert ready.json()["data"]["status"] == "degraded"
    assert stack.mails_to("ada@example.com") == 0
    stack.valkey.start()
    eventually(lambda: stack.mails_to("ada@example.com") == 1, within=SWEPT_WITHIN)
    eventually(lambda: stack.log("worker").count("job done") == JOBS, within=5)
    # Each queue has tried again twice a second. The first failure is logged, and one after ten seconds.
    assert "redis available again" in stack.log("worker")
    assert stack.log("worker").count("redis unavailable") <= 2
    assert "redis unavailable reason='ConnectionError: " in stack.log("worker")


def test_requests_that_leave_work_behind_do_not_notice_that_redis_is_stopped(stack: Stack) -> None:
    stack.start("worker")
    stack.start("serve")
    answers = asyncio.run(enqueue_without_redis(stack, outage_seconds=2, clients=2, within=60))
    assert answers.is_perfect, answers
    assert len(answers.seconds) >= 4


def test_without_postgresql_answers_are_503_and_recover_within_five_seconds(stack: Stack) -> None:
    stack.start("worker")
    stack.start("serve")
    eventually(lambda: "worker started" in stack.log("worker"), within=20)
    assert stack.sign_up("ada@example.com").status_code == 201
    stack.postgres.kill()
    for path in ("/api/users/me", "/api/dashboard", "/api/ready"):
        response = stack.http.get(path)
        assert response.status_code == 503, path
        assert int(response.headers["Retry-After"]) > 0
        assert response.json()["error"]["code"] == ("NOT_READY" if path == "/api/ready" else "DATABASE_UNAVAILABLE")
    assert stack.sign_up("bob@example.com").status_code == 503
    assert stack.http.get("/api/ping").status_code == 200
    assert stack.http.get("/api/health").status_code == 200
    assert stack.http.get("/metrics").status_code == 200
    stack.postgres.start()
    took = eventually(lambda: stack.http.get("/api/users/me").status_code == 200, within=10)
    assert stack.http.get("/api/ready").status_code == 200
    assert took < 5
    assert stack.sign_up("bob@example.com").status_code == 201
    eventually(lambda: stack.mails_to("bob@example.com") == 1, within=SWEPT_WITHIN)
