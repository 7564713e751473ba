"""Compares texts regardless of case and accents, in every script.

PostgreSQL's own rules depend on how a database was created, and on libraries that change under it. The two functions
that migrations define depend on the tables of Unicode that come with PostgreSQL, so they are the same everywhere, and
an index may rely on them: `sort_key(text)` for order, `search_text(text)` for parts of words. docs/decisions/0044 has
the reasons.
"""

import re
from functools import reduce
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Label, func, literal_column
from sqlalchemy.orm import InstrumentedAttribute

# Scripts without spaces between words. Each of their characters becomes a word in `search_text`.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# The shortest text that the index on trigrams finds: three letters, two syllables of Korean, or one such character.
_INDEXED = re.compile(rf"[^\W_]{{3}}|[\uac00-\ud7a3]{{2}}|[{_UNSPACED}]")
MAX_WORDS = 8


def sort_key(column: InstrumentedAttribute[Any]) -> Label[str]:
    """Return the sort key of a column of texts. It is the same in every database."""
    return func.sort_key(column).collate("C").label(f"{column.key}_key")


def search_text(*columns: str) -> str:
    """Return the SQL expression that is searched for parts of words, with the parentheses that PostgreSQL gives it."""
    first, *others = columns
    joined = reduce(lambda texts, column: f"(({texts} || ' ') || {column})", others, first)
    return f"search_text{joined}"


def words_of(query: str) -> list[str]:
    """Return the words of a query. All of them must occur; the last one includes the rest of the query."""
    return query.split(maxsplit=MAX_WORDS - 1)


def is_indexed(query: str) -> bool:
    """Return whether an index can find the words of a query, without reading every row."""
    return _INDEXED.search(query) is not None


def contains(searched: str, word: BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition that a `search_text` contains the word, also as part of another word."""
    escaped = func.regexp_replace(
        func.search_text(word), literal_column(r"'([\\%_])'"), literal_column(r"'\\\1'"), literal_column("'g'")
    )
    return literal_column(searched).like(literal_column("'%'").concat(escaped).concat(literal_column("'%'")))
