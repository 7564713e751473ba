"""Emails reach a real SMTP server, encrypted unless the URL says otherwise, or the mailbox."""

import logging
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import ValidationError

import core.email
from core.email import Mailbox, SmtpMailer, create_mailer
from core.settings import Settings
from core.smtp_server import EmailRejected, SmtpServer, Tls
from service.identity.email_addresses import recipient_of
from tests.support.ports import free_port


class Recorder:
    """Keeps what the server receives, and refuses what a test tells it to."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.commands: list[str] = []
        self.refusals: dict[str, str] = {}

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from, envelope.mail_options = address, options
        return self._answer("MAIL")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if (answer := self._answer("DATA")) == "250 OK":
            self.envelopes.append(envelope)
        return answer

    def _answer(self, command: str) -> str:
        self.commands.append(command)
        return self.refusals.get(command, "250 OK")


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user@x", b"p:ss")
    return AuthResult(success=known, handled=False)


@contextmanager
def serving(handler: object, **options: Any) -> Iterator[str]:
    """Run a mail server, and yield its address."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it logs from its thread, past pytest's capture
    defaults: dict[str, Any] = {"authenticator": _authenticate, "auth_require_tls": False, "enable_SMTPUTF8": False}
    port = free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port, server_hostname="localhost", **defaults | options)
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def smtp(recorder: Recorder) -> Iterator[str]:
    """A mail server that knows nothing of TLS."""
    with serving(recorder) as address:
        yield address


