"""What is deleted at night."""

from typing import Any, cast

import pytest

from domain.taskiq_broker import CleanUps


@pytest.mark.parametrize(("deleted", "has_more"), [((None, 0), False), ((None, 3, False), True), ((), False)])
async def test_every_step_runs_once_and_says_whether_there_may_be_more(
    deleted: tuple[int | None, ...], *, has_more: bool
) -> None:
    clean_ups, ran = CleanUps(), list[int | None]()
    for number in deleted:

        @clean_ups
        async def step(_: object, number: int | None = number) -> int | None:
            ran.append(number)
            return number

    assert await clean_ups.run(cast("Any", None)) is has_more
    assert tuple(ran) == deleted
