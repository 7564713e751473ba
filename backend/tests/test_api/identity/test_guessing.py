"""Guessing gets slow, and that does not shut out the owner of the account."""

import asyncio

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings
from domain.identity.client_info import ClientInfo
from domain.permissions import ANONYMOUS
from service.factory import Factory
from service.unit_of_work import Context
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.cookies import DEVICE
from tests.support.helpers import PASSWORD, error_of, sign_up, sign_up_proved
from tests.support.limits import PROXY, WRONG, factory_of, guess, limited_app, sign_in


async def test_the_eleventh_failure_of_an_address_waits(browsing: httpx.AsyncClient) -> None:
    statuses = await guess(browsing, *((f"user{n}@example.com", "203.0.113.1") for n in range(11)))
    assert statuses == [401] * 10 + [429]
    refused = await sign_in(browsing, "another@example.com")
    assert error_of(refused)["code"] == "TOO_MANY_ATTEMPTS"
    assert error_of(refused)["internal_code"] == 42901
    assert 50 < int(refused.headers["Retry-After"]) <= 60
    assert (await sign_in(browsing, "another@example.com", address="203.0.113.2")).status_code == 401


async def test_the_sixth_failure_of_an_account_waits_wherever_it_comes_from(browsing: httpx.AsyncClient) -> None:
    statuses = await guess(browsing, *(("ada@example.com", f"203.0.113.{n}") for n in range(6)))
    assert statuses == [401] * 5 + [429]


