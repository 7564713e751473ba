"""Sign-ins that go on with a second factor, or need no password at all."""

import secrets
from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.mfa import (
    ChallengePurpose,
    InvalidPasskey,
    InvalidSecondFactor,
    MfaMethod,
    SecondFactor,
    SignInEnded,
)
from domain.identity.sign_in import SignedIn
from domain.permissions import ANONYMOUS
from repository.identity.passkey_repository import PasskeyRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from service.identity.autonomous import IdentityTransaction, OpensIdentityTransaction
from service.identity.passkey_ceremony import Json, PasskeyCeremony
from service.security import TOKEN_BYTES, hash_token

# A transaction that deletes more takes longer than others should wait for.
CLEAN_UP_BATCH = 10_000


class SignInService:
    """Completes sign-ins by second factors and passkeys."""

    def __init__(
        self,
        pending: PendingSignInRepository,
        passkeys: PasskeyRepository,
        *,
        ceremony: PasskeyCeremony,
        autonomous_transaction: OpensIdentityTransaction,
    ) -> None:
        self._pending = pending
        self._passkeys = passkeys
        self._ceremony = ceremony
        self._autonomous_transaction = autonomous_transaction

    async def finish(self, token: str, factor: SecondFactor) -> SignedIn:
        """Complete the sign-in that `token` names. A success ends it, and so do several wrong factors.

        Raises:
            SignInEnded: it is over.
            InvalidSecondFactor: the factor is wrong or was used before.
            TooManyCodes: codes have to wait after too many wrong ones.
        """
        token_hash = hash_token(token)
        # A try counts although it is refused. A right factor is used up with the session that it opens, or not at all.
        async with self._autonomous_transaction(ANONYMOUS) as work:
            user_id = await work.identity.pending_sign_in_repository.count_try(token_hash)
            if user_id is None:
                raise SignInEnded
            method = await work.identity.second_factors.check(
                user_id, factor, holder=token_hash, purpose=ChallengePurpose.SIGN_IN
            )
            if method is not None:
                return await self._open_session(work, user_id, method, token_hash)
        raise InvalidSecondFactor

    async def passkey_options(self, token: str | None) -> tuple[Json, str]:
        """Return the options for a sign-in with a passkey, and the token that must accompany the response.

        Args:
            token: names a sign-in that waits for a second factor; then only its user's passkeys will do.
        """
        user_id = await self._pending.get_user_id(hash_token(token)) if token else None
        if token is None or user_id is None:
            token = secrets.token_urlsafe(TOKEN_BYTES)
        allowed = await self._passkeys.find_keys(user_id) if user_id else []
        options, challenge = self._ceremony.authentication_options(allowed)
        await self._passkeys.put_challenge(hash_token(token), ChallengePurpose.SIGN_IN, challenge)
        return options, token

    async def by_passkey(self, token: str, credential: Json) -> SignedIn:
        """Sign in with a passkey alone: it verifies its user, so it is two factors in one.

        Args:
            token: the token that accompanied the challenge.
            credential: the browser's answer to it.

        Raises:
            InvalidPasskey: the passkey is unknown, or did not sign the challenge, or the account is deactivated.
        """
        signed_in = None
        async with self._autonomous_transaction() as work:  # a challenge is used up although the answer is a refusal
            user_id = await work.identity.second_factors.use_passkey(
                credential, holder=hash_token(token), purpose=ChallengePurpose.SIGN_IN
            )
            if user_id is not None:
                signed_in = await work.identity.sign_in_completion.open_session(user_id, method=MfaMethod.PASSKEY)
        if signed_in is None:
            raise InvalidPasskey
        await self._pending.end(hash_token(token))
        return signed_in

    async def delete_expired(self) -> bool:
        """Delete a batch of expired sign-ins and challenges, and return whether there may be more."""
        deleted = (
            await self._pending.delete_expired(limit=CLEAN_UP_BATCH),
            await self._passkeys.delete_expired_challenges(limit=CLEAN_UP_BATCH),
        )
        return max(deleted) == CLEAN_UP_BATCH

    async def _open_session(
        self, work: IdentityTransaction, user_id: UUID, method: MfaMethod, token_hash: bytes
    ) -> SignedIn:
        await work.identity.pending_sign_in_repository.end(token_hash)
        if method is MfaMethod.RECOVERY_CODE:
            work.identity.audit.warn_owner(user_id, CredentialsChange.RECOVERY_CODE_USED)
        return await work.identity.sign_in_completion.open_session(user_id, method=method)
