"""Which passwords are refused, although they are long enough."""

import hashlib
import mmap
import re
from bisect import bisect_left
from pathlib import Path

from core import product
from domain.user import PasswordTooCommon, PasswordTooPersonal

# Made by scripts/common_passwords.py, which documents its sources.
COMMON_PASSWORDS = Path(__file__).with_name("common_passwords.bin")
HEADER_BYTES = 8
HASH_BYTES = 5
# Shorter parts of an address, such as initials, occur in many good passwords.
PERSONAL_WORD_MIN_LENGTH = 3
NAMES_OF_THE_PRODUCT = {product.NAME.lower(), product.SLUG, product.SLUG.replace("-", ""), *product.SLUG.split("-")}


class PasswordPolicy:
    """Refuses passwords that an attacker tries first. It has no rules about characters."""

    def __init__(self) -> None:
        with COMMON_PASSWORDS.open("rb") as file:
            self._hashes: bytes | mmap.mmap = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def check(self, password: str, *, email: str, field: str = "password") -> None:
        """Refuse a password that is common, or little more than the user's address or the product's name.

        Args:
            password: as it was typed.
            email: the address of the account that it is for.
            field: the field of the request that it came in.

        Raises:
            PasswordTooCommon: it is on the list.
            PasswordTooPersonal: most of it is a word that is known.
        """
        lowered = password.lower()
        if self.is_common(lowered):
            raise PasswordTooCommon(field=field)
        if any(_is_most_of(word, lowered) for word in _known_words(email)):
            raise PasswordTooPersonal(field=field)

    def is_common(self, lowered: str) -> bool:
        """Return whether the password, given in lower case, is on the list."""
        wanted = hashlib.sha256(lowered.encode(errors="surrogatepass")).digest()[:HASH_BYTES]
        place = bisect_left(range(len(self)), wanted, key=self._hash_at)
        return place < len(self) and self._hash_at(place) == wanted

    def __len__(self) -> int:
        return (len(self._hashes) - HEADER_BYTES) // HASH_BYTES

    def _hash_at(self, place: int) -> bytes:
        start = HEADER_BYTES + place * HASH_BYTES
        return self._hashes[start : start + HASH_BYTES]


def _known_words(email: str) -> set[str]:
    local_part = email.lower().rpartition("@")[0]
    words = {*NAMES_OF_THE_PRODUCT, local_part, *re.split(r"[\W\d_]+", local_part)}
    return {word for word in words if len(word) >= PERSONAL_WORD_MIN_LENGTH}


def _is_most_of(word: str, password: str) -> bool:
    return 2 * len(password.replace(word, "")) <= len(password)
