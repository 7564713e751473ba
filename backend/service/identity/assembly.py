"""Assembles the identity area, `work.identity`."""

from collections.abc import Callable
from functools import cached_property
from uuid import UUID

from repository.identity.account_repository import AccountRepository
from repository.identity.api_token_repository import ApiTokenRepository
from repository.identity.credential_repository import CredentialRepository
from repository.identity.external_identity_repository import ExternalIdentityRepository
from repository.identity.mfa_repository import MfaRepository
from repository.identity.one_time_token_repository import OneTimeTokenRepository
from repository.identity.passkey_repository import PasskeyRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from repository.identity.security_event_repository import OwnedSecurityEventRepository, SecurityEventRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.user_repository import UserRepository
from service.auth_service import AuthService
from service.identity.account_guard import AccountGuard
from service.identity.address_proof import AddressProof
from service.identity.admin_bootstrap import AdminBootstrap
from service.identity.api_token_service import ApiTokenService
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.identity.autonomous import OpensIdentityTransaction
from service.identity.credential_changes import CredentialChanges
from service.identity.email_address_service import EmailAddressService
from service.identity.email_quota import EmailQuota
from service.identity.external_identity_service import ExternalIdentityService
from service.identity.external_sign_in_service import ExternalSignInService
from service.identity.invitation_service import InvitationService
from service.identity.mfa_requirement import MfaRequirement
from service.identity.mfa_service import MfaService
from service.identity.one_time_links import OneTimeLinks
from service.identity.passkey_service import PasskeyService
from service.identity.password_check import PasswordCheck
from service.identity.password_reset_service import PasswordResetService
from service.identity.password_service import PasswordService
from service.identity.reauthentication_service import ReauthenticationService
from service.identity.registration import Registration
from service.identity.resources import IdentityResources
from service.identity.second_factor_removal import SecondFactorRemoval
from service.identity.second_factors import SecondFactors
from service.identity.security_event_service import SecurityEventService
from service.identity.session_issuer import SessionIssuer
from service.identity.session_service import SessionService
from service.identity.sign_in_completion import SignInCompletion
from service.identity.sign_in_service import SignInService
from service.identity.user_administration_service import UserAdministrationService
from service.jobs.outbox import Outbox
from service.unit_of_work import UnitOfWork
from service.user_service import UserService


