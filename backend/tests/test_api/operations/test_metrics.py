"""The right to scrape, and the metrics that are shown."""

import asyncio
from collections.abc import Sequence
from unittest.mock import patch

import httpx2 as httpx
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from core.metrics.metrics import QueueSample
from core.settings import Environment, Settings
from domain.errors import DatabaseUnavailable
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import sign_up
from tests.support.resource import PUBLIC, Access


def app_with(settings: Settings, factory: Factory, **values: object) -> FastAPI:
    factory.resources.settings = settings.model_copy(update=values)
    return create_app(factory.resources.settings, factory=factory)


ACCESS = {
    ("GET", "/metrics"): Access(PUBLIC),
}


async def test_metrics_count_requests_by_route_template_and_jobs_by_state(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await client.get("/nowhere/1")
    await client.request("INVENTED", "/api/ping")
    metrics = (await client.get("/metrics")).text
    assert 'http_request_duration_seconds_count{method="POST",route="/api/auth/signup",status="201"} 1.0' in metrics
    assert "/nowhere/1" not in metrics
    assert "INVENTED" not in metrics
    assert 'jobs{queue="mails",state="pending"} 1.0' in metrics
    assert 'oldest_pending_job_age_seconds{queue="mails"}' in metrics
    assert 'database_connections{state="checked_out"}' in metrics


async def test_production_has_no_metrics_without_a_token(settings: Settings, factory: Factory) -> None:
    async with browser(app_with(settings, factory, environment=Environment.PRODUCTION)) as stranger:
        assert (await stranger.get("/metrics")).status_code == 404


async def test_metrics_with_a_token_are_for_its_holder_and_never_limited(settings: Settings, factory: Factory) -> None:
    token = SecretStr("a token of thirty-two characters")
    limits = {"rate_limits_enabled": True, "rate_limit_reads_per_minute": 2}
    app = app_with(settings, factory, environment=Environment.PRODUCTION, metrics_token=token, **limits)
    async with browser(app) as client:
        given: list[tuple[str, int]] = [
            ("", 401),
            ("Bearer another token", 401),
            (f"Basic {token.get_secret_value()}", 429),
            *[(f"bearer {token.get_secret_value()}", 200)] * 3,
        ]
        for header, status in given:
            response = await client.get("/metrics", headers={"Authorization": header} if header else {})
            assert response.status_code == status, header
    await factory.resources.request_counts.close()


async def test_many_scrapes_at_once_share_one_rendering(client: httpx.AsyncClient, factory: Factory) -> None:
    renderings = 0
    render = factory.resources.metrics.render

    def counted(queues: Sequence[QueueSample] | None) -> bytes:
        nonlocal renderings
        renderings += 1
        return render(queues)

    with patch.object(factory.resources.metrics, "render", counted):
        answers = await asyncio.gather(*(client.get("/metrics") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert renderings <= 2


async def test_metrics_are_shown_while_the_jobs_cannot_be_counted(client: httpx.AsyncClient, factory: Factory) -> None:
    with patch.object(factory.jobs, "depths", side_effect=DatabaseUnavailable):
        metrics = (await client.get("/metrics")).text
    assert 'database_connections{state="checked_out"}' in metrics
    assert "\njobs{" not in metrics
    assert "\ndatabase_up 0.0" in metrics


async def test_no_request_adds_a_series_of_its_own_making(client: httpx.AsyncClient) -> None:
    async def ask_for_things_that_are_not_there(number: int) -> set[str]:
        for path in (
            f"/nowhere/{number}",
            f"/api/{number}",
            f"/api/users/{number}",
            f"/dev/{number}",
            f"/metrics/{number}",
        ):
            for method in ("GET", "POST", f"METHOD{number}"):
                await client.request(method, path)
            await client.get(path, headers={"Sec-Fetch-Site": f"site-{number}", "X-Request-ID": f"{number}" * 8})
        lines = (await client.get("/metrics")).text.splitlines()
        return {line.rpartition(" ")[0] for line in lines if not line.startswith("#")}

    await ask_for_things_that_are_not_there(1)
    assert await ask_for_things_that_are_not_there(2) == await ask_for_things_that_are_not_there(3)
