"""The demo account and the developers' pages."""

import httpx2 as httpx

from core import demo_account
from core.settings import Environment
from domain.permissions import SYSTEM
from service.factory import Factory
from tests.support.resource import PUBLIC, Access

PATH = "/api/development"

ACCESS = {
    ("GET", "/api/development"): Access(PUBLIC),
}


async def create_demo_account(factory: Factory) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        await work.identity.admin_bootstrap.ensure_demo_account(demo_account.EMAIL, password=demo_account.PASSWORD)


async def test_development_offers_the_demo_account_once_it_exists(client: httpx.AsyncClient, factory: Factory) -> None:
    assert (await client.get(PATH)).json()["data"] == {"developer_pages": True, "demo_account": None}
    await create_demo_account(factory)
    offered = (await client.get(PATH)).json()["data"]["demo_account"]
    assert (await client.post("/api/auth/signin", json=offered)).status_code == 200


async def test_production_offers_nothing(client: httpx.AsyncClient, factory: Factory) -> None:
    await create_demo_account(factory)
    settings = factory.resources.settings
    factory.resources.settings = settings.model_copy(update={"environment": Environment.PRODUCTION})
    assert (await client.get(PATH)).json()["data"] == {"developer_pages": False, "demo_account": None}
