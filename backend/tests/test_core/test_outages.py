"""An outage is logged when it begins and ends, and at growing intervals in between."""

from core.runtime.outages import Outage


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_outage_of_an_hour_is_logged_a_dozen_times() -> None:
    clock = Clock()
    outage = Outage(clock=clock)
    logged = []
    for half_second in range(7_200):
        clock.now = 100 + half_second / 2
        if outage.should_log_failure():
            logged.append(half_second / 2)
    assert logged == [0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030]


def test_the_end_is_told_once_with_its_length_and_the_next_outage_begins_anew() -> None:
    clock = Clock()
    outage = Outage(clock=clock)
    assert outage.end() is None
    assert outage.should_log_failure()
    clock.now += 30
    assert outage.should_log_failure()
    clock.now += 2.04
    assert [outage.end(), outage.end()] == [32.0, None]
    assert outage.should_log_failure()
    clock.now += 10
    assert outage.should_log_failure()
