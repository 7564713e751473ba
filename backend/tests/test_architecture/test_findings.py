"""How findings are said."""

import inspect

import pytest

import domain.user
from domain.user import User
from tests.test_architecture.findings import Finding, assert_none, found_at


def test_nothing_found_is_no_failure() -> None:
    assert_none([])


def test_a_finding_says_where_it_is_which_rule_it_breaks_and_what_to_write() -> None:
    twice = [Finding("api/notes.py", 3, "route-response", "get_note returns `dict`", "Write `-> Data[…]`.")] * 2
    with pytest.raises(pytest.fail.Exception) as failure:
        assert_none([*twice, Finding("api/notes.py", 1, "a-rule", "it is wrong", "Write this.")])
    assert str(failure.value).splitlines() == [
        "api/notes.py:1: a-rule: it is wrong. Write this.",
        "api/notes.py:3: route-response: get_note returns `dict`. Write `-> Data[…]`.",
    ]


def test_a_class_and_a_function_have_their_line() -> None:
    assert found_at(User, "a-rule", "it is wrong", "Write this.").file == "domain/user.py"
    assert found_at(User, "a-rule", "it is wrong", "Write this.").line > 1
    is_verified = found_at(User, "a-rule", "it is wrong", "Write this.", name="is_verified").line
    assert inspect.getsource(domain.user).splitlines()[is_verified - 1].strip().startswith("is_verified:")
    assert found_at(assert_none, "a-rule", "", "").file == "tests/test_architecture/findings.py"
