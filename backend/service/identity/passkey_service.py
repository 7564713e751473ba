"""Passkeys: adding, naming and removing them, and the options for browsers."""

from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.mfa import ChallengePurpose, Passkey, PasskeyNotFound, PasskeyRejected
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from repository.identity.passkey_repository import PasskeyRepository
from repository.user_repository import UserRepository
from service.base_service import BaseService
from service.identity.autonomous import OpensIdentityTransaction
from service.identity.credential_changes import CredentialChanges
from service.identity.passkey_ceremony import Json, PasskeyCeremony
from service.security import hash_token


class PasskeyService(BaseService):
    """Keeps the actor's passkeys."""

    def __init__(
        self,
        actor: Actor,
        passkeys: PasskeyRepository,
        *,
        users: UserRepository,
        ceremony: PasskeyCeremony,
        changes: CredentialChanges,
        autonomous_transaction: OpensIdentityTransaction,
    ) -> None:
        super().__init__(actor)
        self._passkeys = passkeys
        self._users = users
        self._ceremony = ceremony
        self._changes = changes
        self._autonomous_transaction = autonomous_transaction

    async def find(self) -> list[Passkey]:
        """Return the actor's passkeys, the oldest first.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        return await self._passkeys.find(self._require_signed_in())

    async def registration_options(self) -> Json:
        """Return the options with which the actor's browser creates a passkey within the next minutes.

        Raises:
            NotAuthenticated: the caller is not signed in with a session.
            EmailUnverified: the account's address is not verified.
        """
        holder = self._session_holder()
        user = await self._users.get_signed_in(self._require_verified())
        options, challenge = self._ceremony.registration_options(user, await self._passkeys.find_keys(user.id))
        await self._passkeys.put_challenge(holder, ChallengePurpose.REGISTRATION, challenge)
        return options

    async def add(self, credential: Json, *, name: str) -> Passkey:
        """Add the passkey that the browser made.

        Raises:
            NotAuthenticated: the caller is not signed in with a session, or it has just ended.
            EmailUnverified: the account's address is not verified.
            PasskeyRejected: it was not made for us, or too late, or its challenge was used before.
            PasskeyTaken: an account has it already.
        """
        user_id, holder = self._require_verified(), self._session_holder()
        async with self._autonomous_transaction() as work:  # a challenge is used up although the answer is a refusal
            challenge = await work.identity.passkey_repository.take_challenge(holder, ChallengePurpose.REGISTRATION)
        found = self._ceremony.accept(credential, challenge) if challenge else None
        if found is None:
            raise PasskeyRejected
        await self._changes.require_open_session()
        passkey = await self._passkeys.add(user_id, found, name=name)
        await self._changes.revoke_sessions_and_notify(
            user_id, SecurityEventKind.PASSKEY_ADDED, CredentialsChange.PASSKEY_ADDED, passkey_id=str(passkey.id)
        )
        return passkey

    async def rename(self, passkey_id: UUID, name: str) -> Passkey:
        """Rename one of the actor's passkeys.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PasskeyNotFound: it does not exist, or it belongs to another user.
        """
        passkey = await self._passkeys.rename(passkey_id, user_id=self._require_signed_in(), name=name)
        if passkey is None:
            raise PasskeyNotFound
        return passkey

    async def remove(self, passkey_id: UUID) -> None:
        """Remove one of the actor's passkeys.

        Raises:
            NotAuthenticated: the caller is not signed in, or the session has just ended.
            PasskeyNotFound: it does not exist, or it belongs to another user.
        """
        user_id = self._require_signed_in()
        await self._changes.require_open_session()
        await self._changes.revoke_sessions_and_notify(
            user_id, SecurityEventKind.PASSKEY_REMOVED, CredentialsChange.PASSKEY_REMOVED, passkey_id=str(passkey_id)
        )
        if not await self._passkeys.remove(passkey_id, user_id=user_id):
            raise PasskeyNotFound

    async def reauthentication_options(self) -> Json:
        """Return the options with which the actor's browser authenticates again by a passkey.

        Raises:
            NotAuthenticated: the caller is not signed in with a session.
        """
        user_id, holder = self._require_signed_in(), self._session_holder()
        options, challenge = self._ceremony.authentication_options(await self._passkeys.find_keys(user_id))
        await self._passkeys.put_challenge(holder, ChallengePurpose.REAUTHENTICATION, challenge)
        return options

    def _session_holder(self) -> bytes:
        return hash_token(str(self._require_session()))
