"""Runs typst. Runs in a confined process, and imports little else."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core import product

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("report_templates") / "activity.typ"


def typeset(activity: str, timestamp: int) -> bytes:
    """Return the document about an activity in JSON."""
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
    import typst  # 13 MB, which the program that only refers to this module has no use for

    # The look depends on the fonts that come with typst; the machine's fill in for scripts that those lack.
    return typst.Fonts(include_system_fonts=True)
