"""The nightly deletions."""

from typing import Any, cast

import pytest

from domain.taskiq_broker import CleanUps

WORK = cast("Any", None)


def deleting(*deleted: int | None) -> CleanUps:
    clean_ups = CleanUps()
    for number in deleted:

        async def step(_: object, number: int | None = number) -> int | None:
            return number

        step.__name__ = f"delete_{number}"
        clean_ups(step)
    return clean_ups


async def test_without_a_name_every_step_is_next() -> None:
    assert list(await deleting(None, 3).run(WORK, None)) == ["delete_None", "delete_3"]


@pytest.mark.parametrize(("deleted", "following"), [(None, []), (0, []), (False, []), (3, ["delete_3"])])
async def test_a_step_that_may_have_more_to_delete_is_next_again(deleted: int | None, following: list[str]) -> None:
    assert list(await deleting(deleted, 7).run(WORK, f"delete_{deleted}")) == following


async def test_a_step_of_another_release_is_ignored() -> None:
    assert list(await deleting(3).run(WORK, "delete_of_another_release")) == []


def test_two_steps_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Two clean-ups are named `delete_3`"):
        deleting(3, 3)
