"""The WebAuthn ceremonies: the options that browsers get, and verifying their responses.

The first passkey loads the library, which takes 50 ms.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog

from core import product
from core.settings import Settings
from domain.identity.mfa import CHALLENGE_LIFETIME, NewPasskey, PasskeyKey
from domain.user import User

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

log = structlog.get_logger()

CHALLENGE_BYTES = 32
TIMEOUT_MS = int(CHALLENGE_LIFETIME.total_seconds() * 1000)

# A message to or from a browser, as `PublicKeyCredential.toJSON()` and its counterparts define it.
Json = Mapping[str, Any]


class PasskeyCeremony:
    """Requests discoverable passkeys that verify their user, and verifies the responses."""

    def __init__(self, settings: Settings) -> None:
        self._origin = settings.passkey_origin
        self._relying_party = settings.passkey_relying_party

    def registration_options(self, user: User, existing: Sequence[PasskeyKey]) -> tuple[Json, bytes]:
        """Return the browser's options for creating a passkey, and the challenge in them.

        Args:
            user: its owner.
            existing: the user's passkeys, of which no authenticator makes a second one.
        """
        from webauthn import generate_registration_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        options = generate_registration_options(
            rp_id=self._relying_party,
            rp_name=product.NAME,
            user_id=user.id.bytes,
            user_name=user.email,
            user_display_name=user.name or user.email,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            exclude_credentials=_descriptors(existing),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        return options_to_json_dict(options), challenge

    def authentication_options(self, allowed: Sequence[PasskeyKey]) -> tuple[Json, bytes]:
        """Return the browser's options for using one of the `allowed` passkeys, by default any, and their challenge."""
        from webauthn import generate_authentication_options
        from webauthn.helpers import options_to_json_dict
        from webauthn.helpers.structs import UserVerificationRequirement

        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        options = generate_authentication_options(
            rp_id=self._relying_party,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            allow_credentials=_descriptors(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options), challenge

    def accept(self, credential: Json, challenge: bytes) -> NewPasskey | None:
        """Return the passkey that was created for `challenge`, or None if it is not genuine."""
        from webauthn import verify_registration_response

        try:
            found = verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._relying_party,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except Exception as error:  # noqa: BLE001  (whatever a parser stumbles over, it was sent by the client)
            log.warning("passkey rejected", reason=f"{type(error).__name__}: {error}")
            return None
        return NewPasskey(
            found.credential_id,
            found.credential_public_key,
            found.sign_count,
            _transports(credential),
            found.credential_backed_up,
        )

    def credential_id(self, credential: Json) -> bytes:
        """Return the id of the passkey that the client claims to have used. Nothing is verified yet."""
        from webauthn.helpers import base64url_to_bytes

        try:
            return base64url_to_bytes(credential["id"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return b""

    def new_sign_count(self, credential: Json, challenge: bytes, key: PasskeyKey) -> int | None:
        """Return the passkey's signature count if it signed `challenge`, or None if anything is wrong.

        A count that has not grown is wrong: the key was cloned (WebAuthn level 3, section 6.1.1).
        """
        from webauthn import verify_authentication_response
        from webauthn.helpers import parse_authentication_credential_json

        try:
            parsed = parse_authentication_credential_json(dict(credential))
            found = verify_authentication_response(
                credential=parsed,
                expected_challenge=challenge,
                expected_rp_id=self._relying_party,
                expected_origin=self._origin,
                credential_public_key=key.public_key,
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        except Exception as error:  # noqa: BLE001  (as above)
            log.warning("passkey refused", passkey=str(key.id), reason=f"{type(error).__name__}: {error}")
            return None
        owner = parsed.response.user_handle
        return found.new_sign_count if owner is None or hmac.compare_digest(owner, key.user_id.bytes) else None


def _descriptors(keys: Sequence[PasskeyKey]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=key.credential_id, transports=[AuthenticatorTransport(transport) for transport in key.transports]
        )
        for key in keys
    ]


def _transports(credential: Json) -> tuple[str, ...]:
    """Return the transports of the authenticator. They are hints for the browser."""
    offered = credential["response"].get("transports")
    return tuple(sorted(_known_transports().intersection(map(str, offered)))) if isinstance(offered, list) else ()


@cache
def _known_transports() -> frozenset[str]:
    from webauthn.helpers.structs import AuthenticatorTransport

    return frozenset(str(transport.value) for transport in AuthenticatorTransport)
