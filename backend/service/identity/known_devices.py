"""Tells browsers that somebody has signed in with before from all others (OWASP's device cookies)."""

import secrets

from domain.identity.client_info import ClientInfo
from service.security import Signer

# Only tells devices apart; the signer is what nobody can make up.
NONCE_BYTES = 12


class KnownDevices:
    """Marks a browser for one account, so that its next sign-in there is counted apart from everybody else's guesses."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def recognise(self, email: str, client: ClientInfo) -> str | None:
        """Return what tells this device from the account's others, or None when nobody has signed in with it before."""
        if client.device_token is None:
            return None
        nonce = self._signer.verify(client.device_token, email)
        return None if nonce is None else nonce.hex()

    def mark(self, email: str, client: ClientInfo) -> str:
        """Return the mark that the device shall carry from now on: the one it has, if that is good for the account."""
        if client.device_token is not None and self._signer.verify(client.device_token, email) is not None:
            return client.device_token
        return self._signer.sign(secrets.token_bytes(NONCE_BYTES), email)
