"""Signing up, in and out, and refreshing, as a browser and as a program."""

import asyncio
import base64
import json
import time

import httpx2 as httpx
import jwt
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.email import Mailbox
from core.settings import Settings
from service.factory import Factory
from tests.conftest import browser, run_due_jobs
from tests.support.cookies import ACCESS_COOKIE, DEVICE, REFRESH, SESSION_MARK
from tests.support.helpers import PASSWORD, error_of, sign_up, sign_up_proved
from tests.support.resource import PUBLIC, SIGNED_IN, Access

ACCESS = {
    ("POST", "/api/auth/signup"): Access(PUBLIC, {"email": "new@example.com", "password": "a long password"}),
    ("POST", "/api/auth/signin"): Access(PUBLIC, {}),
    ("POST", "/api/auth/token"): Access(PUBLIC, {}),
    ("POST", "/api/auth/signout"): Access(PUBLIC),
    ("POST", "/api/auth/refresh"): Access(SIGNED_IN),
    ("POST", "/api/auth/reauthenticate"): Access(SIGNED_IN, {"password": "a wrong password"}),
}


async def test_sign_up_answers_with_the_user_and_signs_in(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/auth/signup", json={"email": " Ada@Example.com ", "password": PASSWORD, "name": "Ada"}
    )
    assert response.status_code == 201
    assert response.headers["Location"] == "/api/users/me"
    user = response.json()["data"]
    assert user["email"] == "ada@example.com"
    assert user["name"] == "Ada"
    assert user["roles"] == ["member"]
    assert user["is_verified"] is False
    assert (await client.get("/api/users/me")).json()["data"] == user


async def test_sign_up_sends_one_welcome_mail(client: httpx.AsyncClient, factory: Factory, mailbox: Mailbox) -> None:
    user = await sign_up(client, name="Ada")
    await run_due_jobs(factory)
    await run_due_jobs(factory)
    (mail,) = await mailbox.newest_first()
    assert mail.message["To"] == user["email"]
    assert "Ada" not in str(mail.message)  # not before the address is confirmed: a stranger may have written it


async def test_sign_up_twice_is_a_coded_error_and_keeps_the_first(client: httpx.AsyncClient) -> None:
    await sign_up(client, email="ada@example.com")
    response = await client.post("/api/auth/signup", json={"email": "ADA@example.com", "password": "another password"})
    assert response.status_code == 400
    assert error_of(response)["code"] == "USER_ALREADY_EXISTS"
    assert error_of(response)["internal_code"] == 40001
    first = await client.post("/api/auth/signin", json={"email": "ada@example.com", "password": PASSWORD})
    assert first.status_code == 200


@pytest.mark.race
async def test_of_many_sign_ups_of_one_address_at_once_exactly_one_wins(committing_app: FastAPI) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    async with browser(committing_app) as client, asyncio.TaskGroup() as group:
        attempts = [group.create_task(client.post("/api/auth/signup", json=body)) for _ in range(20)]
    answers = [attempt.result() for attempt in attempts]
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 19
    assert {error_of(answer)["internal_code"] for answer in answers if answer.status_code == 400} == {40001}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "not an address", "password": PASSWORD}, "email"),
        ({"email": "ada@example.com", "password": "short"}, "password"),
        ({"email": "ada@example.com", "password": "x" * 129}, "password"),
        ({"email": "ada@example.com"}, "password"),
        ({"email": "ada@example.com", "password": PASSWORD, "name": "a\x00b"}, "name"),
        ({"email": "ada@example.com", "password": PASSWORD, "name": "   "}, "name"),
        ({"email": "ada@example.com", "password": PASSWORD, "roles": ["admin"]}, "roles"),
    ],
)
async def test_a_bad_sign_up_names_the_field_and_changes_nothing(
    client: httpx.AsyncClient, connection: AsyncConnection, body: dict[str, object], field: str
) -> None:
    response = await client.post("/api/auth/signup", json=body)
    assert response.status_code == 422
    assert error_of(response)["internal_code"] == 42200
    assert [detail["field"] for detail in error_of(response)["details"]] == [field]
    assert (await connection.execute(text("SELECT count(*) FROM users"))).scalar_one() == 0


