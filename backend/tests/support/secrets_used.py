"""The secrets of the tests' clients, collected to be searched for where they must never be."""

import json
from collections.abc import Iterable
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl

import httpx2 as httpx

# Fields of bodies whose values are secret, in any request and answer.
SECRET_FIELDS = frozenset(
    {
        "password",
        "current_password",
        "new_password",
        "token",
        "access_token",
        "refresh_token",
        "code",
        "recovery_code",
        "recovery_codes",
        "secret",
        "credential",
    }
)
# The names of errors, and what an authenticator app shows only ever goes in.
NOT_IN_ANSWERS = frozenset({"code"})
# Shorter or plainer values occur by chance, and these words stand for bad passwords in tests.
MIN_LENGTH = 8
MIN_CHARACTERS = 6
# The parts of a long text that are looked up, and the length at which a secret contains a whole one.
BLOCK = 8
SEEN_LENGTH = 2 * BLOCK - 1
WORDS = frozenset({"password", "grace.hopper", "hopper1906"})


class SecretsUsed:
    """Everything secret that went through the clients that it watches."""

    def __init__(self) -> None:
        self.values: set[str] = set()

    def watch(self, client: httpx.AsyncClient) -> httpx.AsyncClient:
        """Collect from everything that `client` sends and gets."""
        client.event_hooks["request"].append(self._collect_request)
        client.event_hooks["response"].append(self._collect_response)
        return client

    def found_in(self, text: str) -> list[str]:
        """Return the secrets that occur in `text`."""
        return sorted(value for value in self.values if value in text)

    def found_in_long(self, text: str) -> list[str]:
        """Return the secrets that occur in a text of megabytes.

        A secret of `SEEN_LENGTH` characters or more covers one of the blocks into which the text is cut, wherever it
        begins. So only those are searched for of which a block is there.
        """
        blocks = {text[at : at + BLOCK] for at in range(0, len(text), BLOCK)}
        return sorted(value for value in self.values if _may_be_among(blocks, value) and value in text)

    def add(self, values: Iterable[object]) -> None:
        """Remember those of the values that cannot occur by chance."""
        texts = (value for value in values if isinstance(value, str) and len(value) >= MIN_LENGTH)
        self.values.update(text for text in texts if len(set(text)) >= MIN_CHARACTERS and text not in WORDS)

    async def _collect_request(self, request: httpx.Request) -> None:
        self.add([request.headers.get("authorization", "").removeprefix("Bearer ")])
        self._add_cookies(request.headers.get_list("cookie"))
        try:
            body = await request.aread()
        except RuntimeError:  # a stream that can be read once
            return
        self._add_fields(body, request.headers.get("content-type", ""), SECRET_FIELDS)

    async def _collect_response(self, response: httpx.Response) -> None:
        self._add_cookies(response.headers.get_list("set-cookie"))
        if response.headers.get("content-type", "").startswith("application/json"):
            self._add_fields(await response.aread(), "application/json", SECRET_FIELDS - NOT_IN_ANSWERS)

    def _add_cookies(self, headers: list[str]) -> None:
        for header in headers:
            self.add(morsel.value for morsel in SimpleCookie(header).values())

    def _add_fields(self, body: bytes, content_type: str, fields: frozenset[str]) -> None:
        text = body.decode(errors="replace")
        if content_type.startswith("application/x-www-form-urlencoded"):
            self._add_secret_fields(dict(parse_qsl(text)), fields)
            return
        try:
            self._add_secret_fields(json.loads(text), fields)
        except (ValueError, RecursionError):
            return

    def _add_secret_fields(self, value: object, fields: frozenset[str]) -> None:
        if isinstance(value, list):
            for item in value:
                self._add_secret_fields(item, fields)
        if isinstance(value, dict):
            for name, item in value.items():
                if name in fields:
                    self.add(item if isinstance(item, list) else [item])
                self._add_secret_fields(item, fields)


def _may_be_among(blocks: set[str], value: str) -> bool:
    end = value[-SEEN_LENGTH:]  # what tokens begin with, all have
    return len(value) < SEEN_LENGTH or any(end[at : at + BLOCK] in blocks for at in range(BLOCK))


SECRETS_USED = SecretsUsed()
