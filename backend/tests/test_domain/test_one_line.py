"""One line shows all of what it is, in every script."""

import re
from itertools import chain

import httpx2 as httpx
import pytest

from api.schemas.text import VISIBLE_LINE
from domain.one_line import invisible_in, one_line
from tests.support.helpers import PASSWORD, error_of

SEEN = {
    "accents": "José Ünï",
    "a non-joiner in Persian": "می\u200cخواهم",  # noqa: RUF001
    "a joiner in Devanagari": "क\u094d\u200dष",
    "Hebrew": "שלום",
    "an ideographic space": "山田\u3000太郎",
    "an ideographic variation": "葛\U000e0100城",
    "Mongolian": "ᠮᠠ\u180eᠠ",
    "a family": "👨\u200d👩\u200d👧",
    "a flag of tags": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a heart on fire": "❤\ufe0f\u200d🔥",
    "an astronaut": "👩🏽\u200d🚀",
    "a keycap": "1\ufe0f\u20e3",
    "a heart": "I ❤\ufe0f this",
    "a flag of two": "🏳\ufe0f\u200d🌈",
    "a Mongolian variation": "ᠠ\u180b",
}
HIDDEN = [
    *"\x00\t\n\r\x1b\x7f\x85\xad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e",
    *"\u2060\u2061\u2066\u2069\u2800\u3164\ufeff\uffa0\ufff9\uffff\U000e0001\U000e0067\U0001d159",
]


@pytest.mark.parametrize("text", SEEN.values(), ids=SEEN)
def test_what_scripts_and_emoji_need_is_kept(text: str) -> None:
    assert invisible_in(text) is None
    assert one_line(text) == text.replace("\u3000", " ")


# Each is one in which some invisible character is good.
CONTEXTS = ("{}", "a{}b", "ی{}ی", "क\u094d{}ष", "ᠠ{}ᠠ", "❤{}🔥", "❤\ufe0f{}🔥")
# Forms check the pattern of the document, which names characters of the Basic Multilingual Plane.
PLANE = [chr(code) for code in chain(range(0xD800), range(0xE000, 0x10000))]


def is_refused_by_forms(line: str) -> bool:
    return re.fullmatch(VISIBLE_LINE, line) is None


def test_forms_take_all_that_the_api_takes() -> None:
    refused = filter(is_refused_by_forms, (f"a{char}b" for char in PLANE))
    lines = [*SEEN.values(), *(context.format(line[1]) for line in refused for context in CONTEXTS)]
    good = [line for line in lines if invisible_in(line) is None and line.strip()]
    assert [ascii(line) for line in good if is_refused_by_forms(line)] == []


def test_forms_refuse_what_no_line_may_have() -> None:
    suspect = [char for char in PLANE if invisible_in(f"a{char}b") is not None]
    never = [char for char in suspect if all(invisible_in(context.format(char)) for context in CONTEXTS)]
    assert never
    assert [ascii(char) for char in never if not is_refused_by_forms(f"a{char}b")] == []


@pytest.mark.parametrize("char", HIDDEN, ids=ascii)
def test_what_is_not_seen_is_found_and_taken_out(char: str) -> None:
    assert invisible_in(f"a{char}b") == char
    assert one_line(f"a{char}b") == "a b"


@pytest.mark.parametrize("char", ["\n", "\u202e", "\u200b", "\u2028", "\x1b"], ids=ascii)
@pytest.mark.parametrize(
    ("path", "field", "others"),
    [
        ("/api/auth/signup", "name", {"email": "ada@example.com", "password": PASSWORD}),
        ("/api/auth/tokens", "name", {"scopes": ["read"], "expires_in_days": 1}),
        ("/api/auth/passkeys", "name", {"credential": {}}),
    ],
)
async def test_no_field_of_one_line_takes_what_is_not_seen(
    client: httpx.AsyncClient, path: str, field: str, others: dict[str, object], char: str
) -> None:
    await client.post("/api/auth/signup", json={"email": "eve@example.com", "password": PASSWORD})
    answer = await client.post(path, json={**others, field: f"a{char}b"})
    assert answer.status_code == 422
    assert [detail["field"] for detail in error_of(answer)["details"]] == [field]
