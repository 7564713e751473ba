"""Rows of a resource, and browsers of all who may want them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.permissions import ROLE_PERMISSIONS, Permission
from tests.conftest import browser
from tests.support.helpers import factory_of, grant, sign_up_proved
from tests.support.resource import METHODS, OK, ROLES, Action, Resource, Rights, resources
from tests.support.routes import unconnected_app

_numbers = count(1)


@dataclass(frozen=True)
class Row:
    """A row, the rights on it, and what the parameters of its address and of its lists are."""

    id: str
    rights: Rights
    values: dict[str, str]


@dataclass(frozen=True)
class World:
    """The owner has a row for each kind of rights; the other user and the holder of the permission have nothing."""

    resource: Resource
    clients: dict[str, httpx.AsyncClient]
    rows: Sequence[Row]

    @property
    def row(self) -> Row:
        """The last one, which most users can see."""
        return self.rows[-1]

    @property
    def ids(self) -> list[str]:
        """The ids of all rows."""
        return [row.id for row in self.rows]

    @property
    def reader(self) -> httpx.AsyncClient:
        """The browser of a user who may read: the owner, if rows have one."""
        return self.clients["owner" if self.row.rights.owner[0] == OK else "holder"]

    @property
    def writer(self) -> httpx.AsyncClient:
        """The browser of a user who may change: the owner, if rows have one."""
        return self.clients["owner" if self.row.rights.owner[1] == OK else "holder"]

    def path(self, action: Action, row: Row | None = None) -> str:
        """Return the address of an action on a row."""
        return self.resource.address(action).format(**(row or self.row).values)

    async def act(self, action: Action, row: Row | None = None, **options: Any) -> httpx.Response:
        """Let the writer do this to the row, with a body that is well formed."""
        options = {"json": body_of(self.resource, action), **options}
        return await self.writer.request(METHODS[action], self.path(action, row), **options)

    async def add(self) -> Row:
        """Make one more row like the last one."""
        return await add_row(self.writer, self.resource, self.row.rights)


@asynccontextmanager
async def opened_world(app: FastAPI, resource: Resource) -> AsyncIterator[World]:
    """Yield the world of a resource."""
    async with AsyncExitStack() as stack:
        clients: dict[str, httpx.AsyncClient] = {role: await stack.enter_async_context(browser(app)) for role in ROLES}
        for role in ("owner", "other", "holder"):
            await sign_up_proved(clients[role])
        await _grant(clients["holder"], resource)
        kinds = resource.visibility.rights
        writer = clients["owner" if kinds[0].owner[1] == OK else "holder"]
        yield World(resource, clients, [await add_row(writer, resource, rights) for rights in kinds])


async def _grant(client: httpx.AsyncClient, resource: Resource) -> None:
    """Grant the smallest role with all permissions that the resource knows; the largest one if it knows none."""
    visibility = resource.visibility
    needed = {
        known
        for known in (resource.permission, visibility.to_list, visibility.to_write)
        if isinstance(known, Permission)
    } or set(Permission)
    roles = [role for role, granted in ROLE_PERMISSIONS.items() if needed <= granted]
    role = min(roles, key=lambda role: len(ROLE_PERMISSIONS[role]))
    await grant(factory_of(client), (await client.get("/api/users/me")).json()["data"], role)


async def add_row(client: httpx.AsyncClient, resource: Resource, rights: Rights) -> Row:
    """Make a row, and all rows above it, as the signed-in user."""
    values = {"user_id": (await client.get("/api/users/me")).json()["data"]["id"]}
    fields = rights.fields  # of the uppermost row
    for above in resource.ancestors:
        values[above.key] = await _write(client, above, values, fields)
        fields = {}
    row_id = await _write(client, resource, values, fields)
    return Row(row_id, rights, {**values, resource.key: row_id})


async def _write(client: httpx.AsyncClient, resource: Resource, values: dict[str, str], fields: Any) -> str:
    if resource.make is not None:
        return await resource.make(client)
    body = {**(body_of(resource, "create") or {}), **fields}
    response = await client.post(resource.path.format(**values), json=body)
    assert response.status_code == resource.created, response.text
    return str(response.json()["data"]["id"])


def body_of(resource: Resource, action: Action) -> dict[str, Any] | None:
    """Return a body that is well formed and breaks no rule of uniqueness, or None for an action that takes none."""
    body = resource.body(action)
    fields = [name for name in resource.unique if body and name in body]
    return None if body is None else {**body, **{name: _another(body[name]) for name in fields}}


def _another(value: Any) -> Any:
    return f"{value}-{next(_numbers)}" if isinstance(value, str) else value + next(_numbers)


def those(*actions: Action, **needed: object) -> pytest.MarkDecorator:
    """Return the mark that asks of all resources with one of these actions, whose attributes are these."""
    chosen = [
        resource
        for resource in resources()
        if not actions or resource.among(*actions)
        if all(getattr(resource, name) == value for name, value in needed.items())
    ]
    return pytest.mark.parametrize("resource", chosen, ids=[resource.path for resource in chosen])


async def stored(connection: AsyncConnection, world: World) -> tuple[int, list[str]]:
    """Return how many rows the table has, and the content of the world's."""
    table = world.resource.table
    number = await connection.execute(text(f"SELECT count(*) FROM {table}"))
    rows = text(f"SELECT t::text FROM {table} t WHERE id = ANY(:ids) ORDER BY id")
    return number.scalar_one(), list((await connection.execute(rows, {"ids": world.ids})).scalars())


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document, which takes a second to build."""
    return unconnected_app().openapi()


def _operation(resource: Resource, action: Action) -> dict[str, Any]:
    operation: dict[str, Any] = document()["paths"][resource.address(action)][METHODS[action].lower()]
    return operation


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema, or the one that it refers to."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document()["components"]["schemas"][name] if name else schema
    return found


def parameters_of(resource: Resource, action: Action) -> dict[str, Any]:
    """Return the schemas of what a route takes beside its body, by name in lower case."""
    parameters = _operation(resource, action).get("parameters", ())
    return {parameter["name"].lower(): resolved(parameter["schema"]) for parameter in parameters}


def required_fields(resource: Resource, action: Action) -> list[str]:
    """Return the fields without which a body is refused."""
    body = _operation(resource, action)["requestBody"]["content"]["application/json"]["schema"]
    required: list[str] = resolved(body).get("required", [])
    return required
