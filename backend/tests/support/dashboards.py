"""One-line ways to look at dashboards, and to count what they show to operators."""

from typing import Any

import httpx2 as httpx

from domain.permissions import SYSTEM
from domain.tasks import CountProduct, count_product
from service.factory import Factory


async def dashboard_of(client: httpx.AsyncClient) -> dict[str, Any]:
    """Return the dashboard of the signed-in user."""
    response = await client.get("/api/dashboard")
    assert response.status_code == 200, response.text
    dashboard: dict[str, Any] = response.json()["data"]
    return dashboard


async def count_all(factory: Factory) -> None:
    """Count what there is in the whole product, as the job does it."""
    async with factory.unit_of_work(SYSTEM) as work:
        await count_product(work, CountProduct())
