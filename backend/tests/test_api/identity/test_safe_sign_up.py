"""Signing up without telling whether an address has an account."""

import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from domain.identity.one_time_token import TokenPurpose
from service.factory import Factory
from tests.conftest import browser
from tests.support.credentials import NEW_PASSWORD, sign_in
from tests.support.emails import Emails
from tests.support.helpers import error_of, sign_up


@asynccontextmanager
async def safe_app(factory: Factory) -> AsyncIterator[FastAPI]:
    resources = factory.resources.identity
    resources.settings = resources.settings.model_copy(update={"signup_enumeration_safe": True})
    yield create_app(factory.resources.settings, factory=factory)


async def test_a_safe_sign_up_answers_the_same_to_known_and_unknown_addresses(
    client: httpx.AsyncClient, factory: Factory, emails: Emails
) -> None:
    known = await sign_up(client)
    body = {"email": known["email"], "password": NEW_PASSWORD}
    async with safe_app(factory) as app, browser(app) as stranger:
        first = await stranger.post("/api/auth/signup", json=body)
        second = await stranger.post("/api/auth/signup", json={**body, "email": "new@example.com"})
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert (first.status_code, first.headers["Content-Language"]) == (202, "en")
        assert not stranger.cookies
        assert "You already have an account" in await emails.subjects_to(known["email"])
        # Signing in with the password that was just chosen must not tell either.
        for email in (known["email"], "new@example.com"):
            assert error_of(await sign_in(stranger, email, NEW_PASSWORD))["internal_code"] == 40101
        token = await emails.token("new@example.com", TokenPurpose.VERIFY_EMAIL)
        proof = {"token": token, "password": NEW_PASSWORD}
        assert (await stranger.post("/api/auth/verify-email", json=proof)).status_code == 204
        assert (await sign_in(stranger, "new@example.com", NEW_PASSWORD)).status_code == 200
    assert (await sign_in(client, known["email"])).status_code == 401  # not verified, and now it has to be


@pytest.mark.race
async def test_safe_sign_up_and_forgotten_passwords_take_as_long_for_known_as_for_unknown_addresses(
    committing_factory: Factory,
) -> None:
    async with safe_app(committing_factory) as app, browser(app) as client:

        async def seconds(path: str, **body: Any) -> float:
            started = time.perf_counter()
            assert (await client.post(path, json=body)).status_code == 202
            return time.perf_counter() - started

        for path, extra in (("/api/auth/signup", {"password": NEW_PASSWORD}), ("/api/auth/forgot-password", {})):
            known, unknown = [], []
            await seconds("/api/auth/signup", email="known@example.com", password=NEW_PASSWORD)
            for number in range(40):
                known.append(await seconds(path, email="known@example.com", **extra))
                unknown.append(await seconds(path, email=f"unknown{number}@example.com", **extra))
            ratio = statistics.median(known) / statistics.median(unknown)
            assert 0.75 < ratio < 1.33, path  # the benchmark is finer; this only finds what is missing altogether
