"""Runs typst. It is loaded in a confined process, so it imports little else."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core import product

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("report_templates") / "activity.typ"


def typeset(activity: str, timestamp: int) -> bytes:
    """Return the PDF for an `Activity` in JSON."""
    import typst

    document: bytes = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"activity": activity, "product": product.NAME},
        timestamp=timestamp,
    )
    return document


@cache
def _fonts() -> "typst.Fonts":
    import typst  # 13 MB, which only the confined process needs

    # The fonts that come with typst decide the look. System fonts are a fallback for scripts that those lack.
    return typst.Fonts(include_system_fonts=True)
