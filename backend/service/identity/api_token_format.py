"""The format of API tokens: a prefix, a secret and a checksum."""

import string
import zlib

from core import product

# Secret scanners search for a unique prefix and verify the checksum.
PREFIX = f"{product.IDENTIFIER}_"
SECRET_BYTES = 32
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SECRET_LENGTH = 43  # digits of 256 bits
_CHECKSUM_LENGTH = 6  # digits of 32 bits
LENGTH = len(PREFIX) + _SECRET_LENGTH + _CHECKSUM_LENGTH


def assemble_token(secret: bytes) -> str:
    """Return the token that carries `secret`, of `SECRET_BYTES`."""
    body = PREFIX + _in_base62(int.from_bytes(secret, "big"), _SECRET_LENGTH)
    return body + _checksum(body)


def looks_like_api_token(text: str) -> bool:
    """Return whether `text` has the prefix of an API token."""
    return text.startswith(PREFIX)


def is_well_formed(token: str) -> bool:
    """Return whether the token's checksum is right. A mistyped token then costs no look-up."""
    body, checksum = token[:-_CHECKSUM_LENGTH], token[-_CHECKSUM_LENGTH:]
    return len(token) == LENGTH and checksum == _checksum(body)


def _checksum(body: str) -> str:
    return _in_base62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _in_base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits
