"""Passkeys: adding and using them, and everything that a cheating authenticator, page or network could try."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core import product
from core.settings import Settings
from tests.conftest import browser
from tests.support.authenticators import UP, UV, PasskeyAuthenticator, base64url, from_base64url
from tests.support.cookies import ACCESS_COOKIE, DEVICE, PENDING, REFRESH, SESSION_MARK
from tests.support.helpers import refusal_of, sign_up_proved
from tests.support.resource import PERSONAL, PUBLIC, SIGNED_IN, Access, Resource
from tests.support.second_factors import (
    add_passkey,
    answer,
    enable_mfa,
    registration_options,
    sign_in_options,
    sign_in_with,
)

EXPIRED = "UPDATE passkey_challenges SET expires_at = expires_at - interval '5 minutes 1 second'"
INVALID = (401, "INVALID_PASSKEY")
REJECTED = (400, "PASSKEY_REJECTED")


async def _add(client: httpx.AsyncClient, credential: dict[str, Any]) -> httpx.Response:
    return await client.post("/api/auth/passkeys", json={"name": "Laptop", "credential": credential})


async def _passkey(client: httpx.AsyncClient) -> str:
    _, passkey = await add_passkey(client)
    return str(passkey["id"])


RESOURCE = Resource(
    "/api/auth/passkeys",
    key="passkey_id",
    visibility=PERSONAL,
    actions=("list", "change", "delete"),
    change={"name": "A"},
    make=_passkey,
    versioned=False,
    paged=False,
)

ACCESS = {
    ("POST", "/api/auth/passkeys"): Access(SIGNED_IN, {"name": "A", "credential": {}}),
    ("POST", "/api/auth/passkeys/authentication"): Access(PUBLIC, {"credential": {}}),
    ("POST", "/api/auth/passkeys/authentication-options"): Access(PUBLIC),
    ("POST", "/api/auth/passkeys/registration-options"): Access(SIGNED_IN),
}


async def test_a_passkey_is_added_listed_renamed_and_removed(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    authenticator = PasskeyAuthenticator()
    added = await _add(client, authenticator.create(await registration_options(client)))
    assert added.status_code == 201, added.text
    passkey = added.json()["data"]
    assert added.headers["Location"] == f"/api/auth/passkeys/{passkey['id']}"
    assert (passkey["name"], passkey["last_used_at"], passkey["is_backed_up"]) == ("Laptop", None, True)
    assert passkey["transports"] == ["hybrid", "internal"]
    assert (await client.get("/api/auth/passkeys")).json()["data"] == [passkey]
    renamed = await client.patch(f"/api/auth/passkeys/{passkey['id']}", json={"name": " Phone "})
    assert renamed.json()["data"] == {**passkey, "name": "Phone"}
    assert (await client.delete(f"/api/auth/passkeys/{passkey['id']}")).status_code == 204
    assert (await client.get("/api/auth/passkeys")).json()["data"] == []
    assert refusal_of(await sign_in_with(client, authenticator)) == INVALID


async def test_the_browser_is_asked_for_a_key_that_needs_no_user_name_and_verifies_its_user(
    client: httpx.AsyncClient,
) -> None:
    user = await sign_up_proved(client, name="Ada")
    authenticator, _ = await add_passkey(client)
    options = await registration_options(client)
    assert options["rp"] == {"id": "localhost", "name": product.NAME}
    assert from_base64url(options["user"]["id"]) == UUID(user["id"]).bytes
    assert (options["user"]["name"], options["user"]["displayName"]) == (user["email"], "Ada")
    selection = options["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("required", "required")
    assert [key["id"] for key in options["excludeCredentials"]] == [base64url(authenticator.credential_id)]
    assert len(from_base64url(options["challenge"])) == 32
    sign_in = await sign_in_options(client)
    assert (sign_in["rpId"], sign_in["userVerification"]) == ("localhost", "required")
    assert sign_in["allowCredentials"] == []
    assert sign_in["challenge"] != options["challenge"]


async def test_a_passkey_signs_in_alone_and_stands_for_both_factors(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    authenticator, _ = await add_passkey(client)
    async with browser(app) as phone:
        response = await sign_in_with(phone, authenticator)
        assert response.status_code == 200, response.text
        assert response.json()["data"] == user
        assert set(phone.cookies) == {ACCESS_COOKIE, DEVICE, REFRESH, SESSION_MARK}
        assert (await phone.get("/api/users/me")).json()["data"] == user
    (passkey,) = (await client.get("/api/auth/passkeys")).json()["data"]
    assert passkey["last_used_at"]
    last = await connection.execute(text("SELECT kind, details FROM security_events ORDER BY id DESC LIMIT 1"))
    assert last.one() == ("signed_in", {"method": "passkey"})


async def test_a_passkey_alone_does_not_turn_two_factor_authentication_on(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    await add_passkey(client)
    body = {"email": user["email"], "password": "correct horse battery"}
    assert (await client.post("/api/auth/signin", json=body)).status_code == 200


CHEATS: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://localhost.evil.example"},
    "another scheme": {"origin": "https://localhost:8000"},
    "another port": {"origin": "http://localhost:8001"},
    "another relying party": {"relying_party": "evil.example"},
    "user not verified": {"flags": UP},
    "user not present": {"flags": UV},
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
async def test_a_passkey_that_was_made_elsewhere_or_carelessly_is_not_added(
    client: httpx.AsyncClient, cheat: dict[str, Any]
) -> None:
    await sign_up_proved(client)
    credential = PasskeyAuthenticator(**cheat).create(await registration_options(client))
    assert refusal_of(await _add(client, credential)) == REJECTED
    assert (await client.get("/api/auth/passkeys")).json()["data"] == []


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
async def test_an_answer_that_was_given_elsewhere_or_carelessly_opens_no_session(
    client: httpx.AsyncClient, app: FastAPI, cheat: dict[str, Any]
) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    for name, value in cheat.items():
        setattr(authenticator, name, value)
    async with browser(app) as phone:
        assert refusal_of(await sign_in_with(phone, authenticator)) == INVALID
        assert (await phone.get("/api/users/me")).status_code == 401


async def test_a_registration_challenge_is_good_for_one_answer_even_a_wrong_one(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    options = await registration_options(client)
    assert refusal_of(await _add(client, PasskeyAuthenticator(flags=UP).create(options))) == REJECTED
    assert refusal_of(await _add(client, PasskeyAuthenticator().create(options))) == REJECTED
    options = await registration_options(client)
    assert (await _add(client, PasskeyAuthenticator().create(options))).status_code == 201
    assert refusal_of(await _add(client, PasskeyAuthenticator().create(options))) == REJECTED


async def test_a_sign_in_challenge_is_good_for_one_answer_even_a_wrong_one(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    async with browser(app) as phone:
        options = await sign_in_options(phone)
        token = phone.cookies[PENDING]
        broken = authenticator.get(options)
        broken["response"]["signature"] = base64url(bytes(70))
        assert refusal_of(await answer(phone, broken)) == INVALID
        assert refusal_of(await answer(phone, authenticator.get(options))) == INVALID
    async with browser(app) as phone:
        right = authenticator.get(await sign_in_options(phone))
        token = phone.cookies[PENDING]
        assert (await answer(phone, right)).status_code == 200
        async with browser(app) as thief:
            thief.cookies.set(PENDING, token)
            assert refusal_of(await answer(thief, right)) == INVALID


@pytest.mark.race
async def test_of_twenty_uses_of_one_answer_at_once_exactly_one_succeeds(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        await sign_up_proved(client)
        authenticator, _ = await add_passkey(client)
    async with browser(committing_app) as phone:
        credential = authenticator.get(await sign_in_options(phone))
        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(answer(phone, credential)) for _ in range(20)]
    assert sorted(attempt.result().status_code for attempt in attempts) == [200] + [401] * 19


@pytest.mark.race
async def test_a_challenge_is_used_up_although_the_answer_was_a_refusal(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        await sign_up_proved(client)
        authenticator, _ = await add_passkey(client)
        async with browser(committing_app) as phone:
            options = await sign_in_options(phone)
            authenticator.origin, ours = "https://evil.example", authenticator.origin
            assert refusal_of(await answer(phone, authenticator.get(options))) == INVALID
            authenticator.origin = ours
            assert refusal_of(await answer(phone, authenticator.get(options))) == INVALID
        options = await registration_options(client)
        assert refusal_of(await _add(client, PasskeyAuthenticator(flags=UP).create(options))) == REJECTED
        assert refusal_of(await _add(client, PasskeyAuthenticator().create(options))) == REJECTED


async def test_challenges_are_too_old_after_five_minutes(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    to_add, to_sign_in = await registration_options(client), await sign_in_options(client)
    await connection.execute(text(EXPIRED))
    assert refusal_of(await _add(client, PasskeyAuthenticator().create(to_add))) == REJECTED
    assert refusal_of(await answer(client, authenticator.get(to_sign_in))) == INVALID


async def test_a_challenge_belongs_to_the_browser_that_asked_for_it(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    async with browser(app) as thief:
        await sign_in_options(thief)
        lured = authenticator.get(await sign_in_options(client))
        assert refusal_of(await answer(thief, lured)) == INVALID
        thief.cookies.clear()
        assert refusal_of(await answer(thief, lured)) == INVALID
        await sign_up_proved(thief)
        await registration_options(thief)
        made_for_client = PasskeyAuthenticator().create(await registration_options(client))
        assert refusal_of(await _add(thief, made_for_client)) == REJECTED


async def test_a_challenge_is_good_for_its_purpose_only(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    response = await client.post("/api/auth/passkeys/reauthentication-options")
    proof = authenticator.get(response.json()["data"])
    assert refusal_of(await answer(client, proof)) == INVALID
    assert refusal_of(await _add(client, PasskeyAuthenticator().create(await _as_registration(client)))) == REJECTED
    sign_in = authenticator.get(await sign_in_options(client))
    refused = await client.post("/api/auth/reauthenticate", json={"credential": sign_in})
    assert refusal_of(refused) == (400, "WRONG_SECOND_FACTOR")


async def _as_registration(client: httpx.AsyncClient) -> dict[str, Any]:
    """Return the options of a sign-in as if they were for a new passkey."""
    options = await sign_in_options(client)
    return {**options, "user": {"id": ""}}


async def test_a_copied_passkey_is_noticed_by_its_count_of_signatures(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    assert (await sign_in_with(client, authenticator)).status_code == 200
    count = authenticator.sign_count
    for behind in (count - 1, count - 2):  # the next signature then says: as many as before, or fewer
        authenticator.sign_count = behind
        assert refusal_of(await sign_in_with(client, authenticator)) == INVALID
    rows = await connection.execute(
        text("SELECT user_id, details->>'times' FROM security_events WHERE kind = 'second_factor_failed'")
    )
    assert [tuple(row) for row in rows] == [(UUID(user["id"]), "2")]
    authenticator.sign_count = count
    assert (await sign_in_with(client, authenticator)).status_code == 200


class Uncounted(PasskeyAuthenticator):
    """As password managers are: on several devices at once, so it never counts."""

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        self.sign_count = -1
        return super().get(options)


async def test_a_passkey_that_does_not_count_works_again_and_again(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client, Uncounted(sign_count=0))
    for _ in range(3):
        assert (await sign_in_with(client, authenticator)).status_code == 200


async def test_a_passkey_belongs_to_one_account(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    authenticator, passkey = await add_passkey(client)
    async with browser(app) as stranger:
        await sign_up_proved(stranger)
        stolen = PasskeyAuthenticator(credential_id=authenticator.credential_id)
        credential = stolen.create(await registration_options(stranger))
        assert refusal_of(await _add(stranger, credential)) == (409, "PASSKEY_TAKEN")
    assert (await client.get("/api/auth/passkeys")).json()["data"] == [passkey]
    assert (await sign_in_with(client, authenticator)).json()["data"] == user


async def test_an_answer_that_names_another_user_is_refused(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    async with browser(app) as other:
        authenticator.user_handle = base64url(UUID((await sign_up_proved(other))["id"]).bytes)
    assert refusal_of(await sign_in_with(client, authenticator)) == INVALID


async def test_an_unknown_passkey_is_refused(client: httpx.AsyncClient) -> None:
    assert refusal_of(await sign_in_with(client, PasskeyAuthenticator())) == INVALID


async def test_a_deactivated_user_has_no_use_for_a_passkey(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    await connection.execute(text("UPDATE users SET is_active = false"))
    assert refusal_of(await sign_in_with(client, authenticator)) == INVALID


# Nonsense


def _without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda credential: {key: value for key, value in credential.items() if key != name}


def _with_response(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda credential: {**credential, "response": {**credential["response"], **changes}}


NONSENSE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "nothing": lambda _: {},
    "no id": _without("id"),
    "no raw id": _without("rawId"),
    "no response": _without("response"),
    "response is a list": lambda credential: {**credential, "response": []},
    "id is a number": lambda credential: {**credential, "id": 1},
    "id is not ASCII": lambda credential: {**credential, "id": "\u2603"},
    "another type": lambda credential: {**credential, "type": "password"},
    "client data is not base64": _with_response(clientDataJSON="%%%"),
    "client data is not JSON": _with_response(clientDataJSON=base64url(b"{")),
    "client data is a list": _with_response(clientDataJSON=base64url(b"[]")),
    "client data is empty": _with_response(clientDataJSON=base64url(b"{}")),
    "authenticator data is short": _with_response(authenticatorData="AA", attestationObject="AA"),
    "not CBOR": _with_response(authenticatorData=base64url(b"\xff" * 40), attestationObject=base64url(b"\xff" * 40)),
    "deep CBOR": _with_response(
        authenticatorData=base64url(b"\x81" * 5000), attestationObject=base64url(b"\x81" * 5000)
    ),
    "signature is not DER": _with_response(signature=base64url(b"0000"), attestationObject="oA"),
    "transports are nonsense": _with_response(transports=[{}, None], userHandle=1, attestationObject=""),
}


@pytest.mark.parametrize("spoil", NONSENSE.values(), ids=NONSENSE)
async def test_nonsense_is_refused_and_breaks_nothing(
    client: httpx.AsyncClient, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    await sign_up_proved(client)
    authenticator, _ = await add_passkey(client)
    made = PasskeyAuthenticator().create(await registration_options(client))
    assert refusal_of(await _add(client, spoil(made))) == REJECTED
    used = authenticator.get(await sign_in_options(client))
    assert refusal_of(await answer(client, spoil(used))) == INVALID


async def test_strange_transports_are_ignored(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    made = PasskeyAuthenticator().create(await registration_options(client))
    made["response"]["transports"] = [None, {}, "usb", "\x00"]
    added = await _add(client, made)
    assert added.json()["data"]["transports"] == ["usb"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
async def test_a_passkey_needs_a_name_that_can_be_shown(client: httpx.AsyncClient, name: str) -> None:
    await sign_up_proved(client)
    _, passkey = await add_passkey(client)
    assert (await client.post("/api/auth/passkeys", json={"name": name, "credential": {}})).status_code == 422
    assert (await client.patch(f"/api/auth/passkeys/{passkey['id']}", json={"name": name})).status_code == 422


@pytest.mark.parametrize(
    ("public_url", "origin", "relying_party"),
    [
        (None, "http://localhost:8000", "localhost"),
        ("https://app.example.com", "https://app.example.com", "app.example.com"),
        ("https://app.example.com:8443", "https://app.example.com:8443", "app.example.com"),
    ],
)
def test_passkeys_belong_to_the_public_address(
    settings: Settings, public_url: str | None, origin: str, relying_party: str
) -> None:
    changed = settings.model_copy(update={"public_url": public_url})
    assert (changed.passkey_origin, changed.passkey_relying_party) == (origin, relying_party)
