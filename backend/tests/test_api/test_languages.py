"""Accounts are found as readers of every language expect."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.account import AccountFilter, AccountSort
from domain.page import PageRequest
from domain.permissions import SYSTEM
from service.factory import Factory


@pytest.mark.parametrize("query", ["jose", "GARCÍA", "garc jos", "smorgas", "mail@exa", "山"])
async def test_accounts_are_found_in_every_script(connection: AsyncConnection, factory: Factory, query: str) -> None:
    names = ["José García", "Smörgås", "山田 太郎"]
    for number, name in enumerate(names):
        await connection.execute(
            text("INSERT INTO users (email, name) VALUES (:email, :name)"),
            {"email": f"mail@exa{number}mple.com", "name": name},
        )
    async with factory.unit_of_work(SYSTEM) as work:
        page = await work.users.find(AccountFilter(text=query), sort=AccountSort.NEWEST, page=PageRequest())
    found = [user.name for user in page.items]
    assert len(found) == (3 if query == "mail@exa" else 1)
