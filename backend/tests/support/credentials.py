"""One-line ways to use and change passwords in tests, over HTTP."""

import httpx2 as httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.invitation import Invitation
from domain.permissions import SYSTEM, Role
from service.factory import Factory
from tests.support.helpers import PASSWORD

NEW_PASSWORD = "battery staple correct"
INVITED = "invited@example.com"


async def sign_in(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/auth/signin", json={"email": email, "password": password})


async def forget(client: httpx.AsyncClient, email: str, **headers: str) -> httpx.Response:
    return await client.post("/api/auth/forgot-password", json={"email": email}, headers=headers)


async def reset(client: httpx.AsyncClient, token: str, password: str = NEW_PASSWORD) -> httpx.Response:
    return await client.post("/api/auth/reset-password", json={"token": token, "password": password})


async def change(client: httpx.AsyncClient, new: str = NEW_PASSWORD, **body: str | None) -> httpx.Response:
    body = {"current_password": PASSWORD, "new_password": new, **body}
    return await client.post("/api/auth/change-password", json=body)


async def invite(factory: Factory, *roles: Role) -> None:
    """Invite a user, as the operator does."""
    async with factory.unit_of_work(SYSTEM) as work:
        await work.identity.invitations.invite_as_operator(Invitation(INVITED, None, (Role.MEMBER, *roles)))


async def is_signed_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/api/users/me")).status_code == 200


async def kinds_of_events(connection: AsyncConnection) -> list[str]:
    rows = await connection.execute(text("SELECT kind FROM security_events ORDER BY id"))
    return list(rows.scalars())


async def grow_old(connection: AsyncConnection) -> None:
    """Let the last proof of identity of every session be too long ago."""
    await connection.execute(text("UPDATE sessions SET authenticated_at = authenticated_at - interval '11 minutes'"))
