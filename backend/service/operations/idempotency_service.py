"""Answers a repeated request with the first response."""

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
    """Stores responses in the transaction of the request: both commit, or neither does."""

    def __init__(self, actor: Actor, answers: IdempotencyRepository) -> None:
        super().__init__(actor)
        self._answers = answers

    async def recall(self, request: KeyedRequest) -> StoredAnswer | None:
        """Return the first response to this request, or claim its key and return None.

        Raises:
            NotAuthenticated: the caller is not signed in; keys belong to users.
            IdempotencyKeyReused: the key belongs to a different request.
            RequestInFlight: the first request is still in progress.
        """
        user_id = self._require_signed_in()
        is_ours, request_hash, answer = await self._answers.claim(user_id, request.key)
        if request_hash is not None and request_hash != request.request_hash:
            raise IdempotencyKeyReused
        if answer is None and not is_ours:
            raise RequestInFlight
        return answer

    async def remember(self, request: KeyedRequest, answer: StoredAnswer) -> None:
        """Store the response in the transaction of the request.

        Raises:
            NotAuthenticated: the caller is not signed in.
            RequestInFlight: another request with this key finished after `recall`; everything is rolled back.
        """
        if not await self._answers.keep(self._require_signed_in(), request, answer):
            raise RequestInFlight

    async def delete_expired(self) -> int:
        """Delete expired responses and return how many there were."""
        return await self._answers.delete_older(ANSWERS_KEPT)
