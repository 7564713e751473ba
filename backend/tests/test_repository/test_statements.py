"""The cost of a request to the database: the number of statements, and their indexes. Features have their own files."""

from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.account import AccountFilter, AccountSort
from domain.page import PageRequest
from domain.permissions import SYSTEM, Role
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import assert_by_index, recorded_statements, sign_up, statements_of
from tests.support.specimen_routes import write_memo

KEY = {"Idempotency-Key": "a-key"}
# Signed in, one of them finds out who it is.
SIGNED_IN = 1


@pytest.mark.parametrize(
    ("method", "path", "options", "statements"),
    [
        ("GET", "/api/memos", {}, 1),
        ("GET", "/api/memos?count=true", {}, 1),
        ("GET", "/api/memos/{id}", {}, 1),
        ("POST", "/api/memos", {"json": {"title": "A"}}, 1),
        ("POST", "/api/memos", {"json": {"title": "A"}, "headers": KEY}, 3),
        ("POST", "/api/memos/{id}/remarks", {"json": {"content": "Hm."}}, 1),
        ("POST", "/api/memos/{id}/remarks", {"json": {"content": "Hm."}, "headers": KEY}, 3),
        ("PUT", "/api/memos/{id}", {"json": {"title": "A"}, "headers": {"If-Match": '"1"'}}, 1),
        ("DELETE", "/api/memos/{id}", {}, 1),
    ],
)
async def test_a_request_costs_so_many_statements(
    specimen_client: httpx.AsyncClient, method: str, path: str, options: dict[str, Any], statements: int
) -> None:
    await sign_up(specimen_client)
    for _ in range(3):
        memo = await write_memo(specimen_client)
    recorded = await statements_of(specimen_client, method, path.format(id=memo["id"]), **options)
    assert len(recorded) == statements + SIGNED_IN, [statement.sql for statement in recorded]


@pytest.mark.parametrize("path", ["/api/users", "/api/users?count=true&q=a&sort=email", "/api/users/{id}"])
async def test_reading_accounts_costs_one_statement(client: httpx.AsyncClient, factory: Factory, path: str) -> None:
    user = await sign_up(client)
    async with factory.unit_of_work(SYSTEM) as work:
        await work.identity.user_repository.grant(user["id"], [Role.ADMIN])
    recorded = await statements_of(client, "GET", path.format(id=user["id"]))
    assert len(recorded) == 1 + SIGNED_IN, [statement.sql for statement in recorded]


async def test_a_guest_costs_one_statement(specimen_client: httpx.AsyncClient, specimen_app: FastAPI) -> None:
    await sign_up(specimen_client)
    memo = await write_memo(specimen_client)
    async with browser(specimen_app) as anonymous:
        for path in ("/api/memos", f"/api/memos/{memo['id']}"):
            assert len(await statements_of(anonymous, "GET", path)) == 1


@pytest.mark.parametrize("part", ["17777", "Nobody7"])
async def test_accounts_are_found_by_index(connection: AsyncConnection, factory: Factory, part: str) -> None:
    await connection.execute(
        text(
            "INSERT INTO users (email, name, password_hash) "
            "SELECT n || '@example.com', 'Somebody' || n, '' FROM generate_series(1, 20000) n"
        )
    )
    await connection.execute(text("ANALYZE users"))
    async with factory.unit_of_work(SYSTEM) as work:
        with recorded_statements() as recorded:
            await work.users.find(AccountFilter(text=part), sort=AccountSort.NEWEST, page=PageRequest())
    await assert_by_index(connection, recorded[-1], "Bitmap Index Scan on ix_users_search_text")
