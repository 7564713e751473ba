"""The contents of a printed report, and that rendering it delays no request."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from core import product
from domain.language import Language
from domain.report import FAILED_STEP, ActivityReport, PostActivity, ReportedCount, ReportStep, weeks_until
from service.reports import report_typesetting
from service.reports.pdf_renderer import PdfRenderer
from service.reports.report_texts import STEPS, report_texts
from tests.support.event_loop import longest_gap_during

MADE_AT = datetime(2026, 11, 21, 9, 30, 1, 234567, tzinfo=UTC)
MONDAYS = weeks_until(MADE_AT.date())
EMPTY = ActivityReport(
    author="Ada Lovelace",
    made_at=MADE_AT,
    mondays=MONDAYS,
    counts=(ReportedCount("posts", 0, (0,) * len(MONDAYS)), ReportedCount("published_posts", 0, ())),
    posts=(),
)
# Each of these would do something if it were read as markup or code.
MARKUP = (
    '#read("/etc/passwd")',
    '#import "@preview/evil:1.0.0": *',
    "#panic()",
    "= *bold* _it_ $x$ `raw` <label> @reference",
    '"]; #sys.exit() //',
    "\\u{0} \\ ] } { [ #",
    "日本語 🎉 עברית Ελληνικά",
    "x" * 200,
)


@pytest.fixture
async def renderer() -> AsyncIterator[PdfRenderer]:
    renderer = PdfRenderer()
    yield renderer
    renderer.close()


def posts(*titles: str) -> tuple[PostActivity, ...]:
    return tuple(
        PostActivity(title, published=number % 2 == 0, created_at=MADE_AT - timedelta(days=number))
        for number, title in enumerate(titles)
    )


async def test_a_report_about_nothing_is_printed(renderer: PdfRenderer) -> None:
    assert (await renderer.render(EMPTY)).startswith(b"%PDF-")


def test_a_report_says_the_name_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    activity = orjson.dumps(EMPTY).decode()
    printed = report_typesetting.typeset(activity, 0)
    monkeypatch.setattr(product, "NAME", "Another")
    assert printed != report_typesetting.typeset(activity, 0)


async def test_a_report_is_in_the_language_of_its_reader(renderer: PdfRenderer) -> None:
    german = replace(EMPTY, language=Language.GERMAN)
    assert await renderer.render(german) != await renderer.render(EMPTY)


def test_the_words_of_a_report_are_translated() -> None:
    texts = report_texts(Language.GERMAN, ["published_posts"])
    assert texts["title"] == "Aktivitätsbericht"
    assert texts["counts"] == {"published_posts": "veröffentlichte Beiträge"}
    assert set(STEPS) == {*ReportStep, FAILED_STEP}


@pytest.mark.parametrize("title", MARKUP)
async def test_what_users_write_is_never_read_as_markup(renderer: PdfRenderer, title: str) -> None:
    activity = replace(EMPTY, author=title, posts=posts(title), has_more_posts=True)
    assert (await renderer.render(activity)).startswith(b"%PDF-")


@pytest.mark.parametrize("highest", [1, 2, 4, 7, 39, 40, 41, 999, 123_456])
async def test_the_chart_has_room_for_any_number(renderer: PdfRenderer, highest: int) -> None:
    per_week = (*[0] * (len(MONDAYS) - 1), highest)
    counts = (ReportedCount("posts", highest, per_week),)
    assert (await renderer.render(replace(EMPTY, counts=counts))).startswith(b"%PDF-")


@pytest.mark.parametrize("number", [0, 1, 2, 5, 12])
async def test_a_report_has_room_for_the_numbers_of_all_features(renderer: PdfRenderer, number: int) -> None:
    counts = tuple(ReportedCount(f"kind_{n}", n, (n,) * len(MONDAYS)) for n in range(number))
    assert (await renderer.render(replace(EMPTY, counts=counts))).startswith(b"%PDF-")


async def test_the_same_report_is_the_same_document(renderer: PdfRenderer) -> None:
    assert await renderer.render(EMPTY) == await renderer.render(EMPTY)


async def test_the_loop_goes_on_while_a_long_report_is_laid_out(renderer: PdfRenderer) -> None:
    await renderer.render(EMPTY)  # loads typst
    activity = replace(EMPTY, posts=posts(*(f"A title of some length, number {number}" for number in range(400))))
    gap, took = await longest_gap_during(renderer.render(activity))
    assert gap < took / 2, f"the loop stood still for {gap:.3f} s of {took:.3f} s"


def test_the_weeks_of_a_report_are_those_up_to_its_day() -> None:
    mondays = weeks_until(MADE_AT.date())
    assert len(mondays) == 12
    assert {day.isoweekday() for day in mondays} == {1}
    assert mondays[-1] <= MADE_AT.date() < mondays[-1] + timedelta(weeks=1)


async def test_a_word_without_end_takes_more_lines_and_not_more_width(renderer: PdfRenderer) -> None:
    short, long = [
        await renderer.render(replace(EMPTY, author=title, posts=posts(*[title] * 60))) for title in ("x", "x" * 200)
    ]
    assert pages(long) > pages(short)


def pages(document: bytes) -> int:
    return max(map(int, re.findall(rb"/Type/Pages/Count (\d+)", document)))
