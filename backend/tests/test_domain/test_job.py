"""Pure rules of jobs and permissions."""

from datetime import timedelta

from hypothesis import strategies as st

from domain.jobs.job import MAX_BACKOFF, backoff
from domain.permissions import ANONYMOUS, SYSTEM, Permission, Role, permissions_of
from domain.user import normalise_email
from tests.support.properties import given


@given(attempt=st.integers(1, 1000), chance=st.floats(0, 1))
def test_backoff_doubles_up_to_an_hour_and_spreads_by_half(attempt: int, chance: float) -> None:
    middle = min(MAX_BACKOFF, timedelta(seconds=2 ** min(attempt, 20)))
    assert middle * 0.5 <= backoff(attempt, chance=chance) <= middle * 1.5


@given(attempt=st.integers(1, 20))
def test_backoff_without_a_given_chance_stays_within_the_same_bounds(attempt: int) -> None:
    assert backoff(attempt, chance=0) <= backoff(attempt) <= backoff(attempt, chance=1)


def test_an_admin_may_everything_and_a_member_nothing_special() -> None:
    assert permissions_of([Role.ADMIN]) == frozenset(Permission)
    assert permissions_of([Role.MEMBER]) == frozenset()
    assert permissions_of([]) == frozenset()
    assert SYSTEM.may(Permission.WRITE_USERS)
    assert not ANONYMOUS.may(Permission.READ_USERS)


@given(st.emails())
def test_normalising_an_address_twice_changes_nothing_more(email: str) -> None:
    assert normalise_email(normalise_email(email)) == normalise_email(f"  {email} ")
