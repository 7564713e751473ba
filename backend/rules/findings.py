"""A finding of a check: its place, the broken rule, the fault and the remedy.

api/routes/notes.py:12: route-response: get_note returns `dict`. Write `-> Data[NoteResponse]`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A place that breaks a rule.

    Attributes:
        file: its path below `backend`, or below the repository for other files.
        rule: the rule's name in docs/rules.md.
        wrong: the fault, without a full stop.
        instead: the remedy, as a sentence.
    """

    file: str
    line: int
    rule: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.wrong}. {self.instead}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its remedy, as docs/rules.md has them."""

    name: str
    instead: str

    def broken(self, file: str, line: int, wrong: str) -> Finding:
        """Return the finding that a place breaks it."""
        return Finding(file, line, self.name, wrong, self.instead)
