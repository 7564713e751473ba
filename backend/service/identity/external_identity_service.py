"""The accounts at other providers that a user can sign in with."""

from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.external_identity import ExternalIdentity, Handshake, IdentityNotFound, LastSignInMethod
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from repository.identity.external_identity_repository import ExternalIdentityRepository
from service.base_service import BaseService
from service.identity.credential_changes import CredentialChanges
from service.identity.openid_connect import OpenIdProvider, OpenIdProviders, new_handshake


class ExternalIdentityService(BaseService):
    """Lists, links and unlinks the identities at other providers that the actor can sign in with."""

    def __init__(
        self,
        actor: Actor,
        providers: OpenIdProviders,
        identities: ExternalIdentityRepository,
        *,
        changes: CredentialChanges,
    ) -> None:
        super().__init__(actor)
        self._providers = providers
        self._identities = identities
        self._changes = changes

    def providers(self) -> list[OpenIdProvider]:
        """Return the providers to sign in with."""
        return list(self._providers)

    async def start_linking(self, provider: str, *, redirect: str) -> tuple[str, Handshake]:
        """Return the URL at which the browser links an identity with the account, and the handshake for its cookie.

        Raises:
            NotAuthenticated: the caller is not signed in with a session.
            EmailUnverified: the account's address is not verified.
            ProviderNotFound: there is no such provider.
            ProviderUnavailable: it is out of reach.
        """
        session_id = self._require_session()
        self._require_verified()
        handshake = new_handshake(provider, redirect=redirect, session_id=session_id)
        return await self._providers.get(provider).authorization_url(handshake), handshake

    async def find(self) -> list[tuple[ExternalIdentity, OpenIdProvider | None]]:
        """Return the actor's linked identities, each with its provider, unless the settings name it no more.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        by_issuer = {provider.issuer: provider for provider in self._providers}
        identities = await self._identities.find(self._require_signed_in())
        return [(identity, by_issuer.get(identity.issuer)) for identity in identities]

    async def unlink(self, identity_id: UUID) -> None:
        """Remove one of the actor's ways of signing in, if there is another.

        Raises:
            NotAuthenticated: the caller is not signed in, or the session has just ended.
            IdentityNotFound: it does not exist, or it belongs to another user.
            LastSignInMethod: there is no other.
        """
        user_id = self._require_signed_in()
        await self._changes.require_open_session()  # of two at once, each would count on the other's
        identity = await self._identities.delete(identity_id, user_id=user_id)
        if identity is None:
            raise IdentityNotFound
        if not await self._identities.can_sign_in(user_id):
            raise LastSignInMethod
        await self._changes.revoke_sessions_and_notify(
            user_id, SecurityEventKind.IDENTITY_UNLINKED, CredentialsChange.IDENTITY_UNLINKED, issuer=identity.issuer
        )
