"""Signing in with an account at another provider."""

from uuid import UUID

from domain.events import CredentialsChange, UserSignedUp
from domain.identity.client_info import ClientInfo
from domain.identity.external_identity import (
    AccountDeactivated,
    AccountExists,
    EmailNotVerified,
    Handshake,
    HandshakeFailed,
    Profile,
    ProviderAnswer,
)
from domain.identity.invitation import InvitationExpired, SignUpClosed
from domain.identity.security_event import SecurityEventKind
from domain.identity.sign_in import SecondFactorRequired, SignedIn
from domain.permissions import Role
from domain.session import NotAuthenticated
from repository.identity.external_identity_repository import ExternalIdentityRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.user_repository import UserRepository
from service.identity.address_proof import AddressProof
from service.identity.audit_trail import AuditTrail
from service.identity.credential_changes import CredentialChanges
from service.identity.openid_connect import OpenIdProviders, answers, new_handshake
from service.identity.sign_in_completion import SignInCompletion
from service.jobs.outbox import Outbox


class ExternalSignInService:
    """Signs in users whom another provider has authenticated, or links them to an account.

    The provider is asked before the first statement, so that no connection is held while it responds.
    """

    def __init__(  # noqa: PLR0913
        self,
        providers: OpenIdProviders,
        identities: ExternalIdentityRepository,
        users: UserRepository,
        sessions: SignInSessionRepository,
        *,
        proof: AddressProof,
        changes: CredentialChanges,
        completion: SignInCompletion,
        outbox: Outbox,
        audit: AuditTrail,
        client: ClientInfo,
        is_sign_up_open: bool,
    ) -> None:
        self._providers = providers
        self._identities = identities
        self._users = users
        self._sessions = sessions
        self._proof = proof
        self._changes = changes
        self._completion = completion
        self._outbox = outbox
        self._audit = audit
        self._language = client.language
        self._is_sign_up_open = is_sign_up_open

    async def start(self, provider: str, *, redirect: str, again: bool = False) -> tuple[str, Handshake]:
        """Return the URL of the provider, and the handshake for the browser's cookie. In the end it goes to `redirect`.

        Args:
            provider: its name.
            redirect: the page to come back to.
            again: whether the user must sign in there again, so that the new session is recently authenticated.

        Raises:
            ProviderNotFound: there is no such provider.
            ProviderUnavailable: it is out of reach.
        """
        handshake = new_handshake(provider, redirect=redirect, again=again)
        return await self._providers.get(provider).authorization_url(handshake), handshake

    async def finish(
        self, provider: str, handshake: Handshake | None, answer: ProviderAnswer
    ) -> SignedIn | SecondFactorRequired | None:
        """Sign in the user that the provider identifies, or link the identity and return None.

        Raises:
            ProviderNotFound: there is no such provider.
            HandshakeFailed: the answer is not for this browser, or not of this provider.
            ProviderRefused: the provider did not sign the user in.
            ProviderAnswerInvalid: the response cannot be trusted.
            ProviderUnavailable: it is out of reach.
            NotAuthenticated: the session that began to link has ended.
            IdentityTaken: the identity to link is linked to an account already.
            AccountDeactivated: the account may not sign in.
            SignUpClosed: the address has no account, and accounts are made by invitation only.
            EmailNotVerified: a new account would need a verified address.
            InvitationExpired: the address has an account that its user did not accept in time.
            AccountExists: the address has a proved account that the identity is not linked to.
        """
        asked = self._providers.get(provider)
        if handshake is None or not answers(answer, handshake, provider=provider):
            raise HandshakeFailed
        profile = await asked.redeem(answer, handshake)
        if handshake.session_id is not None:
            await self._link(profile, handshake.session_id)
            return None
        return await self._sign_in(profile)

    async def _link(self, profile: Profile, session_id: UUID) -> None:
        user = await self._sessions.lock_user_of_open(session_id)
        if user is None or not user.is_verified:
            raise NotAuthenticated
        await self._identities.add(user.id, profile)
        await self._changes.revoke_sessions_and_notify(
            user.id,
            SecurityEventKind.IDENTITY_LINKED,
            CredentialsChange.IDENTITY_LINKED,
            kept=session_id,
            issuer=profile.issuer,
        )

    async def _sign_in(self, profile: Profile) -> SignedIn | SecondFactorRequired:
        user = await self._identities.get_user(profile.issuer, profile.subject)
        if user is None:
            return await self._sign_up(profile)
        if not user.is_active:
            raise AccountDeactivated
        return await self._completion.complete(user.id, proof_age=profile.proof_age, issuer=profile.issuer)

    async def _sign_up(self, profile: Profile) -> SignedIn:
        if profile.email is None or not profile.is_email_verified:
            raise EmailNotVerified
        if not self._is_sign_up_open:
            return await self._claim(profile, profile.email)
        user = await self._users.add_unless_taken(
            profile.email,
            name=profile.name,
            password_hash=None,
            roles=[Role.MEMBER],
            is_verified=True,
            language=self._language,
        )
        if user is None:
            return await self._claim(profile, profile.email)
        await self._identities.add(user.id, profile)
        self._outbox.publish(UserSignedUp(user.id, user.email))
        return await self._completion.open_session(
            user.id, SecurityEventKind.SIGNED_UP, proof_age=profile.proof_age, issuer=profile.issuer
        )

    async def _claim(self, profile: Profile, email: str) -> SignedIn:
        """Take an account over that another person may have made with the address, if its address was never proved.

        A proved one is not touched: the holder of the address there need not be the holder here.
        """
        found = await self._users.lock_by_email(email)
        if found is None:
            if not self._is_sign_up_open:
                raise SignUpClosed
            raise AccountExists
        user, was_proved = found
        if was_proved or user.is_verified:
            raise AccountExists
        if user.invitation_has_expired:
            raise InvitationExpired
        if not user.is_active:
            raise AccountDeactivated
        await self._proof.hand_over(user.id, to_holder=False)
        await self._users.mark_verified(user.id)
        await self._identities.add(user.id, profile)
        self._audit.record(SecurityEventKind.EMAIL_VERIFIED, user.id, issuer=profile.issuer)
        self._audit.warn_owner(user.id, CredentialsChange.IDENTITY_LINKED)
        return await self._completion.open_session(user.id, proof_age=profile.proof_age, issuer=profile.issuer)
