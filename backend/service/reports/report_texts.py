"""The words of reports, in the language of their reader."""

from core.translation import mark, translated

_TEXTS = {
    "title": mark("Activity report"),
    "page": mark("Page {page} of {pages}"),
    "totals": mark("Since you signed up"),
    "weeks": mark("Week by week"),
    "last_weeks": mark("In the last {weeks} weeks:"),
    "posts": mark("Your posts"),
    "no_posts": mark("You have not written anything yet. Your first post will be listed here."),
    "newest": mark("The newest {count} are listed."),
    "post_title": mark("Title"),
    "written_on": mark("Written on"),
    "state": mark("State"),
    "published": mark("published"),
    "draft": mark("draft"),
    "day": mark("{day} {month} {year}"),
    "short_day": mark("{day} {month}"),
}
_MONTHS = (
    *(mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun")),
    *(mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec")),
)


def report_texts(language: str, counts: list[str]) -> dict[str, object]:
    """Return the words of a report, by the names that the template has for them.

    Args:
        language: the language of the reader.
        counts: the names of the counters; `Counter` marks them for translation.
    """
    return {
        **{name: translated(text, language) for name, text in _TEXTS.items()},
        "language": language,
        "months": [translated(month, language) for month in _MONTHS],
        "counts": {name: translated(name, language).replace("_", " ") for name in counts},
    }


# `ReportStep` and `FAILED_STEP` as readers see them, for translation. The domain knows no language.
STEPS = (
    mark("Collecting your posts"),
    mark("Counting week by week"),
    mark("Laying out pages"),
    mark("Saving the document"),
    mark("We couldn’t create this report. Please request a new one."),
)
