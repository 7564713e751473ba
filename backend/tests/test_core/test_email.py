"""Mails reach a real SMTP server, or the mailbox."""

import logging
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from core.email import Mailbox, SmtpMailer, create_mailer
from core.settings import Settings


class Recorder:
    """Keeps what the server receives, and refuses what a test tells it to."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refusal: str | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        self.envelopes.append(envelope)
        return "250 OK"


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user@x", b"p:ss")
    return AuthResult(success=known, handled=False)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def smtp(recorder: Recorder, unused_tcp_port: int) -> Iterator[str]:
    controller = Controller(
        recorder,
        hostname="127.0.0.1",
        port=unused_tcp_port,
        authenticator=_authenticate,
        auth_require_tls=False,
    )
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it logs from its thread, past pytest's capture
    controller.start()
    yield f"127.0.0.1:{unused_tcp_port}"
    controller.stop()


def _mail(message_id: str = "<one@lamina.test>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Lamina <no-reply@lamina.test>"
    mail["To"] = "ada@example.com"
    mail["Subject"] = "Grüße"
    mail["Message-ID"] = message_id
    mail.set_content("Hello ☃")
    return mail


async def test_a_mail_reaches_the_smtp_server_with_the_credentials_of_the_url(smtp: str, recorder: Recorder) -> None:
    await SmtpMailer(f"smtp://user%40x:p%3Ass@{smtp}").send(_mail())
    (envelope,) = recorder.envelopes
    assert envelope.rcpt_tos == ["ada@example.com"]
    assert "Message-ID: <one@lamina.test>" in str(envelope.content)


async def test_wrong_credentials_and_refusals_are_errors(smtp: str, recorder: Recorder) -> None:
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await SmtpMailer(f"smtp://user%40x:wrong@{smtp}").send(_mail())
    recorder.refusal = "451 try later"
    with pytest.raises(aiosmtplib.SMTPDataError):
        await SmtpMailer(f"smtp://{smtp}").send(_mail())


async def test_a_server_out_of_reach_is_an_error(unused_tcp_port: int) -> None:
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await SmtpMailer(f"smtp://127.0.0.1:{unused_tcp_port}").send(_mail())


async def test_the_mailbox_keeps_one_mail_per_message_id(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "not" / "yet")
    assert await mailbox.newest_first() == []
    await mailbox.send(_mail())
    await mailbox.send(_mail())
    await mailbox.send(_mail("<../../two@lamina.test>"))
    assert {mail.id for mail in await mailbox.newest_first()} == {"one", "....two"}
    found = await mailbox.find("one")
    assert found is not None
    assert found.message["Subject"] == "Grüße"
    assert await mailbox.find("three") is None


def test_the_smtp_url_decides_where_mails_go(settings: Settings) -> None:
    assert isinstance(create_mailer(settings), Mailbox)
    configured = Settings(_env_file=None, smtp_url="smtp://127.0.0.1:2525")
    assert isinstance(create_mailer(configured), SmtpMailer)