SELF_SIGNED = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for `localhost` that signed itself, as a file and as what a server uses."""
    directory = tmp_path_factory.mktemp("tls")
    files = {"keyout": directory / "key.pem", "out": directory / "certificate.pem"}
    options = [text for name, file in files.items() for text in (f"-{name}", str(file))]
    subprocess.run(
        [*SELF_SIGNED.split(), *options],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files["out"], files["keyout"])
    return files["out"], context


@pytest.fixture
def _trusting(certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    core.email._tls_context.cache_clear()
    yield
    core.email._tls_context.cache_clear()


def _mail(message_id: str = "<one@product.test>", to: str = "ada@example.com") -> EmailMessage:
    mail = EmailMessage(policy=policy.default.clone(utf8=not to.isascii()))
    mail["From"] = "Product <no-reply@product.test>"
    mail["To"] = recipient_of(to)
    mail["Subject"] = "Grüße"
    mail["Message-ID"] = message_id
    mail.set_content("Hello ☃")
    return mail


async def test_a_mail_reaches_the_smtp_server_with_the_credentials_of_the_url(smtp: str, recorder: Recorder) -> None:
    await SmtpMailer(f"smtp://user%40x:p%3Ass@{smtp}?tls=none").send(_mail())
    (envelope,) = recorder.envelopes
    assert envelope.rcpt_tos == ["ada@example.com"]
    assert "Message-ID: <one@product.test>" in str(envelope.content)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.usefixtures("_trusting")
async def test_a_mail_goes_out_over_tls_with_a_certificate_that_is_checked(
    scheme: str, certificate: tuple[Path, ssl.SSLContext], recorder: Recorder
) -> None:
    options: dict[str, Any] = {"ssl_context": certificate[1]} if scheme == "smtps" else {"tls_context": certificate[1]}
    with serving(recorder, **options) as address:
        by_name = address.replace("127.0.0.1", "localhost")
        await SmtpMailer(f"{scheme}://user%40x:p%3Ass@{by_name}").send(_mail())
        assert len(recorder.envelopes) == 1
        with pytest.raises((aiosmtplib.SMTPException, ssl.SSLError), match=r"IP address mismatch|not valid for"):
            await SmtpMailer(f"{scheme}://user%40x:p%3Ass@{address}").send(_mail())
    assert len(recorder.envelopes) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_an_untrusted_certificate_gets_neither_password_nor_email(
    scheme: str, certificate: tuple[Path, ssl.SSLContext], recorder: Recorder
) -> None:
    options: dict[str, Any] = {"ssl_context": certificate[1]} if scheme == "smtps" else {"tls_context": certificate[1]}
    with (
        serving(recorder, **options) as address,
        pytest.raises((aiosmtplib.SMTPException, ssl.SSLError), match="self-signed certificate"),
    ):
        await SmtpMailer(f"{scheme}://user%40x:p%3Ass@{address.replace('127.0.0.1', 'localhost')}").send(_mail())
    assert recorder.envelopes == []


@pytest.mark.parametrize("url", ["smtp://{}", "smtp://user%40x:p%3Ass@{}", "smtp://{}?tls=starttls"])
async def test_a_server_that_offers_no_tls_gets_neither_password_nor_mail(
    smtp: str, recorder: Recorder, url: str
) -> None:
    with pytest.raises(aiosmtplib.SMTPException, match="STARTTLS"):
        await SmtpMailer(url.format(smtp)).send(_mail())
    assert recorder.commands == []
    assert recorder.envelopes == []


@pytest.mark.parametrize(
    ("refusal", "at", "is_final"),
    [
        ("550 5.1.1 no such user", "RCPT", True),
        ("451 4.7.1 greylisted", "RCPT", False),
        ("554 5.7.1 this is spam", "DATA", True),
        ("452 4.2.2 mailbox full", "DATA", False),
        ("550 5.7.1 not your sender", "MAIL", False),  # the operator can put that right
    ],
)
async def test_what_is_refused_for_good_is_told_from_what_may_be_tried_again(
    smtp: str, recorder: Recorder, refusal: str, at: str, *, is_final: bool
) -> None:
    recorder.refusals[at] = refusal
    with pytest.raises((EmailRejected, aiosmtplib.SMTPException), match=refusal[:3]) as refused:
        await SmtpMailer(f"smtp://{smtp}?tls=none").send(_mail())
    assert isinstance(refused.value, EmailRejected) == is_final
    assert recorder.envelopes == []


async def test_wrong_credentials_are_an_error_that_the_operator_can_put_right(smtp: str) -> None:
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await SmtpMailer(f"smtp://user%40x:wrong@{smtp}?tls=none").send(_mail())


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.email, "SMTP_TOTAL_SECONDS", 0.2)
    silent = socket.create_server(("127.0.0.1", 0))  # the kernel accepts, and nothing answers
    with silent, pytest.raises(TimeoutError):
        await SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(_mail())


async def test_an_address_beyond_ascii_is_mailed_where_the_server_can_and_refused_for_good_where_not(
    recorder: Recorder, smtp: str
) -> None:
    with pytest.raises(EmailRejected):
        await SmtpMailer(f"smtp://{smtp}?tls=none").send(_mail(to="jörg@münchen.de"))
    with serving(recorder, enable_SMTPUTF8=True) as modern:
        await SmtpMailer(f"smtp://{modern}?tls=none").send(_mail(to="jörg@münchen.de"))
    assert [envelope.rcpt_tos for envelope in recorder.envelopes] == [["jörg@xn--mnchen-3ya.de"]]


async def test_a_domain_beyond_ascii_is_mailed_by_any_server(recorder: Recorder, smtp: str) -> None:
    await SmtpMailer(f"smtp://{smtp}?tls=none").send(_mail(to="ada@münchen.de"))
    assert recorder.envelopes[0].rcpt_tos == ["ada@xn--mnchen-3ya.de"]


async def test_a_server_out_of_reach_is_an_error() -> None:
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await SmtpMailer(f"smtp://127.0.0.1:{free_port()}").send(_mail())


async def test_the_mailbox_keeps_one_mail_per_message_id(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "not" / "yet")
    assert await mailbox.newest_first() == []
    await mailbox.send(_mail())
    await mailbox.send(_mail())
    await mailbox.send(_mail("<../../two@product.test>"))
    assert {mail.id for mail in await mailbox.newest_first()} == {"one", "....two"}
    found = await mailbox.find("one")
    assert found is not None
    assert found.message["Subject"] == "Grüße"
    assert await mailbox.find("three") is None


def test_the_smtp_url_decides_where_mails_go(settings: Settings) -> None:
    assert isinstance(create_mailer(settings), Mailbox)
    configured = Settings(_env_file=None, smtp_url="smtp://127.0.0.1:2525")
    assert isinstance(create_mailer(configured), SmtpMailer)


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.com", 587, Tls.STARTTLS),
        ("smtp://mail.example.com:25?tls=starttls", 25, Tls.STARTTLS),
        ("smtps://mail.example.com", 465, Tls.IMPLICIT),
        ("smtp://127.0.0.1:2525?tls=none", 2525, Tls.NONE),
    ],
)
def test_the_url_says_how_a_mail_is_encrypted(url: str, port: int, tls: Tls) -> None:
    server = SmtpServer.from_url(url)
    assert (server.port, server.tls) == (port, tls)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com:587",
        "smtp://:587",
        "smtp://user@mail.example.com",
        "smtp://user:pa/ss@mail.example.com",
        "smtp://user:pa#ss@mail.example.com",
        "smtp://mail.example.com:465",
        "smtps://mail.example.com:587",
        "smtps://mail.example.com?tls=none",
        "smtp://mail.example.com?tls=maybe",
        "smtp://mail.example.com?starttls=no",
        "smtp://user:secret@mail.example.com:secret",
    ],
)
def test_an_smtp_url_that_cannot_work_is_refused_at_the_start_without_showing_its_password(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, smtp_url=url)
    (error,) = refused.value.errors(include_input=False)
    assert error["msg"].startswith("Value error, must ")
    assert "secret" not in error["msg"]


@pytest.mark.parametrize(
    "sender", ["", "Product", "a@example.com, b@example.com", "a@example.com\nBcc: b@example.com", "ü@x.de"]
)
def test_a_sender_that_no_server_takes_is_refused_at_the_start(sender: str) -> None:
    with pytest.raises(ValidationError, match="must look like"):
        Settings(_env_file=None, mail_from=sender)


def test_a_support_address_that_no_server_takes_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="must look like"):
        Settings(_env_file=None, support_email="a@example.com\nBcc: b@example.com")
    assert Settings(_env_file=None, support_email="").support_email is None
