"""`Idempotency-Key`: a client that does not know whether its POST arrived sends it again, and gets the first answer."""

import hashlib
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request, Response, status
from pydantic import BaseModel

from api.dependencies import refuses_with, unit_of_work_dep
from api.exceptions import IdempotencyKeyReusedException, NotAuthenticatedException, RequestInFlightException
from api.schemas.envelope import Data
from domain.operations.idempotency import KEY_MAX_LENGTH, KeyedRequest, StoredAnswer
from service.factory import UnitOfWork

Item = TypeVar("Item", bound=BaseModel)


class AnswerReplayed(Exception):
    """Not an error: ends a request that was answered before, with that answer."""

    def __init__(self, answer: StoredAnswer) -> None:
        """Answer with `answer`."""
        super().__init__()
        self.answer = answer


class IdempotentResponse:
    """Answers a POST, and keeps the answer in the same transaction if the client named a key."""

    def __init__(self, work: UnitOfWork, response: Response, request: KeyedRequest | None) -> None:
        """Keep the answer to `request`, if there is one, with what `work` writes."""
        self._work = work
        self._response = response
        self._request = request

    async def created(self, item: Item, *, at: str) -> Data[Item]:
        """Return the answer for something that was created and lives at the path `at`.

        Raises:
            NotAuthenticated: nobody is signed in.
            RequestInFlight: the same request was answered meanwhile; this one is rolled back.
        """
        return await self._answer(status.HTTP_201_CREATED, item, at=at)

    async def accepted(self, item: Item, *, at: str) -> Data[Item]:
        """Return the answer for something that is being made in the background and can be watched at the path `at`.

        Raises:
            NotAuthenticated: nobody is signed in.
            RequestInFlight: the same request was answered meanwhile; this one is rolled back.
        """
        return await self._answer(status.HTTP_202_ACCEPTED, item, at=at)

    async def _answer(self, status_code: int, item: Item, *, at: str) -> Data[Item]:
        self._response.headers["Location"] = at
        answer: Data[Item] = Data(data=item)
        if self._request is not None:
            headers = dict(self._response.headers)
            stored = StoredAnswer(status_code, headers, answer.model_dump_json())
            await self._work.idempotency.remember(self._request, stored)
        return answer


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
            description="Any unique text; sent again within 24 hours it gets the first answer.",
        ),
    ] = None,
) -> IdempotentResponse:
    # Nobody's requests have no owner to keep an answer for; the routes refuse them.
    if idempotency_key is None or work.actor.user_id is None:
        return IdempotentResponse(work, response, None)
    keyed = KeyedRequest(idempotency_key, await _hash(request))
    answer = await work.idempotency.recall(keyed)
    if answer is not None:
        raise AnswerReplayed(answer)
    return IdempotentResponse(work, response, keyed)


idempotency_dep = Annotated[IdempotentResponse, Depends(_idempotency)]


async def answer_replayed(_: Request, replayed: Exception) -> Response:
    """Send the first answer again."""
    assert isinstance(replayed, AnswerReplayed)
    answer = replayed.answer
    return Response(answer.body, answer.status, answer.headers, media_type="application/json")


async def _hash(request: Request) -> bytes:
    """Return what tells this request from others with the same key."""
    return hashlib.sha256(f"{request.url.path}\n".encode() + await request.body()).digest()