async def test_an_account_that_does_not_exist_is_limited_like_one_that_does(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    await sign_up(browsing, email="ada@example.com")
    async with browser(limited) as stranger:
        for email, network in (("ada@example.com", "203.0.113"), ("nobody@example.com", "198.51.100")):
            statuses = await guess(stranger, *((email, f"{network}.{n}") for n in range(6)))
            assert statuses == [401] * 5 + [429]


async def test_an_ipv6_subscriber_is_one_address(browsing: httpx.AsyncClient) -> None:
    statuses = await guess(browsing, *((f"user{n}@example.com", f"2001:db8:1:2::{n}") for n in range(11)))
    assert statuses == [401] * 10 + [429]
    assert (await sign_in(browsing, "ada@example.com", address="2001:db8:1:3::1")).status_code == 401


async def test_a_forged_header_does_not_help(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    async with limited_app(settings, database, transport, mailbox, trusted_proxies="") as app, browser(app) as client:
        statuses = await guess(client, *((f"user{n}@example.com", f"203.0.113.{n}") for n in range(11)))
    assert statuses == [401] * 10 + [429]


async def test_only_failures_count_and_a_success_forgets_the_accounts_but_not_the_addresss(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    await sign_up(browsing, email="ada@example.com")
    async with browser(limited) as client:
        for _ in range(3):
            assert await guess(client, *[("ada@example.com", "203.0.113.1")] * 3) == [401] * 3
            async with browser(limited) as right:
                assert (await sign_in(right, "ada@example.com", PASSWORD)).status_code == 200
        assert await guess(client, *((f"user{n}@example.com", "203.0.113.1") for n in range(2))) == [401, 429]


async def make_known(client: httpx.AsyncClient, email: str) -> None:
    """Sign up, prove the address, and sign in, after which the browser is known for the account."""
    await sign_up_proved(client, email=email)
    assert (await sign_in(client, email, PASSWORD)).status_code == 200


async def test_the_owner_gets_in_with_a_device_that_is_known(browsing: httpx.AsyncClient, limited: FastAPI) -> None:
    await make_known(browsing, "ada@example.com")
    await browsing.post("/api/auth/signout")
    async with browser(limited) as stranger:
        statuses = await guess(stranger, *(("ada@example.com", "203.0.113.1") for _ in range(6)))
        assert statuses == [401] * 5 + [429]
        assert (await sign_in(stranger, "ada@example.com", PASSWORD, address="203.0.113.9")).status_code == 429
    assert (await sign_in(browsing, "ada@example.com", PASSWORD)).status_code == 200


async def test_a_known_device_may_not_guess_for_ever(browsing: httpx.AsyncClient) -> None:
    await make_known(browsing, "ada@example.com")
    statuses = await guess(browsing, *(("ada@example.com", f"203.0.113.{n}") for n in range(6)))
    assert statuses == [401] * 5 + [429]


async def test_a_device_is_known_for_its_own_account_only(browsing: httpx.AsyncClient, limited: FastAPI) -> None:
    await make_known(browsing, "mallory@example.com")
    own = browsing.cookies[DEVICE]
    async with browser(limited) as stranger:
        for forged in (own, own[:-2] + "AA", "nonsense", ""):
            stranger.cookies.set(DEVICE, forged)
            await guess(stranger, ("ada@example.com", "203.0.113.1"))
        assert await guess(stranger, *[("ada@example.com", "203.0.113.2")] * 2) == [401, 429]


async def test_a_device_keeps_its_mark_over_sign_ins(browsing: httpx.AsyncClient) -> None:
    await make_known(browsing, "ada@example.com")
    mark = browsing.cookies[DEVICE]
    await browsing.post("/api/auth/signout")
    await sign_in(browsing, "ada@example.com", PASSWORD)
    assert browsing.cookies[DEVICE] == mark


async def test_who_proved_by_mail_who_they_are_gets_in_although_the_guessing_goes_on(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    await sign_up(browsing, email="ada@example.com")
    async with browser(limited) as stranger, browser(limited) as owner:
        await guess(stranger, *(("ada@example.com", "203.0.113.1") for _ in range(6)))
        async with factory_of(limited).unit_of_work(ANONYMOUS, Context(ClientInfo("203.0.113.5"))) as work:
            owner.cookies.set(DEVICE, await work.identity.limits.forgive("ada@example.com"))
        await guess(stranger, *(("ada@example.com", f"198.51.100.{n}") for n in range(6)))
        assert (await sign_in(owner, "ada@example.com", PASSWORD, address="203.0.113.5")).status_code == 200


@pytest.mark.race
async def test_of_a_hundred_wrong_guesses_at_once_five_are_checked(
    settings: Settings, committing_factory: Factory, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = committing_factory.resources.database
    async with limited_app(settings, database, transport, mailbox) as app, browser(app) as client:
        attempts = [sign_in(client, "ada@example.com", address=f"203.0.113.{n}") for n in range(100)]
        answers = await asyncio.gather(*attempts)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (5, 95)


async def test_asking_for_the_password_again_is_limited_by_session(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    user = await sign_up(browsing)
    async with browser(limited) as thief:
        await sign_in(thief, user["email"], PASSWORD)
        answers = [await thief.post("/api/auth/reauthenticate", json={"password": WRONG}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert (await browsing.post("/api/auth/reauthenticate", json={"password": PASSWORD})).status_code == 204


async def test_the_twenty_first_sign_up_of_an_address_waits(browsing: httpx.AsyncClient) -> None:
    statuses = []
    for number in range(21):
        body = {"email": f"user{number}@example.com", "password": PASSWORD}
        answer = await browsing.post("/api/auth/signup", json=body, headers={"X-Forwarded-For": "203.0.113.1"})
        statuses.append(answer.status_code)
    assert statuses == [201] * 20 + [429]


async def test_without_redis_sign_in_works_and_is_limited(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    factory_settings = settings.model_copy(
        update={"rate_limits_enabled": True, "redis_url": "redis://127.0.0.1:1/0", "trusted_proxies": PROXY}
    )
    async with opened_factory(factory_settings, RolledBackDatabase(connection), transport, mailbox) as factory:
        app = create_app(factory_settings, factory=factory)
        async with browser(app) as client, browser(app) as stranger:
            user = await sign_up(client)
            assert (await sign_in(client, user["email"], PASSWORD)).status_code == 200
            statuses = await guess(stranger, *((user["email"], f"203.0.113.{n}") for n in range(6)))
            assert statuses == [401] * 5 + [429]
        await factory.resources.request_counts.close()
