"""Lists as CSV files: all rows of a list, safe to open, in one snapshot.

What each file must be is in test_every_csv_export.py.
"""

import asyncio
import csv
import tempfile
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.requests import ClientDisconnect

from api.files import csv_export
from api.files.csv_export import ExportLimits
from api.state import state_of
from core.email import Mailbox
from core.runtime.bulkhead import Bulkhead
from core.settings import Settings
from domain.errors import TooBusy
from domain.permissions import Role
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser
from tests.support.csv_files import rows_of
from tests.support.helpers import error_of, grant, refusal_of, sign_up_proved
from tests.support.limits import limited_app


async def _many_users(connection: AsyncConnection, count: int) -> None:
    names = "'user' || n || '@example.com', 'Name ' || n, '{member}'"
    await connection.execute(
        text(f"INSERT INTO users (email, name, roles) SELECT {names} FROM generate_series(1, {count}) n")
    )


def limits(*, places: int = 1, rows: int = 100) -> ExportLimits:
    return ExportLimits(Bulkhead(places=places, refusal=TooBusy), rows)


@pytest.fixture
async def admin(client: httpx.AsyncClient, factory: Factory) -> httpx.AsyncClient:
    await grant(factory, await sign_up_proved(client, email="admin@example.com", name="Grace"), Role.ADMIN)
    return client


