"""The devices of users: an authenticator app, and an authenticator for passkeys.

Both speak the real protocols (RFC 6238, WebAuthn level 3), so the product's libraries are tested as they are.
"""

import asyncio
import hashlib
import json
import secrets
import struct
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

STEP = 30


@dataclass
class AuthenticatorApp:
    """Shows codes. It begins one step in the past, so that three codes in a row can be used without waiting."""

    secret: str
    _last_step: int = 0

    def code(self, *, at: float | None = None) -> str:
        """Return the code of a moment."""
        return pyotp.TOTP(self.secret).at(int(time.time() if at is None else at))

    async def next_code(self) -> str:
        """Return a code that is good at the moment and was not returned before."""
        left = STEP - time.time() % STEP
        if left < 3:  # a step that ends soon may have ended when the code arrives
            await asyncio.sleep(left + 0.1)
        now = int(time.time() // STEP)
        self._last_step = max(self._last_step + 1, now - 1)
        assert self._last_step <= now + 1, "no more codes for now"
        return self.code(at=self._last_step * STEP)

    def wrong_code(self) -> str:
        """Return a code of none of these minutes."""
        now = int(time.time())
        good = {self.code(at=now + distance * STEP) for distance in range(-3, 4)}
        return next(code for code in map("{:06}".format, range(10)) if code not in good)


UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40  # WebAuthn level 3, section 6.1


@dataclass
class PasskeyAuthenticator:
    """Makes and uses one passkey, in a browser that shows `origin`. Change a field, and it cheats."""

    origin: str = "http://localhost:8000"
    relying_party: str = "localhost"
    sign_count: int = 1
    flags: int = UP | UV | BE | BS
    user_handle: str | None = None
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`."""
        self.user_handle = options["user"]["id"]
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + self._public_key()
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(AT) + attested}
        return self._credential(
            clientDataJSON=self._client_data("webauthn.create", options["challenge"]),
            attestationObject=cbor2.dumps(attestation),
            transports=["internal", "hybrid", "carrier-pigeon"],
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get()`."""
        self.sign_count += 1
        client_data, data = self._client_data("webauthn.get", options["challenge"]), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            clientDataJSON=client_data, authenticatorData=data, signature=signature, userHandle=self.user_handle
        )

    def _data(self, flags: int) -> bytes:
        relying_party = hashlib.sha256(self.relying_party.encode()).digest()
        return relying_party + bytes([self.flags | flags]) + struct.pack(">I", self.sign_count)

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: Any) -> dict[str, Any]:
        credential_id = base64url(self.credential_id)
        return {
            "id": credential_id,
            "rawId": credential_id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                name: base64url(value) if isinstance(value, bytes) else value for name, value in response.items()
            },
        }


def base64url(data: bytes) -> str:
    """Return how WebAuthn writes bytes in JSON."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes in WebAuthn's JSON."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
