"""The condition of a list on a text that its user typed."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, and_, bindparam, or_, true

from repository.folding import contains, is_indexed, words_of

# The parameters that hold the words of a text begin with it.
_WORD = "word_"


@dataclass(frozen=True, slots=True, eq=False)
class TextSearch:
    """Finds rows that contain every word of a text, also as part of a longer word.

    Args:
        searched: the SQL expression of the texts, from `search_text(…)`.
        or_matches: finds more rows, by the whole text in its parameter. Parts of words are then looked for only where
            an index can find them.
    """

    searched: str
    or_matches: ColumnElement[bool] | None = None

    def words_in(self, text: str) -> dict[str, object]:
        """Return the parameters of the condition for `text`."""
        if self.or_matches is not None and not is_indexed(text):
            return {}
        return {f"{_WORD}{number}": word for number, word in enumerate(words_of(text))}

    def condition(self, parameters: Collection[str]) -> ColumnElement[bool]:
        """Return the condition for a text with these parameters."""
        words = [contains(self.searched, bindparam(name, type_=Text)) for name in parameters if name.startswith(_WORD)]
        if self.or_matches is None:
            return and_(true(), *words)
        return or_(self.or_matches, and_(*words)) if words else self.or_matches
