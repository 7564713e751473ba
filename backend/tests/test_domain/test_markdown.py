"""Pure rules of text in Markdown."""

import pytest
from hypothesis import strategies as st

from domain.markdown import plain_text
from tests.support.properties import given


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Engines\n\nThey **weave**.", "Engines\n\nThey weave."),
        ("- one\n- _two_\n1. three", "one\ntwo\nthree"),
        ("> quoted\n> > twice", "quoted\ntwice"),
        ("See [the *notes*](https://example.com/a) on `code`.", "See the notes on code."),
        ("See [the notes](https://examp", "See the notes"),
        ("```python\nprint(1)\n```", "\nprint(1)\n"),
        ("~~gone~~ and __bold__", "gone and bold"),
    ],
)
def test_marks_are_left_out(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text


@pytest.mark.parametrize(
    "text", ["snake_case_name", "2 * 3 * 4", "#tag", "a-b", "[a] (b)", "1.5 - 2", "a <b> c", "5 > 4"]
)
def test_what_only_looks_like_marks_stays(text: str) -> None:
    assert plain_text(text) == text


@given(text=st.text("ab _*[]()#>-`~\n", max_size=300))
def test_nothing_is_added(text: str) -> None:
    assert len(plain_text(text)) <= len(text)
