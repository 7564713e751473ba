"""`Idempotency-Key`: a client can repeat a POST safely and gets the first response again."""

import hashlib
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request, Response, status
from pydantic import BaseModel

from api.dependencies import refuses_with, unit_of_work_dep
from api.exceptions import IdempotencyKeyReusedException, NotAuthenticatedException, RequestInFlightException
from api.schemas.envelope import Data
from domain.operations.idempotency import KEY_MAX_LENGTH, KeyedRequest, StoredAnswer
from service.factory import Work

Item = TypeVar("Item", bound=BaseModel)


class AnswerReplayed(Exception):
    """Not an error: ends a repeated request with the first response."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__()
        self.answer = answer


class IdempotentResponse:
    """Builds the response to a POST, and stores it in the same transaction if the client sent a key."""

    def __init__(self, work: Work, response: Response, request: KeyedRequest | None) -> None:
        self._work = work
        self._response = response
        self._request = request

    async def created(self, item: Item, *, at: str) -> Data[Item]:
        """Return the response for a resource that was created at the path `at`.

        Raises:
            NotAuthenticated: the caller is not signed in.
            RequestInFlight: the same request was answered concurrently; this one is rolled back.
        """
        return await self._respond(status.HTTP_201_CREATED, item, at=at)

    async def accepted(self, item: Item, *, at: str) -> Data[Item]:
        """Return the response for a resource that a background job creates at the path `at`.

        Raises:
            NotAuthenticated: the caller is not signed in.
            RequestInFlight: the same request was answered concurrently; this one is rolled back.
        """
        return await self._respond(status.HTTP_202_ACCEPTED, item, at=at)

    async def _respond(self, status_code: int, item: Item, *, at: str) -> Data[Item]:
        self._response.headers["Location"] = at
        body: Data[Item] = Data(data=item)
        if self._request is not None:
            headers = dict(self._response.headers)
            stored = StoredAnswer(status_code, headers, body.model_dump_json())
            await self._work.operations.idempotency.remember(self._request, stored)
        return body


@refuses_with(NotAuthenticatedException, IdempotencyKeyReusedException, RequestInFlightException)
async def _idempotency(
    request: Request,
    response: Response,
    work: unit_of_work_dep,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=KEY_MAX_LENGTH,
            pattern=r"^[\x21-\x7e]+$",
            description="Any unique text. A request repeated within 24 hours gets the first response.",
        ),
    ] = None,
) -> IdempotentResponse:
    # An anonymous request has no owner to store a response for; the routes refuse it.
    if idempotency_key is None or work.actor.user_id is None:
        return IdempotentResponse(work, response, None)
    keyed = KeyedRequest(idempotency_key, await _hash(request))
    answer = await work.operations.idempotency.recall(keyed)
    if answer is not None:
        raise AnswerReplayed(answer)
    return IdempotentResponse(work, response, keyed)


idempotency_dep = Annotated[IdempotentResponse, Depends(_idempotency)]


async def answer_replayed(_: Request, replayed: Exception) -> Response:
    """Send the stored response."""
    assert isinstance(replayed, AnswerReplayed)
    answer = replayed.answer
    return Response(answer.body, answer.status, answer.headers, media_type="application/json")


async def _hash(request: Request) -> bytes:
    """Return a hash that tells this request from others with the same key."""
    return hashlib.sha256(f"{request.url.path}\n".encode() + await request.body()).digest()