async def test_a_list_is_exported_whole_with_its_filter_and_order(
    admin: httpx.AsyncClient, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_export, "EXPORT_BATCH", 3)
    await _many_users(connection, 8)
    response = await admin.get("/api/users.csv", params={"sort": "email", "role": "member", "q": "name"})
    rows = rows_of(response)
    listed = (await admin.get("/api/users", params={"sort": "email", "q": "name", "limit": 100})).json()["data"]
    assert [row["email"] for row in rows] == [user["email"] for user in listed]
    assert list(rows[0]) == list(listed[0])
    assert rows[0]["created_at"] == listed[0]["created_at"]
    assert rows[0]["created_at"].endswith("Z")
    assert (rows[0]["roles"], rows[0]["is_active"], rows[0]["invitation_expires_at"]) == ("member", "true", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n="])
async def test_no_cell_is_a_formula(start: str) -> None:
    assert csv_export._cell(f"{start}HYPERLINK(1)").startswith("'")
    assert csv_export._cell([f"{start}x"]).startswith("'")
    assert csv_export._cell(-1) == "-1"


class Tag(BaseModel):
    name: str


class Sighting(BaseModel):
    latitude: Decimal
    place: Tag | None
    tags: list[Tag]


def test_a_number_stays_one_and_a_list_of_objects_is_one_column() -> None:
    columns = csv_export._columns(Sighting)
    assert columns == [("latitude",), ("place", "name"), ("tags",)]
    sighting = Sighting(latitude=Decimal("-33.8600"), place=None, tags=[Tag(name="sea")])
    assert csv_export._cells(sighting, columns) == ["-33.8600", "", '[{"name":"sea"}]']
    assert csv_export._cell("-33.86+1") == "'-33.86+1"


@pytest.mark.parametrize("sign", "=+-@\uff1d\uff0b\uff0d\uff20")
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_a_formula_with_another_separator(separator: str, sign: str) -> None:
    formula = f"{sign}HYPERLINK(1)"
    texts = [f"{before}{formula}" for before in ("", ";", "a;", ';"', '";""', "\t", "a\t", "a\n", "\r\n", "a\r", ",;")]
    values: list[object] = [*texts, texts, *({"name": text} for text in texts)]
    lines = csv_export._lines([["1", csv_export._cell(value), "1"] for value in values]).decode()
    cells = [cell for row in csv.reader(StringIO(lines, newline=""), delimiter=separator) for cell in row]
    assert [cell for cell in cells if cell.startswith(sign)] == []
    assert sum(formula in cell for cell in cells) >= len(values)


async def test_an_export_is_in_the_log(admin: httpx.AsyncClient, log_output: StringIO) -> None:
    user_id = (await admin.get("/api/users/me")).json()["data"]["id"]
    assert len(rows_of(await admin.get("/api/users.csv"))) == 1
    lines = [line for line in log_output.getvalue().splitlines() if "list exported" in line and user_id in line]
    assert ["rows=1" in line for line in lines] == [True]


async def test_a_list_that_is_too_long_is_refused_before_the_first_byte(
    admin: httpx.AsyncClient, connection: AsyncConnection, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state, "api", replace(state_of(app), exports=limits(rows=5)))
    await _many_users(connection, 5)
    refused = await admin.get("/api/users.csv")
    assert refusal_of(refused) == (422, "LIST_TOO_LONG")
    assert "more than 5 rows" in error_of(refused)["message"]
    assert len(rows_of(await admin.get("/api/users.csv", params={"q": "name"}))) == 5


async def test_few_exports_run_at_once(admin: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state, "api", replace(state_of(app), exports=limits(places=0)))
    assert refusal_of(await admin.get("/api/users.csv")) == (503, "TOO_BUSY")


async def test_an_export_that_takes_too_long_is_given_up(
    admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_export, "BUILD_SECONDS", 0)
    assert refusal_of(await admin.get("/api/users.csv")) == (503, "TOO_BUSY")


async def test_exports_count_as_expensive(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    rate = {"rate_limit_expensive_per_minute": 3}
    database = RolledBackDatabase(connection)
    async with limited_app(settings, database, transport, mailbox, **rate) as app, browser(app) as client:
        await grant(state_of(app).factory, await sign_up_proved(client), Role.ADMIN)
        answers = [(await client.get("/api/users.csv")).status_code for _ in range(6)]
    assert (answers[0], answers[-1]) == (200, 429)


@pytest.mark.parametrize("ending", ["read", "aborted", "slow"])
async def test_the_file_is_gone_however_the_download_ends(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = await asyncio.to_thread(tempfile.TemporaryFile)
    await asyncio.to_thread(file.write, b"x" * (3 * csv_export.CHUNK_BYTES))
    monkeypatch.setattr(csv_export, "DOWNLOAD_SECONDS", 0.05 if ending == "slow" else 5)
    response = csv_export.TimedResponse(file, {})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)
        if ending == "aborted":
            raise OSError
        if ending == "slow":
            await asyncio.sleep(1)

    scope: Any = {"type": "http", "asgi": {"spec_version": "2.4"}}
    with nullcontext() if ending == "read" else pytest.raises((ClientDisconnect, TimeoutError)):
        await response(scope, _never, send)
    assert file.closed
    assert len(sent) == {"read": 5, "aborted": 1, "slow": 1}[ending]


async def _never() -> Any:
    await asyncio.Event().wait()


@pytest.mark.race
async def test_what_changes_during_an_export_is_not_in_it(
    committing_app: FastAPI, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_export, "EXPORT_BATCH", 2)
    async with browser(committing_app) as admin:
        await grant(state_of(committing_app).factory, await sign_up_proved(admin, email="a@example.com"), Role.ADMIN)
        async with engine.begin() as connection:
            await _many_users(connection, 6)
        pages = csv_export._pages

        async def disturbed(*of_list: Any) -> Any:
            async for items in pages(*of_list):
                yield items
                async with engine.begin() as connection:
                    await connection.execute(text("DELETE FROM users WHERE email = 'user6@example.com'"))
                    await connection.execute(
                        text("INSERT INTO users (email) VALUES ('z' || uuidv7() || '@example.com')")
                    )

        monkeypatch.setattr(csv_export, "_pages", disturbed)
        rows = rows_of(await admin.get("/api/users.csv", params={"sort": "email"}))
    assert [row["email"] for row in rows] == ["a@example.com", *(f"user{n}@example.com" for n in range(1, 7))]
