"""A second transaction for changes that must survive a refused request. The refusal rolls the first one back."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.permissions import Actor
from repository.identity.passkey_repository import PasskeyRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.user_repository import UserRepository
from service.identity.audit_trail import AuditTrail
from service.identity.second_factors import SecondFactors
from service.identity.sign_in_completion import SignInCompletion


class AutonomousIdentity(Protocol):
    """The parts of the identity area that a second transaction is opened for."""

    @property
    def session_repository(self) -> SignInSessionRepository:
        """Sign-in sessions."""

    @property
    def user_repository(self) -> UserRepository:
        """Accounts."""

    @property
    def passkey_repository(self) -> PasskeyRepository:
        """Passkeys and their challenges."""

    @property
    def pending_sign_in_repository(self) -> PendingSignInRepository:
        """Sign-ins that wait for a second factor."""

    @property
    def sign_in_completion(self) -> SignInCompletion:
        """Opens sessions."""

    @property
    def second_factors(self) -> SecondFactors:
        """Checks second factors."""

    @property
    def audit(self) -> AuditTrail:
        """The audit trail."""


class IdentityTransaction(Protocol):
    """A unit of work of its own, as identity services see it."""

    @property
    def identity(self) -> AutonomousIdentity:
        """The identity area."""


class OpensIdentityTransaction(Protocol):
    """Opens a second unit of work, which is committed when its block ends."""

    def __call__(self, actor: Actor = ...) -> AbstractAsyncContextManager[IdentityTransaction]:
        """Return the unit of work, to be entered.

        Without `actor` it is the system's, which too many emails do not refuse.
        """
