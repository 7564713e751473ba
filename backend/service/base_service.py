"""The base of services."""

from dataclasses import replace
from uuid import UUID

from domain.permissions import Actor
from domain.session import NotAuthenticated
from domain.user import EmailUnverified, User


class BaseService:
    """Holds the actor on whose behalf the service works."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def _require_signed_in(self) -> UUID:
        if self._actor.user_id is None:
            raise NotAuthenticated
        return self._actor.user_id

    def _require_verified(self) -> UUID:
        """Return the actor's id, unless the address of their account may belong to another person.

        Every service that adds a credential calls this: a credential from before the proof would outlive the moment at
        which the address's owner takes the account over.
        """
        user_id = self._require_signed_in()
        if not self._actor.is_verified:
            raise EmailUnverified
        return user_id

    def _as_actor_stands(self, user: User) -> User:
        """Return the actor's own account, without the permissions of their withheld roles."""
        return replace(user, withheld_roles=self._actor.withheld_roles)

    def _require_session(self) -> UUID:
        if self._actor.session_id is None:
            raise NotAuthenticated
        return self._actor.session_id
