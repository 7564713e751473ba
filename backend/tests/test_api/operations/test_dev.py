"""The developers' pages."""

import httpx2 as httpx
from fastapi import FastAPI

from api.documentation import api_routes
from core.email import Mailbox
from core.settings import Environment, Settings
from service.factory import Factory
from service.mail.email_previews import mail_previews
from tests.conftest import run_due_jobs
from tests.support.helpers import PASSWORD, sign_up_proved


async def test_the_mailbox_shows_a_mail_with_its_parts(
    client: httpx.AsyncClient, factory: Factory, settings: Settings
) -> None:
    factory.resources.mailer = Mailbox(settings.mailbox_directory)
    user = await sign_up_proved(client, name="<b>Ada</b>")  # names go to proved addresses only
    new_password = {"current_password": PASSWORD, "new_password": "another long pass phrase"}
    assert (await client.post("/api/auth/change-password", json=new_password)).status_code == 204
    await run_due_jobs(factory)
    listing = await client.get("/dev/mailbox")
    assert user["email"] in listing.text
    mail, _ = [mail for mail in await factory.resources.mailer.newest_first() if mail.message["To"] == user["email"]]
    page = await client.get(f"/dev/mailbox/{mail.id}")
    assert "Your password was changed" in page.text
    body = await client.get(f"/dev/mailbox/{mail.id}/html")
    assert "&lt;b&gt;Ada&lt;/b&gt;" in body.text
    assert "sandbox" in body.headers["content-security-policy"]


async def test_an_unknown_mail_is_a_404(client: httpx.AsyncClient) -> None:
    for mail_id in ("nonsense", "..%2f..%2fsettings"):
        assert (await client.get(f"/dev/mailbox/{mail_id}")).status_code == 404


async def test_the_overview_shows_routes_and_migrations(client: httpx.AsyncClient) -> None:
    page = (await client.get("/dev")).text
    assert "/api/auth/signup" in page
    assert "Migrations" in page


async def test_production_has_no_such_pages(settings: Settings, factory: Factory) -> None:
    from api.app import create_app

    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    app: FastAPI = create_app(production, factory=factory)
    assert not [route for route in api_routes(app) if route.path.startswith("/dev")]


async def test_every_kind_of_mail_can_be_looked_at(client: httpx.AsyncClient, factory: Factory) -> None:
    listing = (await client.get("/dev/mailbox/previews")).text
    for name in mail_previews(factory.resources.email_templates):
        assert f'href="/dev/mailbox/previews/{name}"' in listing
        page = await client.get(f"/dev/mailbox/previews/{name}")
        assert page.status_code == 200
        assert f'src="/dev/mailbox/previews/{name}/html"' in page.text
        body = await client.get(f"/dev/mailbox/previews/{name}/html")
        assert "sandbox" in body.headers["content-security-policy"]
    assert (await client.get("/dev/mailbox/previews/nonsense")).status_code == 404
