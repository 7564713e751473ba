"""Pure rules of posts."""

from hypothesis import strategies as st

from domain.post import EXCERPT_MAX_LENGTH, excerpt_of
from tests.support.properties import given

WORDS = st.lists(st.text("abcé🎉", min_size=1, max_size=400), min_size=1, max_size=80)


def _beginning(content: str) -> str:
    return content[: EXCERPT_MAX_LENGTH + 1]


@given(content=st.text(max_size=2 * EXCERPT_MAX_LENGTH))
def test_an_excerpt_is_one_line_and_bounded(content: str) -> None:
    excerpt = excerpt_of(_beginning(content))
    assert len(excerpt) <= EXCERPT_MAX_LENGTH
    assert "\n" not in excerpt


@given(words=WORDS, gap=st.sampled_from([" ", "\n\n", "\t "]))
def test_an_excerpt_of_a_long_text_ends_behind_a_whole_word_and_that_of_a_short_one_with_it(
    words: list[str], gap: str
) -> None:
    content = gap.join(words)
    excerpt = excerpt_of(_beginning(content))
    if len(content) <= EXCERPT_MAX_LENGTH:
        assert excerpt == " ".join(words)
    elif len(words[0]) < EXCERPT_MAX_LENGTH:
        shown = excerpt.removesuffix("…").split()
        assert excerpt.endswith("…")
        assert shown == words[: len(shown)]


def test_a_word_that_never_ends_is_cut() -> None:
    assert excerpt_of(_beginning("x" * 1_000)) == "x" * (EXCERPT_MAX_LENGTH - 1) + "…"
