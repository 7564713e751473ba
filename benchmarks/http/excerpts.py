"""Excerpts of posts, as the product makes them, for the reference servers: they do the same work."""

import re

LENGTH = 280
LINE_MARKS = re.compile(r"^[ ]{0,3}(?:```.*|~~~.*|#{1,6}[ ]|(?:>[ ]?)+|[-*+][ ]|\d{1,9}[.)][ ])", re.MULTILINE)
LINK = re.compile(r"\[([^\]\[]*)\]\([^)\s]*\)?")
EMPHASIS = re.compile(r"\*\*|__|~~|``*|\*(?:(?<!\w\*)(?=\w)|(?<=\w\*)(?!\w))|_(?:(?<!\w_)(?=\w)|(?<=\w_)(?!\w))")


def excerpt(beginning: str) -> str:
    """Return the beginning of a text on one line, without Markdown."""
    line = " ".join(EMPHASIS.sub("", LINK.sub(r"\1", LINE_MARKS.sub("", beginning))).split())
    return line if len(beginning) <= LENGTH else f"{line[:LENGTH].rpartition(' ')[0] or line[: LENGTH - 1]}…"
