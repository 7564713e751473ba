"""The user as whom Schemathesis asks, and the promises of the API that a schema cannot express."""

import asyncio
import os
import re
import time
from itertools import count
from typing import Any

import asyncpg
import httpx2 as httpx
import schemathesis
from schemathesis import AuthContext, Case, CheckContext, Response

from tests.support.helpers import PASSWORD

ADDRESS = os.environ["CONTRACT_ADDRESS"]
DATABASE_URL = os.environ["CONTRACT_DATABASE_URL"]
ROLES = os.environ["CONTRACT_ROLES"].split(",")
# Before the proof of identity that comes with signing in is too old for sensitive changes.
PROOF_SECONDS = 300.0
# The password of the account no longer works after these.
ENDINGS = {("DELETE", "/api/users/me"), ("POST", "/api/auth/change-password")}

# Why a request that keeps to the schema may be refused with another status than the usual ones.
KNOWN_REFUSALS = {
    "USER_ALREADY_EXISTS",  # which addresses have accounts is in the database
    "PASSWORD_TOO_COMMON",  # the list has half a million entries
    "PASSWORD_TOO_PERSONAL",  # it is compared with the address
    "WRONG_PASSWORD",  # the right one is known to its owner
    "WRONG_SECOND_FACTOR",
    "INVALID_LINK",  # tokens are signed by us
    "PASSKEY_REJECTED",
    "IDEMPOTENCY_KEY_REUSED",  # a key is good for one request, whatever was sent before
    "UNSUPPORTED_PICTURE",  # a schema says nothing about the content of a file
    "BROKEN_PICTURE",
}
# Invisible characters that patterns do not name: those beyond the Basic Multilingual Plane, whose numbers have five
# digits, and joiners, variation selectors and a Mongolian separator, which depend on their neighbours.
BEYOND_PATTERN = re.compile(r"\(U\+(?:[0-9A-F]{5,6}|200[CD]|180[B-F]|FE0[0-F])\)")
# The fields for which alone a validation may fail although the schema is kept.
KNOWN_FIELDS = {
    "cursor",  # sealed by us
    "page",  # not beside `cursor`: a schema describes one parameter at a time
    "offset",  # not beside `cursor` or `page`
    "email",  # the format knows no domains that cannot receive mail
}
# Refusals that any valid request may meet; 412 because `If-Match` names one of all versions.
USUAL_STATUSES = {401, 403, 404, 409, 412, 429}

_numbers = count(int(time.time()))


class Account:
    """A user who signs in again when their session has ended, and signs up again when their account is gone."""

    def __init__(self) -> None:
        self._client = httpx.Client(base_url=ADDRESS, timeout=20)
        self._credentials = {"email": f"asks{next(_numbers)}@example.com", "password": PASSWORD}
        self._cookies: dict[str, str] = {}
        self._since = -PROOF_SECONDS

    def cookies(self) -> dict[str, str]:
        """Return what a browser would send."""
        if time.monotonic() - self._since > PROOF_SECONDS or not self._is_signed_in():
            self._client.cookies.clear()
            if not self._client.post("/api/auth/signin", json=self._credentials).is_success:
                self._sign_up()
            self._cookies, self._since = dict(self._client.cookies), time.monotonic()
            self._client.cookies.clear()
        return self._cookies

    def _is_signed_in(self) -> bool:
        headers = {"Authorization": f"Bearer {_access_token(self._cookies)}"}
        return self._client.get("/api/users/me", headers=headers).is_success

    def _sign_up(self) -> None:
        answer = self._client.post("/api/auth/signup", json=self._credentials).raise_for_status()
        asyncio.run(_grant(answer.json()["data"]["id"]))


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    """One account for everything, so that it finds what it created, and a new one for each thing that ends accounts."""

    def __init__(self) -> None:
        self._lasting = Account()

    def get(self, case: Case[Any], context: AuthContext) -> dict[str, str]:
        ends_account = (case.operation.method.upper(), case.operation.path) in ENDINGS
        return (Account() if ends_account else self._lasting).cookies()

    def set(self, case: Case[Any], cookies: dict[str, str], context: AuthContext) -> None:
        if case.operation.path == "/api/auth/refresh" or _is_for_sessions_alone(case):
            case.headers["Sec-Fetch-Site"] = "same-origin"
            case.cookies.update(cookies)
        else:
            case.headers["Authorization"] = f"Bearer {_access_token(cookies)}"


def _is_for_sessions_alone(case: Case[Any]) -> bool:
    """Return whether API tokens are refused.

    Of what is left, Schemathesis can leave out a cookie, but no OAuth2 token.
    """
    schemes = {name for option in case.operation.definition.raw.get("security", []) for name in option}
    return bool(schemes) and "ApiToken" not in schemes


def _access_token(cookies: dict[str, str]) -> str:
    return next((value for name, value in cookies.items() if "access" in name), "none")


async def _grant(user_id: str) -> None:
    connection = await asyncpg.connect(DATABASE_URL)
    proved = "is_verified = true, proved_at = now()"  # without it the account may get no tokens, passkeys and the like
    await connection.execute(f"UPDATE users SET roles = $1, {proved} WHERE id = $2", ROLES, user_id)
    await connection.close()


@schemathesis.check
def errors_are_documented_by_code(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Every error's own code is listed at the route, not its status alone."""
    error = _error_of(response)
    if error is None or response.status_code == 405:
        return
    documented = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    assert f"`{error['code']}` {error['internal_code']}" in documented.get("description", ""), error["code"]


@schemathesis.check
def refusals_of_valid_requests(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A request that keeps to the schema is refused for reasons that no schema can express, and for no other."""
    error = _error_of(response)
    is_valid = case.meta is not None and case.meta.generation.mode.is_positive
    if error is None or not is_valid or response.status_code in USUAL_STATUSES:
        return
    if error["code"] == "VALIDATION_FAILED":
        details = [detail for detail in error["details"] if not BEYOND_PATTERN.search(detail["message"])]
        assert {detail["field"] for detail in details} <= KNOWN_FIELDS, error["details"]
    else:
        assert error["code"] in KNOWN_REFUSALS, error["code"]


def _error_of(response: Response) -> dict[str, Any] | None:
    if response.status_code < 400:
        return None
    error: dict[str, Any] = response.json()["error"]
    return error
