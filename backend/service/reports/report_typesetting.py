"""Runs typst. It is loaded in a confined process, so it imports little else."""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core import product
from service.reports.report_texts import report_texts

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("report_templates") / "activity.typ"


def typeset(activity: str, timestamp: int) -> bytes:
    """Return the PDF for an `ActivityReport` in JSON, in the language of its reader."""
    import typst

    content = json.loads(activity)
    texts = report_texts(content["language"], [count["name"] for count in content["counts"]])

    document: bytes = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"activity": activity, "texts": json.dumps(texts), "product": product.NAME},
        timestamp=timestamp,
    )
    return document


@cache
def _fonts() -> "typst.Fonts":
    import typst  # 13 MB, which only the confined process needs

    # The fonts that come with typst decide the look. System fonts are a fallback for scripts that those lack.
    return typst.Fonts(include_system_fonts=True)
