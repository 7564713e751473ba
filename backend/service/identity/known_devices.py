"""Recognises browsers from which a user has signed in before (OWASP's device cookies)."""

import secrets

from domain.identity.client_info import ClientInfo
from service.security import Signer

# Only tells devices apart. The signature is what cannot be forged.
NONCE_BYTES = 12


class KnownDevices:
    """Marks a browser for one account, so that its next sign-in is counted apart from guesses by other clients."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def recognise(self, email: str, client: ClientInfo) -> str | None:
        """Return the id of this device among the account's, or None if it has not been used to sign in."""
        if client.device_token is None:
            return None
        nonce = self._signer.verify(client.device_token, email)
        return None if nonce is None else nonce.hex()

    def mark(self, email: str, client: ClientInfo) -> str:
        """Return the mark for the device: the one it has, if that is valid for the account, or a new one."""
        if client.device_token is not None and self._signer.verify(client.device_token, email) is not None:
            return client.device_token
        return self._signer.sign(secrets.token_bytes(NONCE_BYTES), email)
