"""What every service knows."""

from uuid import UUID

from domain.permissions import Actor
from domain.session import NotAuthenticated


class BaseService:
    """Holds the actor on whose behalf the service works."""

    def __init__(self, actor: Actor) -> None:
        """Work on behalf of `actor`."""
        self._actor = actor

    def _require_signed_in(self) -> UUID:
        if self._actor.user_id is None:
            raise NotAuthenticated
        return self._actor.user_id

    def _require_session(self) -> UUID:
        if self._actor.session_id is None:
            raise NotAuthenticated
        return self._actor.session_id
