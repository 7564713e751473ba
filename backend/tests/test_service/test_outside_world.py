"""Jobs that call servers of others: tried for days, ended by a final refusal, and never in the way of other jobs."""

import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import uuid4

import httpx2 as httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core import product
from core.email import SmtpMailer
from core.settings import Settings
from core.smtp_server import EmailRejected
from domain.events import CredentialsChange, CredentialsChanged
from domain.identity.one_time_token import OneTimeToken, TokenPurpose
from domain.jobs.job import DEFAULT_QUEUE, attempts_within, backoff
from domain.mail.mailing import CausesMail
from domain.permissions import Role
from domain.taskiq_broker import Task
from domain.tasks import broker
from domain.user import User
from service.factory import Factory
from service.mail.email_previews import mail_previews
from service.mail.emails import EmailTemplates
from tests.conftest import run_due_jobs
from tests.support.helpers import sign_up

MAIL_TASKS = [task for task in broker.all() if "work.emails" in inspect.getsource(task.handler)]
FILE_TASKS = [task for task in broker.all() if "work.avatars" in inspect.getsource(task.handler)]


def test_attempts_last_as_long_as_a_horizon_says() -> None:
    for horizon in (timedelta(minutes=1), timedelta(hours=1), timedelta(days=4)):
        waits = [backoff(attempt, chance=0.5) for attempt in range(1, attempts_within(horizon))]
        assert sum(waits[:-1], timedelta(0)) <= horizon < sum(waits, timedelta(0))


@pytest.mark.parametrize("task", [*MAIL_TASKS, *FILE_TASKS], ids=lambda task: task.spec.name)
def test_what_calls_a_server_of_others_has_a_queue_of_its_own_that_workers_serve(task: Task) -> None:
    queues = Settings(_env_file=None).queue_concurrency
    spec = task.spec
    assert spec.queue != DEFAULT_QUEUE
    assert spec.queue in queues


@pytest.mark.parametrize("task", MAIL_TASKS, ids=lambda task: task.spec.name)
def test_no_mail_follows_from_what_is_not_counted(task: Task) -> None:
    assert issubclass(task.spec.payload_type, CausesMail)


@pytest.mark.parametrize("task", MAIL_TASKS, ids=lambda task: task.spec.name)
def test_a_mail_is_tried_for_days_and_never_hangs(task: Task) -> None:
    spec = task.spec
    assert spec.max_attempts >= attempts_within(timedelta(days=3))
    assert spec.timeout <= timedelta(minutes=1)


class Refusing(SmtpMailer):
    """A mail server that refuses."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__("smtp://mail.example.com")
        self._refusal = refusal

    async def send(self, message: EmailMessage) -> None:
        raise self._refusal


@pytest.mark.parametrize(
    ("refusal", "state"), [(EmailRejected("550 no such user"), "dead"), (TimeoutError("slow"), "pending")]
)
async def test_a_final_refusal_ends_a_mail_at_once_and_a_delay_does_not(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, refusal: Exception, state: str
) -> None:
    factory.resources.mailer = Refusing(refusal)
    await sign_up(client)
    await run_due_jobs(factory)
    jobs = await connection.execute(
        text("SELECT state, attempt, last_error FROM jobs WHERE task = 'send_one_time_link'")
    )
    ((found, attempt, error),) = jobs.all()
    assert (found, attempt) == (state, 1)
    assert str(refusal) in error


def test_a_mail_says_that_a_program_sent_it_and_is_recognised_when_it_is_sent_again() -> None:
    templates = EmailTemplates(Settings(_env_file=None, mail_from="Product <no-reply@app.example.com>"))
    first, again = (mail_previews(templates)[f"notice_{CredentialsChange.PASSWORD_CHANGED}"]() for _ in range(2))
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@app.example.com>")
    assert first["Date"].datetime is not None


@pytest.mark.parametrize(
    ("setting", "sender"),
    [
        ("no-reply@app.example.com", Address(product.NAME, addr_spec="no-reply@app.example.com")),
        ("Post office <post@app.example.com>", Address("Post office", addr_spec="post@app.example.com")),
    ],
)
def test_the_sender_has_the_name_of_the_product_or_its_own(setting: str, sender: Address) -> None:
    templates = EmailTemplates(Settings(_env_file=None, mail_from=setting))
    assert all(preview()["From"].addresses == (sender,) for preview in mail_previews(templates).values())


@pytest.mark.parametrize("name", ["Acme Inc.", 'Söhne & "Co"', "a, b <c> (d) @ e;", "back\\slash", "🚀"])
def test_any_name_of_a_product_may_stand_in_an_email(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(product, "NAME", name)
    mail = mail_previews(EmailTemplates(Settings(_env_file=None)))["welcome"]()
    received = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert [sender.display_name for sender in received["From"].addresses] == [name]


def test_replies_go_to_the_support_address_if_there_is_one() -> None:
    templates = EmailTemplates(Settings(_env_file=None, support_email="Support <help@app.example.com>"))
    assert {preview()["Reply-To"] for preview in mail_previews(templates).values()} == {
        "Support <help@app.example.com>"
    }
    silent = EmailTemplates(Settings(_env_file=None))
    assert all("Reply-To" not in preview() for preview in mail_previews(silent).values())


LURE = "Dear customer\r\n\r\nYour account is LOCKED. Unlock it at http://evil.test/unlock"


def _text_of(mail: EmailMessage) -> str:
    return "".join(part.get_content() for part in mail.walk() if not part.is_multipart())


def test_text_of_strangers_reaches_no_address_that_was_not_confirmed() -> None:
    templates = EmailTemplates(Settings(_env_file=None))
    stranger = User(uuid4(), "victim@example.com", LURE, False, True, (Role.MEMBER,), datetime.now(UTC))
    owner = replace(stranger, is_verified=True)
    to_others = OneTimeToken(uuid4(), owner.id, TokenPurpose.CHANGE_EMAIL, "victim@example.net")
    moved = CredentialsChanged(owner.id, CredentialsChange.EMAIL_CHANGED, None, None, email="victim@example.net")
    notice = CredentialsChanged(stranger.id, CredentialsChange.PASSWORD_RESET, "203.0.113.7", LURE)
    mails = [
        templates.welcome(stranger, message_id=stranger.id),
        templates.account_exists(stranger, message_id=stranger.id),
        templates.security_notice(stranger, notice, message_id=stranger.id),
        templates.security_notice(owner, moved, message_id=owner.id),
        templates.link(owner, to_others, "token", message_id=owner.id),
        *(
            templates.link(
                stranger, OneTimeToken(uuid4(), stranger.id, purpose, stranger.email), "token", message_id=stranger.id
            )
            for purpose in TokenPurpose
        ),
    ]
    assert [mail["Subject"] for mail in mails if "LOCKED" in _text_of(mail)] == []


def test_an_old_name_of_several_lines_is_one_in_a_mail_and_a_program_is_named_in_our_words() -> None:
    templates = EmailTemplates(Settings(_env_file=None))
    owner = User(uuid4(), "ada@example.com", "Ada\r\n\r\nLovelace\u202e", True, True, (Role.MEMBER,), datetime.now(UTC))
    notice = CredentialsChanged(owner.id, CredentialsChange.PASSWORD_RESET, "203.0.113.7", f"Firefox Linux {LURE}")
    text = _text_of(templates.security_notice(owner, notice, message_id=owner.id))
    assert "Hello Ada Lovelace," in text
    assert "203.0.113.7 (Firefox on Linux)." in text
    assert "LOCKED" not in text