class IdentityServices:
    """The identity services of one unit of work, each assembled at its first use."""

    def __init__(
        self,
        work: UnitOfWork,
        resources: IdentityResources,
        *,
        outbox: Outbox,
        autonomous_transaction: OpensIdentityTransaction,
        forget_user: Callable[[UUID], None],
    ) -> None:
        self._work = work
        self._actor = work.actor
        self._client = work.client
        self._connection = work.connection
        self.user_repository = UserRepository(work.connection)
        self.session_repository = SignInSessionRepository(work.connection)
        self.passkey_repository = PasskeyRepository(work.connection)
        self._mfa_repository = MfaRepository(work.connection)
        self.pending_sign_in_repository = PendingSignInRepository(work.connection)
        self._resources = resources
        self._settings = resources.settings
        self._outbox = outbox
        self._autonomous_transaction = autonomous_transaction
        self._forget_user = forget_user

    @cached_property
    def email_quota(self) -> EmailQuota:
        """How many emails a request may cause."""
        return EmailQuota(self._work, self._outbox, users=self.user_repository, limits=self.limits)

    @cached_property
    def auth(self) -> AuthService:
        """Signing up, in and out."""
        return AuthService(
            self._actor,
            registration=self.registration,
            passwords=self._password_check,
            limits=self.limits,
            completion=self.sign_in_completion,
            sessions=self.session_repository,
            audit=self.audit,
        )

    @cached_property
    def admin_bootstrap(self) -> AdminBootstrap:
        """Creating admins."""
        return AdminBootstrap(self.user_repository, self._resources.hasher, self.audit)

    @cached_property
    def registration(self) -> Registration:
        """Accounts of new users."""
        return Registration(
            self.user_repository,
            hasher=self._resources.hasher,
            limits=self.limits,
            outbox=self._outbox,
            audit=self.audit,
            client=self._client,
            is_open=self._settings.signup_enabled,
            hides_accounts=self._settings.signup_enumeration_safe,
            unproved_kept=self._settings.unverified_account_lifetime,
        )

    @cached_property
    def _password_check(self) -> PasswordCheck:
        return PasswordCheck(
            self.user_repository,
            hasher=self._resources.hasher,
            autonomous_transaction=self._autonomous_transaction,
            requires_verified=self._settings.signup_enumeration_safe,
        )

    @cached_property
    def sign_ins(self) -> SignInService:
        """Sign-ins by second factors and passkeys."""
        return SignInService(
            self.pending_sign_in_repository,
            self.passkey_repository,
            ceremony=self._resources.passkey_ceremony,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def sign_in_completion(self) -> SignInCompletion:
        """The end of every sign-in: a session, or the question for a second factor."""
        return SignInCompletion(
            self.user_repository,
            self._mfa_repository,
            self.pending_sign_in_repository,
            self._session_issuer,
            requirement=self.mfa_requirement,
            audit=self.audit,
        )

    @cached_property
    def passwords(self) -> PasswordService:
        """Changing passwords."""
        return PasswordService(
            self.user_repository,
            hasher=self._resources.hasher,
            links=self.links,
            issuer=self._session_issuer,
            changes=self._credential_changes,
            limits=self.limits,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def password_resets(self) -> PasswordResetService:
        """Getting back in without a password."""
        return PasswordResetService(
            self.user_repository,
            hasher=self._resources.hasher,
            links=self.links,
            outbox=self._outbox,
            proof=self._address_proof,
            changes=self._credential_changes,
            audit=self.audit,
            limits=self.limits,
        )

    @cached_property
    def email_addresses(self) -> EmailAddressService:
        """Verifying and changing email addresses."""
        return EmailAddressService(
            self._actor,
            self.user_repository,
            links=self.links,
            proof=self._address_proof,
            changes=self._credential_changes,
            hasher=self._resources.hasher,
            limits=self.limits,
            audit=self.audit,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def users(self) -> UserService:
        """Users and their own accounts."""
        return UserService(
            self._actor,
            self.user_repository,
            AccountRepository(self._connection, self._actor),
            outbox=self._outbox,
            audit=self.audit,
            client=self._client,
        )

    @cached_property
    def links(self) -> OneTimeLinks:
        """One-time links in emails."""
        return OneTimeLinks(
            OneTimeTokenRepository(self._connection),
            secrets=self._resources.one_time_secrets,
            outbox=self._outbox,
            autonomous_transaction=self._autonomous_transaction,
            client=self._client,
        )

    @cached_property
    def mfa(self) -> MfaService:
        """Two-factor authentication."""
        return MfaService(
            self._actor,
            self._mfa_repository,
            users=self.user_repository,
            totp=self._resources.totp_codes,
            changes=self._credential_changes,
        )

    @cached_property
    def passkeys(self) -> PasskeyService:
        """Passkeys."""
        return PasskeyService(
            self._actor,
            self.passkey_repository,
            users=self.user_repository,
            ceremony=self._resources.passkey_ceremony,
            changes=self._credential_changes,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def reauthentication(self) -> ReauthenticationService:
        """Proving one's identity again."""
        return ReauthenticationService(
            self._actor,
            self.user_repository,
            self.session_repository,
            hasher=self._resources.hasher,
            audit=self.audit,
            limits=self.limits,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def sessions(self) -> SessionService:
        """Recognising, refreshing and ending sessions."""
        return SessionService(
            self._actor,
            self.session_repository,
            access_tokens=self._resources.access_tokens,
            issuer=self._session_issuer,
            requirement=self.mfa_requirement,
            audit=self.audit,
            autonomous_transaction=self._autonomous_transaction,
        )

    @cached_property
    def api_tokens(self) -> ApiTokenService:
        """Personal API tokens."""
        return ApiTokenService(
            self._actor,
            ApiTokenRepository(self._connection),
            requirement=self.mfa_requirement,
            changes=self._credential_changes,
            audit=self.audit,
            note_use=self._resources.token_usage.note,
        )

    @cached_property
    def external_identities(self) -> ExternalIdentityService:
        """The accounts at other providers that a user can sign in with."""
        return ExternalIdentityService(
            self._actor,
            self._resources.openid_providers,
            ExternalIdentityRepository(self._connection),
            changes=self._credential_changes,
        )

    @cached_property
    def external_sign_in(self) -> ExternalSignInService:
        """Signing in with an account at another provider."""
        return ExternalSignInService(
            self._resources.openid_providers,
            ExternalIdentityRepository(self._connection),
            self.user_repository,
            self.session_repository,
            proof=self._address_proof,
            changes=self._credential_changes,
            completion=self.sign_in_completion,
            outbox=self._outbox,
            audit=self.audit,
            client=self._client,
            is_sign_up_open=self._settings.signup_enabled,
        )

    @cached_property
    def administration(self) -> UserAdministrationService:
        """Other users' accounts."""
        return UserAdministrationService(
            self._actor,
            AccountRepository(self._connection, self._actor),
            guard=self._account_guard,
            sessions=self.session_repository,
            factors=self._mfa_repository,
            removal=self.second_factor_removal,
            audit=self.audit,
        )

    @cached_property
    def invitations(self) -> InvitationService:
        """Accounts that wait for their users to accept."""
        return InvitationService(
            self.user_repository,
            guard=self._account_guard,
            links=self.links,
            hasher=self._resources.hasher,
            completion=self.sign_in_completion,
            audit=self.audit,
            unaccepted_kept=self._settings.unverified_account_lifetime,
        )

    @cached_property
    def _account_guard(self) -> AccountGuard:
        return AccountGuard(self._actor, AccountRepository(self._connection, self._actor))

    @cached_property
    def security_events(self) -> SecurityEventService:
        """The audit log."""
        return SecurityEventService(
            self._actor,
            OwnedSecurityEventRepository(self._connection, self._actor),
            kept=self._settings.audit_log_lifetime,
        )

    @cached_property
    def audit(self) -> AuditTrail:
        """Audit log entries and notices, written with this unit of work."""
        return AuditTrail(
            SecurityEventRepository(self._connection),
            self._actor,
            client=self._client,
            request_id=self._work.request_id,
            outbox=self._outbox,
            forget_user=self._forget_user,
            count=self._resources.metrics.count_security_event,
        )

    @cached_property
    def limits(self) -> AttemptLimits:
        """Limits on guessing and on causing emails."""
        return self._resources.limits(self._client)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Checks second factors, in this transaction."""
        totp, ceremony = self._resources.totp_codes, self._resources.passkey_ceremony
        return SecondFactors(
            self._mfa_repository, self.passkey_repository, totp=totp, ceremony=ceremony, audit=self.audit
        )

    @cached_property
    def _session_issuer(self) -> SessionIssuer:
        return self._resources.session_issuer(self.session_repository, self._client)

    @cached_property
    def mfa_requirement(self) -> MfaRequirement:
        """Whether the actor must have a second factor."""
        return MfaRequirement(self._mfa_repository, self._settings.mfa_required_roles)

    @cached_property
    def _credential_changes(self) -> CredentialChanges:
        return CredentialChanges(self._actor, self.session_repository, self.audit)

    @cached_property
    def _address_proof(self) -> AddressProof:
        return AddressProof(
            self._actor,
            self.user_repository,
            self.session_repository,
            CredentialRepository(self._connection),
            audit=self.audit,
        )

    @cached_property
    def second_factor_removal(self) -> SecondFactorRemoval:
        """Removing lost second factors."""
        return SecondFactorRemoval(
            self._mfa_repository, self.passkey_repository, self.user_repository, changes=self._credential_changes
        )
