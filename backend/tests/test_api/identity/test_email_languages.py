"""The language of emails: the account's, or else that of the request that causes them, or else English."""

import httpx2 as httpx
import pytest

from core import product
from tests.support.emails import Emails
from tests.support.helpers import sign_up

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}


async def test_a_sign_up_in_german_is_welcomed_in_german(client: httpx.AsyncClient, emails: Emails) -> None:
    client.headers.update(GERMAN)
    user = await sign_up(client)
    [mail] = await emails.to(user["email"])
    assert mail.startswith(f"Willkommen bei {product.NAME}\n")
    assert "Bestätige deine E-Mail-Adresse." in mail


@pytest.mark.parametrize(
    ("language", "subject"),
    [(None, "Setze dein Passwort zurück"), ("de", "Setze dein Passwort zurück"), ("en", "Reset your password")],
)
async def test_the_choice_of_the_account_comes_before_the_language_of_the_request(
    client: httpx.AsyncClient, emails: Emails, language: str | None, subject: str
) -> None:
    user = await sign_up(client)
    if language:
        await client.patch("/api/users/me", json={"language": language})
    await client.post("/api/auth/forgot-password", json={"email": user["email"]}, headers=GERMAN)
    assert subject in await emails.subjects_to(user["email"])


async def test_a_farewell_is_in_the_language_that_the_account_had(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    await client.patch("/api/users/me", json={"language": "de"})
    assert (await client.delete("/api/users/me")).status_code == 204
    assert "Dein Konto wurde gelöscht" in await emails.subjects_to(user["email"])


async def test_a_farewell_to_an_account_without_a_language_is_in_that_of_the_request(
    client: httpx.AsyncClient, emails: Emails
) -> None:
    user = await sign_up(client)
    assert (await client.delete("/api/users/me", headers=GERMAN)).status_code == 204
    assert "Dein Konto wurde gelöscht" in await emails.subjects_to(user["email"])


async def test_without_any_choice_an_email_is_in_english(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    client.headers["Accept-Language"] = "fr"
    await client.post("/api/auth/verification", json={})
    assert await emails.subjects_to(user["email"]) == {f"Welcome to {product.NAME}"}
