"""Single-line text: no control characters, and no invisible ones except those that scripts and emoji need."""

import unicodedata

# Take up space and show nothing, although Unicode calls them letters, marks or symbols.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# Visible format characters: signs that Arabic, Syriac and Kaithi write around numbers and words.
_SEEN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_NEVER = frozenset({"Cc", "Zl", "Zp", "Cs"})
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_JOINERS = frozenset({_NON_JOINER, _JOINER})
_MONGOLIAN_VOWEL_SEPARATOR = "\u180e"
_BLACK_FLAG, _CANCEL_TAG = "\U0001f3f4", "\U000e007f"
_FLAG_NAMES = range(2, 9)  # the most tags that one flag has: a region of a country, such as gbwls
# Noncharacters, and what Unicode reserves for more invisible characters.
_ENDS_OF_PLANES = (0xFFFE, 0xFFFF)
_UNASSIGNED = (range(0xFDD0, 0xFDF0), range(0x2065, 0x2066), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
_VIRAMA = 9  # Unicode's combining class of the signs that join Indic consonants


def invisible_in(text: str) -> str | None:
    """Return the first character of `text` that a single line must not contain, or None.

    Invisible characters are good where writing needs them: a joiner or non-joiner within Arabic and Indic words and a
    joiner within emoji, a variation selector behind what it varies, tags behind the flag that they name.
    """
    if text.isascii() and text.isprintable():  # as nearly all are
        return None
    return next((text[place] for place in range(len(text)) if not _is_shown(text, place)), None)


def one_line(text: str) -> str:
    """Return `text` without the characters that a single line must not contain; runs of spaces become one space."""
    shown = "".join(char if _is_shown(text, place) else " " for place, char in enumerate(text))
    return " ".join(shown.split())


def _is_shown(text: str, place: int) -> bool:
    char = text[place]
    if char.isascii():
        return char.isprintable()
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if char in _JOINERS:
        return _joins_letters(before, after) or (char == _JOINER and _joins_emoji(before, after))
    if _is_variation(char):
        return before != "" and not before.isspace() and not _is_variation(before) and before not in _JOINERS
    if char == _MONGOLIAN_VOWEL_SEPARATOR:
        return _is_mongolian(before) and _is_mongolian(after)
    if _is_tag(char):
        return _names_a_flag(text, place)
    category = unicodedata.category(char)
    is_hidden = category in _NEVER or (category == "Cf" and char not in _SEEN_FORMATS) or char in _BLANK
    return not is_hidden and not _is_no_character(char)


def _joins_letters(before: str, after: str) -> bool:
    if not before or not after:
        return False
    return unicodedata.combining(before) == _VIRAMA or (_is_arabic(before) and _is_arabic(after))


def _is_arabic(char: str) -> bool:
    """Whether the character is of a script like Arabic, whose letters join; its vowel signs are marks."""
    return unicodedata.bidirectional(char) == "AL" or (
        unicodedata.category(char) == "Mn" and "\u0610" <= char <= "\u08ff"
    )


def _joins_emoji(before: str, after: str) -> bool:
    return bool(before and after) and (_is_pictured(before) or _is_variation(before)) and _is_pictured(after)


def _is_pictured(char: str) -> bool:
    return "\U0001f000" <= char <= "\U0001faff" or unicodedata.category(char) == "So" or char in {"\u2194", _CANCEL_TAG}


def _is_variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or char in "\u180b\u180c\u180d\u180f"


def _is_mongolian(char: str) -> bool:
    return "\u1820" <= char <= "\u18aa"


def _is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= _CANCEL_TAG


def _names_a_flag(text: str, place: int) -> bool:
    """Whether the tag is one of a few between a black flag and the closing tag, as in the flag of Wales."""
    start, end = place, place
    while start > 0 and _is_tag(text[start - 1]) and text[start - 1] != _CANCEL_TAG:
        start -= 1
    while end < len(text) and _is_tag(text[end]) and text[end] != _CANCEL_TAG:
        end += 1
    return text[start - 1 : start] == _BLACK_FLAG and text[end : end + 1] == _CANCEL_TAG and end - start in _FLAG_NAMES


def _is_no_character(char: str) -> bool:
    return ord(char) % 0x1_0000 in _ENDS_OF_PLANES or any(ord(char) in codes for codes in _UNASSIGNED)
