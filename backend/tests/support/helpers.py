"""One-line ways to bring about what a test starts from."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.state import state_of
from domain.permissions import SYSTEM, Actor, Role
from repository import models
from repository.sql.statements import CompiledQuery, Parameters, compiled_query
from service.factory import Factory

PASSWORD = "correct horse battery"
_numbers = count(1)


async def sign_up(
    client: httpx.AsyncClient, *, email: str | None = None, password: str = PASSWORD, name: str | None = None
) -> dict[str, Any]:
    """Sign a new user up and in, and return it."""
    body = {"email": email or f"user{next(_numbers)}@example.com", "password": password, "name": name}
    response = await client.post("/api/auth/signup", json=body)
    assert response.status_code == 201, response.text
    user: dict[str, Any] = response.json()["data"]
    return user


def app_of(client: httpx.AsyncClient) -> FastAPI:
    """Return the application that a test's browser talks to."""
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    app: FastAPI = transport.app  # type: ignore[assignment]
    return app


def factory_of(client: httpx.AsyncClient) -> Factory:
    """Return the factory of the application that a test's browser talks to."""
    return state_of(app_of(client)).factory


async def prove_address(client: httpx.AsyncClient) -> None:
    """Prove the address of the signed-in user, as the link of the welcome email does in the same browser."""
    user_id = UUID((await client.get("/api/users/me")).json()["data"]["id"])
    async with factory_of(client).unit_of_work(SYSTEM) as work:
        await work.identity.user_repository.mark_verified(user_id)


async def sign_up_proved(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Sign a new user up and in, with a proved address, and return it."""
    user = await sign_up(client, **fields)
    await prove_address(client)
    return {**user, "is_verified": True}


async def grant(factory: Factory, user: dict[str, Any], *roles: Role) -> None:
    """Give a user roles beside that of every member."""
    async with factory.unit_of_work() as work:
        await work.identity.user_repository.grant(UUID(user["id"]), [Role.MEMBER, *roles])


async def new_actor(factory: Factory, email: str, *, name: str | None = None) -> Actor:
    """Insert a user who never signs in, and return them as an actor."""
    async with factory.unit_of_work(SYSTEM) as work:
        user = models.User(email=email, name=name)
        work.session.add(user)
        await work.session.flush()
        return Actor(user.id)


def error_of(response: httpx.Response) -> dict[str, Any]:
    """Return the error that an answer carries."""
    error: dict[str, Any] = response.json()["error"]
    return error


async def every_page(client: httpx.AsyncClient, path: str, **params: Any) -> list[list[dict[str, Any]]]:
    """Follow the cursors through a list and return its pages."""
    pages = []
    cursor: dict[str, str] = {}
    while True:
        response = await client.get(path, params={**params, **cursor})
        assert response.status_code == 200, response.text
        pages.append(response.json()["data"])
        if (following := response.json()["meta"]["next_cursor"]) is None:
            return pages
        cursor = {"cursor": following}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it was sent to PostgreSQL."""

    sql: str
    parameters: Any


@contextmanager
def recorded_statements() -> Iterator[list[Statement]]:
    """Record what repositories send, which leaves out what begins and ends transactions."""
    statements: list[Statement] = []

    def record(statement: Executable, parameters: Parameters | None = None) -> CompiledQuery:
        sent = compiled_query(statement, parameters)
        statements.append(Statement(sent.sql, tuple(sent.arguments)))
        return sent

    with patch("repository.connection.compiled_query", record):
        yield statements


async def statements_of(client: httpx.AsyncClient, method: str, path: str, **options: Any) -> list[Statement]:
    """Make a request that succeeds, and return what repositories send for it."""
    with recorded_statements() as recorded:
        response = await client.request(method, path, **options)
    assert response.is_success, response.text
    return recorded


async def assert_by_index(connection: AsyncConnection, statement: Statement, *scans: str) -> None:
    """Fail unless PostgreSQL runs the statement with these scans of indexes, and reads no table as a whole."""
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement.sql}", statement.parameters)
    plan = "\n".join(rows.scalars())
    for scan in scans:
        assert scan in plan, f"{statement.sql}\n{plan}"
    assert "Seq Scan on" not in plan, f"{statement.sql}\n{plan}"


@asynccontextmanager
async def commits_refused(engine: AsyncEngine, *tables: str) -> AsyncIterator[None]:
    """Let every commit fail that inserts into, updates or deletes from one of the tables."""
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'refused at commit' USING ERRCODE = '23514'; END $$"
            )
        )
        for table in tables:
            await connection.execute(
                text(
                    f"CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT OR UPDATE OR DELETE ON {table} "
                    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_commit()"
                )
            )
    try:
        yield
    finally:
        async with engine.begin() as connection:
            await connection.execute(text("DROP FUNCTION refuse_commit CASCADE"))


def refusal_of(response: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of an answer that carries an error."""
    return response.status_code, error_of(response)["code"]
