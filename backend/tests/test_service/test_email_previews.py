"""Every mail, with example data."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from core.settings import Settings
from domain.events import CredentialsChange
from domain.identity.one_time_token import TokenPurpose
from domain.language import Language
from domain.permissions import Role
from domain.user import User
from service.mail.email_previews import mail_previews
from service.mail.emails import LINKS, NOTICES, EmailTemplates, Letter

ADA = User(UUID(int=1), "ada@example.com", "Ada", True, True, (Role.MEMBER,), datetime(2026, 1, 1, tzinfo=UTC))


class RecordingTemplates(EmailTemplates):
    """Remembers what was rendered."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.rendered: set[str] = set()

    def render(self, template: str, letter: Letter, **values: Any) -> EmailMessage:
        self.rendered.add(template)
        return super().render(template, letter, **values)


class Words(HTMLParser):
    """Keeps what a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == "href" and value]


def test_no_template_is_without_a_preview(settings: Settings) -> None:
    templates = RecordingTemplates(settings)
    for preview in mail_previews(templates).values():
        preview()
    assert templates.rendered == set(templates.names)


def test_every_change_has_its_notice_and_every_purpose_its_link() -> None:
    assert NOTICES.keys() == set(CredentialsChange)
    assert LINKS.keys() == set(TokenPurpose)


@pytest.mark.parametrize("name", mail_previews(EmailTemplates(Settings(_env_file=None))))
def test_a_mail_says_the_same_in_html_and_in_plain_text(name: str) -> None:
    settings = Settings(_env_file=None, environment="test", public_url="https://app.example.com")
    mail = mail_previews(EmailTemplates(settings))[name]()
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    reader = Words()
    reader.feed(html.get_content())
    text = plain.get_content()
    assert "Ada" in text
    assert "Ada" in " ".join(reader.words)
    assert all(link.startswith("https://app.example.com") for link in reader.links)
    tokens = {link for link in reader.links if "#token=" in link}
    assert tokens == {word for word in text.split() if "#token=" in word}
    assert "\n\n\n" not in text.replace("\r", "")
    assert "{" not in text + " ".join(reader.words)


def test_every_mail_is_in_each_language_and_names_it(settings: Settings) -> None:
    mails = {name: preview() for name, preview in mail_previews(EmailTemplates(settings)).items()}
    english = {name: mail for name, mail in mails.items() if f"{name}_de" in mails}
    assert len(english) * len(Language) == len(mails)
    for name, mail in english.items():
        german = mails[f"{name}_de"]
        assert (mail["Content-Language"], german["Content-Language"]) == ("en", "de")
        assert mail["Subject"] != german["Subject"]
        assert "Hallo Ada" in str(german) or "Willkommen, Ada" in str(german)


def test_a_name_with_percent_signs_and_markup_is_shown_as_it_is(settings: Settings) -> None:
    ada = replace(ADA, name="100 % <b>Ada</b> {0}")
    mail = EmailTemplates(settings).welcome(ada, message_id=ADA.id)
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "Welcome, 100 % <b>Ada</b> {0}!" in plain.get_content()
    assert "Welcome, 100 % &lt;b&gt;Ada&lt;/b&gt; {0}!" in html.get_content()
