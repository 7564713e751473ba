"""Answering a repeated request with the first answer."""

from domain.operations.idempotency import (
    ANSWERS_KEPT,
    IdempotencyKeyReused,
    KeyedRequest,
    RequestInFlight,
    StoredAnswer,
)
from domain.permissions import Actor
from repository.operations.idempotency_repository import IdempotencyRepository
from service.base_service import BaseService


class IdempotencyService(BaseService):
    """Remembers answers in the transaction of what they answer: both are there, or neither is."""

    def __init__(self, actor: Actor, answers: IdempotencyRepository) -> None:
        """Keep the actor's answers through `answers`."""
        super().__init__(actor)
        self._answers = answers

    async def recall(self, request: KeyedRequest) -> StoredAnswer | None:
        """Return the first answer to this request, or None when this is the first time; others must wait then.

        Raises:
            NotAuthenticated: nobody is signed in; keys belong to users.
            IdempotencyKeyReused: the key came with another request.
            RequestInFlight: the first one has not been answered yet.
        """
        user_id = self._require_signed_in()
        is_ours, request_hash, answer = await self._answers.claim(user_id, request.key)
        if request_hash is not None and request_hash != request.request_hash:
            raise IdempotencyKeyReused
        if answer is None and not is_ours:
            raise RequestInFlight
        return answer

    async def remember(self, request: KeyedRequest, answer: StoredAnswer) -> None:
        """Store the answer with what the request did.

        Raises:
            NotAuthenticated: nobody is signed in.
            RequestInFlight: another one was answered since `recall`; everything is rolled back.
        """
        if not await self._answers.keep(self._require_signed_in(), request, answer):
            raise RequestInFlight

    async def delete_expired(self) -> int:
        """Delete the answers that are not given again any more, and return how many."""
        return await self._answers.delete_older(ANSWERS_KEPT)