@pytest.mark.parametrize("password", ["xq7 pwzk", "x" * 127 + "y", "pass word ☃ émoji 🎉", "qzjxwvbkgpfmyud"])
async def test_every_password_of_8_to_128_characters_works_as_it_was_typed(
    client: httpx.AsyncClient, password: str
) -> None:
    user = await sign_up(client, password=password)
    right = await client.post("/api/auth/signin", json={"email": user["email"], "password": password})
    wrong = await client.post("/api/auth/signin", json={"email": user["email"], "password": password[:-1] + "~"})
    assert (right.status_code, wrong.status_code) == (200, 401)


async def test_unknown_address_and_wrong_password_get_the_same_answer(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    wrong = await client.post("/api/auth/signin", json={"email": user["email"], "password": "wrong password"})
    unknown = await client.post("/api/auth/signin", json={"email": "x@example.com", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 401
    assert error_of(wrong)["internal_code"] == 40101
    assert {**error_of(wrong), "request_id": ""} == {**error_of(unknown), "request_id": ""}
    assert "set-cookie" not in wrong.headers


@pytest.mark.real_hashes
async def test_the_database_holds_an_argon2id_hash_with_owasp_parameters(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up(client)
    stored = (await connection.execute(text("SELECT password_hash FROM users"))).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_session_cookies_cannot_be_read_by_scripts_nor_sent_across_sites(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client, email="a@example.com")
    response = await client.post("/api/auth/signin", json={"email": "a@example.com", "password": PASSWORD})
    cookies = response.headers.get_list("set-cookie")
    assert len(cookies) == 4
    for cookie in cookies:
        assert ("HttpOnly" in cookie) is not cookie.startswith(f"{SESSION_MARK}=1;")
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert "token" not in response.text


async def test_sign_out_ends_access_and_refresh_at_once(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    stolen = dict(client.cookies)
    response = await client.post("/api/auth/signout")
    assert response.status_code == 204
    assert set(client.cookies) == {DEVICE}
    client.cookies.update(stolen)
    assert (await client.get("/api/users/me")).status_code == 401
    assert (await client.post("/api/auth/refresh")).status_code == 401


async def test_sign_out_without_a_session_is_no_error(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/auth/signout")).status_code == 204


async def test_sign_out_ends_the_session_when_only_the_refresh_cookie_is_left(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    del client.cookies[ACCESS_COOKIE]
    refresh = client.cookies[REFRESH]
    await client.post("/api/auth/signout")
    client.cookies.set(REFRESH, refresh)
    assert (await client.post("/api/auth/refresh")).status_code == 401


async def test_refresh_rotates_both_tokens(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    before = dict(client.cookies)
    response = await client.post("/api/auth/refresh")
    assert response.json()["data"]["id"] == user["id"]
    assert client.cookies[REFRESH] != before[REFRESH]
    assert (await client.get("/api/users/me")).status_code == 200


async def test_refresh_without_or_with_a_made_up_token_is_refused(client: httpx.AsyncClient) -> None:
    assert error_of(await client.post("/api/auth/refresh"))["internal_code"] == 40102
    client.cookies.set(REFRESH, "made-up")
    assert error_of(await client.post("/api/auth/refresh"))["internal_code"] == 40102


@pytest.mark.race
async def test_parallel_refreshes_of_one_token_get_one_successor_and_end_no_session(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        token = client.cookies[REFRESH]

        async def refresh() -> httpx.Response:
            async with browser(committing_app) as tab:
                tab.cookies.set(REFRESH, token)
                return await tab.post("/api/auth/refresh")

        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(refresh()) for _ in range(20)]
    answers = [attempt.result() for attempt in attempts]
    assert [answer.status_code for answer in answers] == [200] * 20
    assert len({answer.cookies[REFRESH] for answer in answers}) == 1


@pytest.mark.race
async def test_a_used_refresh_token_ends_the_session_although_the_answer_is_a_refusal(
    committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        stolen = client.cookies[REFRESH]
        await client.post("/api/auth/refresh")
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds'"))
        async with browser(committing_app) as thief:
            thief.cookies.set(REFRESH, stolen)
            assert (await thief.post("/api/auth/refresh")).status_code == 401
        assert (await client.get("/api/users/me")).status_code == 401
        assert (await client.post("/api/auth/refresh")).status_code == 401


async def test_a_program_signs_in_with_a_bearer_token(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up(client)
    async with browser(app) as program:
        response = await program.post("/api/auth/token", data={"username": user["email"], "password": PASSWORD})
        body = response.json()
        assert body["token_type"] == "bearer"
        assert body["expires_in"] == 900
        assert not program.cookies
        headers = {"Authorization": f"Bearer {body['access_token']}"}
        assert (await program.get("/api/users/me", headers=headers)).json()["data"]["id"] == user["id"]


def _tampered(token: str, **changes: object) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**claims, **changes}).encode()).rstrip(b"=").decode()
    return f"{header}.{changed}.{signature}"


def _forgeries(token: str, settings: Settings) -> dict[str, str]:
    key = settings.jwt_secret_key.get_secret_value()
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    typ = {"typ": "at+jwt", "kid": kid}
    return {
        "no algorithm": jwt.encode(claims, "", "none", headers=typ),
        "other key": jwt.encode(claims, "x" * 32, "HS256", headers=typ),
        "other algorithm": jwt.encode(claims, key, "HS384", headers=typ),
        "other type": jwt.encode(claims, key, "HS256", headers={"kid": kid}),
        "no key id": jwt.encode(claims, key, "HS256", headers={"typ": "at+jwt"}),
        "unknown key id": jwt.encode(claims, key, "HS256", headers={**typ, "kid": "0" * 16}),
        "key from elsewhere": jwt.encode(claims, key, "HS256", headers={"typ": "at+jwt", "jku": "https://elsewhere"}),
        "other audience": jwt.encode({**claims, "aud": "other"}, key, "HS256", headers=typ),
        "other issuer": jwt.encode({**claims, "iss": "https://elsewhere"}, key, "HS256", headers=typ),
        "expired": jwt.encode({**claims, "exp": int(time.time()) - 1}, key, "HS256", headers=typ),
        "not yet valid": jwt.encode({**claims, "nbf": int(time.time()) + 60}, key, "HS256", headers=typ),
        "no session": jwt.encode({**claims, "sid": "nonsense"}, key, "HS256", headers=typ),
        "changed after signing": _tampered(token, sub="00000000-0000-0000-0000-000000000000"),
        "not a token": "nonsense",
    }


async def test_no_forged_or_foreign_access_token_is_accepted(client: httpx.AsyncClient, settings: Settings) -> None:
    await sign_up(client)
    token = client.cookies[ACCESS_COOKIE]
    refresh_token = client.cookies[REFRESH]
    client.cookies.clear()
    for forgery in [*_forgeries(token, settings).values(), refresh_token]:
        response = await client.get("/api/users/me", headers={"Authorization": f"Bearer {forgery}"})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_token_of_a_host_whose_clock_is_ahead_is_accepted_and_lasts_no_longer(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    await sign_up(client)
    token = client.cookies[ACCESS_COOKIE]
    client.cookies.clear()
    now = int(time.time())
    key = settings.jwt_secret_key.get_secret_value()
    for seconds, lasts, status in ((2, 900, 200), (25, 900, 200), (60, 900, 401), (0, -1, 401)):
        begins = now + seconds
        claims = {
            **jwt.decode(token, options={"verify_signature": False}),
            "iat": begins,
            "nbf": begins,
            "exp": begins + lasts,
        }
        foreign = jwt.encode(claims, key, "HS256", headers=jwt.get_unverified_header(token))
        response = await client.get("/api/users/me", headers={"Authorization": f"Bearer {foreign}"})
        assert response.status_code == status, (seconds, lasts)


async def test_an_access_token_is_no_refresh_token(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    access_token = client.cookies[ACCESS_COOKIE]
    client.cookies.clear()
    client.cookies.set(REFRESH, access_token)
    assert (await client.post("/api/auth/refresh")).status_code == 401


async def test_a_deactivated_user_is_signed_out_at_once_and_cannot_sign_in(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up(client)
    await connection.execute(text("UPDATE users SET is_active = false"))
    assert (await client.get("/api/users/me")).status_code == 401
    assert (await client.post("/api/auth/refresh")).status_code == 401
    again = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert error_of(again)["internal_code"] == 40101


@pytest.mark.real_hashes
async def test_an_outdated_hash_is_replaced_at_sign_in(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    user = await sign_up(client)
    weaker = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await connection.execute(text("UPDATE users SET password_hash = :weaker"), {"weaker": weaker})
    response = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert response.status_code == 200
    stored = (await connection.execute(text("SELECT password_hash FROM users"))).scalar_one()
    assert "m=19456,t=2,p=1" in stored
