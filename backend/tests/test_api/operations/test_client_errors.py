"""Pages report their errors; operators find them in the log."""

import httpx2 as httpx
import pytest
from structlog.testing import capture_logs

from api.app import create_app
from core.settings import Settings
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of
from tests.support.resource import PUBLIC, Access

PATH = "/api/client-errors"
ERROR = {"message": "x is undefined", "stack": "at UserForm.vue:12", "page": "/users/:id/edit"}


ACCESS = {
    ("POST", "/api/client-errors"): Access(PUBLIC, {"message": "x is undefined"}),
}


async def test_an_error_of_a_page_reaches_the_log(client: httpx.AsyncClient) -> None:
    with capture_logs() as entries:
        assert (await client.post(PATH, json=ERROR)).status_code == 204
    (entry,) = [entry for entry in entries if entry["event"] == "front-end error"]
    assert entry == {"event": "front-end error", "log_level": "warning", **ERROR}


@pytest.mark.parametrize("field", ["message", "stack", "page"])
async def test_a_report_is_no_longer_than_a_few_kilobytes(client: httpx.AsyncClient, field: str) -> None:
    refused = await client.post(PATH, json={**ERROR, field: "x" * 4001})
    assert (refused.status_code, error_of(refused)["code"]) == (422, "VALIDATION_FAILED")
    assert (await client.post(PATH, json={**ERROR, "cookies": "x"})).status_code == 422


async def test_reports_are_counted_so_that_no_page_floods_the_log(settings: Settings, factory: Factory) -> None:
    limited = settings.model_copy(update={"rate_limits_enabled": True, "rate_limit_expensive_per_minute": 2})
    async with browser(create_app(limited, factory=factory)) as guest:
        statuses = [(await guest.post(PATH, json=ERROR)).status_code for _ in range(3)]
    assert statuses == [204, 204, 429]
