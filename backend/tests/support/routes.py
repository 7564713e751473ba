"""Every route, and asking it as every role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from api.documentation import api_routes
from core.settings import Environment, Settings
from domain.permissions import Role

FOREIGN_ID = "00000000-0000-7000-8000-000000000000"
ROLES: dict[str, tuple[Role, ...] | None] = {
    "guest": None,
    "member": (Role.MEMBER,),
    "moderator": (Role.MEMBER, Role.MODERATOR),
    "admin": (Role.MEMBER, Role.ADMIN),
}


def unconnected_app() -> FastAPI:
    """Return an application to be looked at: there is no server behind it."""
    settings = Settings(
        _env_file=None,
        environment=Environment.TEST,
        database_url="postgresql://localhost/none",
        redis_url="redis://localhost",
    )
    return create_app(settings)


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route but those of the development pages, which production does not have."""
    for route in api_routes(app):
        if not route.path.startswith("/dev"):
            yield from ((method, route.path) for method in sorted(route.methods or ()))


def address(path: str, **values: str) -> str:
    """Return the path with every parameter filled in, by something that does not exist unless `values` has it."""
    return re.sub(
        r"{(\w+)}", lambda match: values.get(match[1], "start.js" if match[1] == "name" else FOREIGN_ID), path
    )


@dataclass
class Asking:
    """Asks without consequences: what a request changes is undone."""

    clients: dict[str, httpx.AsyncClient]
    connection: AsyncConnection

    async def __call__(self, role: str, method: str, path: str, **options: Any) -> httpx.Response:
        cookies = dict(self.clients[role].cookies)
        savepoint = await self.connection.begin_nested()
        response = await self.clients[role].request(method, path, **options)
        if savepoint.is_active:
            await savepoint.rollback()
        self.clients[role].cookies.clear()
        self.clients[role].cookies.update(cookies)
        return response
