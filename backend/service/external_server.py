"""Calls of a server of another company, from tasks: limited in time, recognisable when they are repeated."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx2 as httpx
from pydantic import TypeAdapter

from domain.jobs.job import PermanentError, TryLater
from service.public_network import PublicNetworkTransport

# Statuses after which the same call may succeed later, as after every status from 500.
TRANSIENT = {408, 409, 425, 429}
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class ExternalServer:
    """One server that the operator named.

    Args:
        address: its base URL.
        headers: sent with every call, e.g. the key.
        seconds: how long a call may take in all. Keep it well below the time limit of the task.
    """

    def __init__(self, address: str, *, headers: Mapping[str, str] | None = None, seconds: float = 10) -> None:
        self._seconds = seconds
        self._http = httpx.AsyncClient(
            base_url=address,
            headers=headers,
            timeout=seconds,
            transport=PublicNetworkTransport(trusted_hosts={urlsplit(address).hostname or ""}),
            follow_redirects=False,
            trust_env=False,
        )

    async def post(self, path: str, body: Mapping[str, object], *, idempotency_key: UUID) -> dict[str, Any]:
        """Send `body` as JSON and return the object that the server answers, empty if it answers nothing.

        Call it before the first statement of the task.

        Args:
            path: the path below the address.
            body: the values.
            idempotency_key: the same for every attempt, such as the id of the job; the server acts once for each key.

        Raises:
            TryLater: there is no answer in time, or one that asks for another attempt.
            PermanentError: the server refuses the call.
        """
        try:
            async with asyncio.timeout(self._seconds):  # httpx limits each step, not all of them together
                response = await self._http.post(path, json=body, headers={"Idempotency-Key": str(idempotency_key)})
        except (httpx.TransportError, TimeoutError) as error:
            raise TryLater(f"{self._http.base_url.host} does not answer: {type(error).__name__}.") from error
        return self._read(response)

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    def _read(self, response: httpx.Response) -> dict[str, Any]:
        answer = f"{self._http.base_url.host} answers {response.status_code}."
        if response.status_code in TRANSIENT or response.is_server_error:
            raise TryLater(answer, after=_wait(response.headers.get("Retry-After", "")))
        if not response.is_success:
            raise PermanentError(answer)
        try:
            return _OBJECT.validate_json(response.content or b"{}")
        except ValueError as error:
            raise PermanentError(f"{answer} It is not an object.") from error


def _wait(retry_after: str) -> timedelta:
    """Return how long the header `Retry-After` asks to wait: seconds, or a date (RFC 9110 section 10.2.3)."""
    try:
        if retry_after.isdecimal():
            return timedelta(seconds=int(retry_after))
        return max(parsedate_to_datetime(retry_after) - datetime.now(UTC), timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return timedelta(0)
