"""Every text that users read exists in every language."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from domain.language import DEFAULT_LANGUAGE, Language
from tests.support.modules import load_module
from tests.test_architecture.source import BACKEND

SOURCE = '''
class NoteNotFound(AppError):
    """No such note."""

    message = "Note not found."
    in_seconds_message: ClassVar[str] = "Try again in {seconds} seconds."

raise InvalidField(mark("Send {count} notes."), count=2)
NOT_MARKED = "A text of the program."
'''
TEMPLATE = '{{ _("Hello %(name)s, welcome.", name=name) }}'


@pytest.fixture
def translations(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load_module(BACKEND.parent / "scripts" / "translations.py", monkeypatch)


@pytest.fixture
def sample(translations: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The catalogue of two small sources."""
    for name, text in [("domain/note.py", SOURCE), ("service/mail/email_templates/hello.txt.j2", TEMPLATE)]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(translations, "BACKEND", tmp_path)
    return translations.sources()


def test_every_text_is_translated(translations: ModuleType) -> None:
    source = translations.sources()
    files = {language: translations.TRANSLATIONS / language / translations.FILE for language in Language}
    del files[DEFAULT_LANGUAGE]
    found = [problem for file in files.values() for problem in translations.problems(file, source)]
    if found:
        advice = "Run make format, write what is missing into the .po file, and run make format again."
        pytest.fail("\n".join([*found, advice]), pytrace=False)


def test_texts_have_typographic_apostrophes_as_those_of_the_pages_beside_them(translations: ModuleType) -> None:
    texts = [message.id for message in translations.sources() if message.id and "'" in message.id]
    if texts:
        pytest.fail("\n".join([*texts, "Write ’ in place of '."]), pytrace=False)


def test_texts_of_errors_marked_texts_and_templates_are_found(sample: Any) -> None:
    assert {message.id for message in sample if message.id} == {
        "Note not found.",
        "Try again in {seconds} seconds.",
        "Send {count} notes.",
        "Hello %(name)s, welcome.",
    }


def test_what_is_missing_wrong_or_unused_is_named_with_its_place(
    translations: ModuleType,
    sample: Any,
    tmp_path: Path,
) -> None:
    file = tmp_path / "backend" / "translations" / "de" / translations.FILE
    file.parent.mkdir(parents=True)
    file.write_text(
        'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Send {count} notes."\nmsgstr "Sende {number} Notizen."\n\n'
        'msgid "Try again in {seconds} seconds."\nmsgstr "Versuche es in {seconds} Sekunden."\n\n'
        'msgid "Hello %(name)s, welcome."\nmsgstr "Hallo %(name)s, willkommen."\n\n'
        'msgid "Gone."\nmsgstr "Weg."\n'
    )
    file.with_suffix(".mo").write_bytes(b"")
    catalogue = file.relative_to(tmp_path.parent)
    assert sorted(translations.problems(file, sample)) == [
        "backend/domain/note.py:5: no text in the language 'de' for 'Note not found.'",
        "backend/domain/note.py:8: other placeholders in the language 'de' of 'Send {count} notes.'",
        f"{catalogue}: not compiled; make format does",
        f"{catalogue}: nothing uses 'Gone.'; make format removes it",
    ]


def test_updating_keeps_what_is_translated_and_changes_nothing_the_second_time(
    translations: ModuleType,
    sample: Any,
    tmp_path: Path,
) -> None:
    file = tmp_path / "messages.po"
    file.write_text('msgid "Note not found."\nmsgstr "Notiz nicht gefunden."\n\nmsgid "Gone."\nmsgstr "Weg."\n')
    file = file.rename(_place(tmp_path, translations.FILE) / "messages.po")
    once = translations.written(translations.updated(file, sample))
    assert b"Notiz nicht gefunden." in once
    assert b"Gone." not in once
    file.write_bytes(once)
    assert translations.written(translations.updated(file, sample)) == once


def _place(directory: Path, file: Path) -> Path:
    place = directory / "de" / file.parent
    place.mkdir(parents=True)
    return place
