"""Recovery codes: their shown and their stored form."""

import secrets
from base64 import b32encode

from domain.identity.mfa import RECOVERY_CODES
from service.security import hash_token

# 120 bits cannot be guessed, so a plain hash is enough (OWASP ASVS 5.0, 6.5.2 asks for 112).
RECOVERY_CODE_BYTES = 15
GROUP = 4


def new_recovery_codes() -> list[str]:
    """Return fresh codes such as `k7mq-2xyf-…`, of an alphabet without 0, 1 and 8."""
    return [
        _grouped(b32encode(secrets.token_bytes(RECOVERY_CODE_BYTES)).decode().lower()) for _ in range(RECOVERY_CODES)
    ]


def hash_recovery_code(code: str) -> bytes:
    """Return the stored form of a code, however its groups and letters were typed."""
    return hash_token("".join(code.split()).replace("-", "").lower())


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
