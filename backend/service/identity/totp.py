"""Codes of authenticator apps (RFC 6238), and their secrets as they are stored."""

import hmac
import time
from base64 import urlsafe_b64encode
from functools import cached_property
from typing import TYPE_CHECKING

import structlog

from core import product
from core.settings import Settings
from domain.identity.mfa import Enrollment, SealedSeed

if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet

log = structlog.get_logger()

STEP_SECONDS = 30
# RFC 6238 section 5.2: at most one step of delay. The step ahead is for phones whose clock is fast.
STEPS_TOLERATED = (0, -1, 1)


class TotpCodes:
    """Creates secrets and verifies codes. Secrets are encrypted with a key derived from the settings' key."""

    def __init__(self, settings: Settings) -> None:
        self._keys = settings.jwt_keys

    def enroll(self, email: str) -> tuple[Enrollment, bytes]:
        """Return a new secret, as an app enrols it and as it is stored."""
        import pyotp
        import segno

        secret = pyotp.random_base32()  # 160 bits, as RFC 4226 section 4 recommends
        uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=product.NAME)
        # On a white background, because scanners want dark on light, whatever the page's colours are.
        qr_code = segno.make(uri).svg_data_uri(scale=4, light="white", svgclass=None, lineclass=None)
        return Enrollment(secret, uri, qr_code), self._cipher.encrypt(secret.encode())

    def matching_step(self, seed: SealedSeed, code: str, *, at: float | None = None) -> int | None:
        """Return the number of the time step that the code belongs to, or None if it is not valid now.

        Args:
            seed: whose codes.
            code: six digits.
            at: the time instead of now, in seconds since 1970.
        """
        import pyotp

        secret = self._open(seed)
        if secret is None:
            return None
        now = int((time.time() if at is None else at) // STEP_SECONDS)
        steps = [now + distance for distance in STEPS_TOLERATED]
        codes = pyotp.TOTP(secret)
        return next((step for step in steps if hmac.compare_digest(codes.generate_otp(step), code)), None)

    def seal_again(self, seed: SealedSeed) -> bytes:
        """Return the secret encrypted with the newest key, so that older keys can be retired."""
        return self._cipher.rotate(seed.sealed)

    @cached_property
    def _cipher(self) -> "MultiFernet":
        from cryptography.fernet import MultiFernet

        return MultiFernet([_fernet(key) for key in self._keys])

    def _open(self, seed: SealedSeed) -> str | None:
        from cryptography.fernet import InvalidToken

        try:
            return self._cipher.decrypt(seed.sealed).decode()
        except InvalidToken:
            log.error("seed cannot be read with any of the keys", seed=str(seed.id))  # noqa: TRY400  (the stack says no more)
            return None


def _fernet(key: str) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(urlsafe_b64encode(hmac.digest(key.encode(), b"totp-seed", "sha256")))
