"""Every mail, with example data."""

from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from core.settings import Settings
from domain.events import CredentialsChange
from domain.identity.one_time_token import TokenPurpose
from service.mail.email_previews import mail_previews
from service.mail.emails import LINKS, NOTICES, EmailTemplates


class RecordingTemplates(EmailTemplates):
    """Remembers what was rendered."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.rendered: set[str] = set()

    def render(self, template: str, **values: Any) -> EmailMessage:
        self.rendered.add(template)
        return super().render(template, **values)


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
    mail_previews(templates)
    assert templates.rendered == set(templates.names)


def test_every_change_has_its_notice_and_every_purpose_its_link() -> None:
    assert NOTICES.keys() == set(CredentialsChange)
    assert LINKS.keys() == set(TokenPurpose)


@pytest.mark.parametrize("name", mail_previews(EmailTemplates(Settings(_env_file=None))))
def test_a_mail_says_the_same_in_html_and_in_plain_text(name: str) -> None:
    settings = Settings(_env_file=None, environment="test", public_url="https://app.example.com")
    mail = mail_previews(EmailTemplates(settings))[name]
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
