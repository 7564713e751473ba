"""How tasks are declared."""

import re
from dataclasses import dataclass

import pytest

from domain.taskiq_broker import TaskRegistry


@dataclass(frozen=True, slots=True)
class Count:
    """A payload."""


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("0 25 * * *", "Bad hour"),
        ("0 6 * *", "Wrong number of fields"),
        ("0 0 30 2 *", "Bad day-of-month"),
        ("0 0 */30 * MON#2", "no such date"),
        ("", "Wrong number of fields"),
    ],
)
def test_a_schedule_that_never_matches_is_refused_where_it_is_declared(expression: str, reason: str) -> None:
    message = f'cron="{expression}" never matches ({reason}). Write minute, hour, day, month and weekday, in UTC'
    with pytest.raises(ValueError, match=re.escape(message)):

        @TaskRegistry().task(Count, cron=expression)
        async def count(_work: object, _: Count) -> None: ...


def test_two_tasks_of_one_name_are_refused() -> None:
    registry = TaskRegistry()

    def declare() -> None:
        @registry.task(Count)
        async def count(_work: object, _: Count) -> None: ...

    declare()
    with pytest.raises(ValueError, match=r"Two tasks are named `count`\. Rename the function"):
        declare()
