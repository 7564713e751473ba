"""Personal API tokens: what they can do, and what they can never do."""

import asyncio
import re
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.documentation import api_routes
from core.email import Mailbox
from core.settings import Settings
from domain.permissions import Role
from service.factory import Factory
from service.identity.api_token_format import PREFIX, assemble_token, is_well_formed
from tests.conftest import HeldTransport, browser, opened_factory, run_due_jobs
from tests.support.api_tokens import create_token, program
from tests.support.helpers import error_of, grant, recorded_statements, sign_up_proved
from tests.support.resource import PERSONAL, PUBLIC, Resource, access
from tests.support.specimen_routes import write_memo

WORDS = {"title": "B"}


@pytest.fixture
def app(specimen_app: FastAPI) -> FastAPI:
    return specimen_app


async def _token(client: httpx.AsyncClient) -> str:
    return str((await create_token(client))["details"]["id"])


RESOURCE = Resource(
    "/api/auth/tokens",
    key="token_id",
    table="api_tokens",
    visibility=PERSONAL,
    actions=("list", "create", "delete"),
    create={"name": "A", "scopes": ["read"], "expires_in_days": 1},
    make=_token,
    versioned=False,
    paged=False,
    keyed=False,
)


async def test_a_token_is_shown_once_and_kept_as_a_hash(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up_proved(client)
    created = await create_token(client, "write", "read", name="  Nightly import ")
    listed = (await client.get("/api/auth/tokens")).json()["data"]
    assert listed == [created["details"]]
    assert listed[0]["name"] == "Nightly import"
    assert listed[0]["scopes"] == ["read", "write"]
    assert listed[0]["hint"] == f"{PREFIX}…{created['token'][-4:]}"
    assert listed[0]["last_used_at"] is None
    row = (await connection.execute(text("SELECT t.*, t::text AS everything FROM api_tokens t"))).one()
    assert created["token"] not in row.everything
    assert len(row.token_hash) == 32


async def test_tokens_are_what_secret_scanners_recognise(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    token = (await create_token(client))["token"]
    assert re.fullmatch(rf"{PREFIX}[0-9A-Za-z]{{49}}", token)
    assert is_well_formed(token)
    for position in (7, 20, len(token) - 1):
        other = "0" if token[position] != "0" else "1"
        assert not is_well_formed(token[:position] + other + token[position + 1 :])
    assert assemble_token(b"\xff" * 32) != assemble_token(b"\x00" * 32)
    assert len(assemble_token(b"\x00" * 32)) == len(assemble_token(b"\xff" * 32)) == len(token)


async def test_a_program_acts_as_the_owner(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    token = (await create_token(client, "write"))["token"]
    async with program(app, token) as script:
        assert (await script.get("/api/users/me")).json()["data"]["id"] == user["id"]
        memo = await write_memo(script, published=False)
        assert (await script.put(f"/api/memos/{memo['id']}", json=WORDS)).status_code == 200
        assert (await script.delete(f"/api/memos/{memo['id']}")).status_code == 204


async def test_a_token_that_only_reads_is_refused_everywhere_else(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up_proved(client)
    memo = await write_memo(client, published=False)
    async with program(app, (await create_token(client, "read"))["token"]) as script:
        assert (await script.get(f"/api/memos/{memo['id']}")).status_code == 200
        for method, path in [("POST", "/api/memos"), ("PUT", f"/api/memos/{memo['id']}")]:
            response = await script.request(method, path, json=WORDS)
            assert (response.status_code, error_of(response)["code"]) == (403, "API_TOKEN_SCOPE_MISSING")
        assert (await script.delete(f"/api/memos/{memo['id']}")).status_code == 403
    assert (await client.get(f"/api/memos/{memo['id']}")).json()["data"]["version"] == 1


async def test_no_route_that_changes_something_forgets_the_scope(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up_proved(client)
    token = (await create_token(client, "read"))["token"]
    client.cookies.clear()
    public = {path for (_, path), line in access().items() if line.to == PUBLIC} | {"/api/auth/refresh"}
    async with program(app, token) as script:
        for route in api_routes(app):
            for method in set(route.methods or ()) - {"GET", "HEAD"}:
                if route.path not in public:
                    path = re.sub(r"\{\w+\}", str(UUID(int=0)), route.path)
                    response = await script.request(method, path, json={})
                    assert response.status_code == 403, (method, path, response.text)
                    assert error_of(response)["code"] == "API_TOKEN_SCOPE_MISSING", (method, path)


async def test_a_token_lends_those_permissions_only_that_it_names(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    user = await sign_up_proved(client)
    refused = await client.post("/api/auth/tokens", json=_wanted("read", "read:jobs"))
    assert (refused.status_code, error_of(refused)["code"]) == (403, "API_TOKEN_SCOPE_NOT_HELD")
    await grant(factory, user, Role.ADMIN)
    plain, lent = await create_token(client, "write"), await create_token(client, "read", "read:jobs")
    async with program(app, plain["token"]) as script:
        refused = await script.get("/api/jobs")
        assert (refused.status_code, error_of(refused)["code"]) == (403, "PERMISSION_DENIED")
    async with program(app, lent["token"]) as script:
        assert (await script.get("/api/jobs")).status_code == 200
        await grant(factory, user, Role.MEMBER)
        assert (await script.get("/api/jobs")).status_code == 403


async def test_an_admins_token_changes_the_memos_of_others_only_if_it_says_so(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    async with browser(app) as author:
        await sign_up_proved(author)
        memo = await write_memo(author)
    await grant(factory, await sign_up_proved(client), Role.ADMIN)
    for scopes, status in ((["write"], 403), (["write", "write:jobs"], 200)):
        async with program(app, (await create_token(client, *scopes))["token"]) as script:
            assert (await script.put(f"/api/memos/{memo['id']}", json=WORDS)).status_code == status


async def test_a_token_that_is_revoked_expired_or_whose_owner_is_deactivated_is_worthless(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    revoked, expired, orphaned = [await create_token(client) for _ in range(3)]
    assert await _status(app, revoked) == 200
    assert (await client.delete(f"/api/auth/tokens/{revoked['details']['id']}")).status_code == 204
    assert await _status(app, revoked) == 401
    again = await client.delete(f"/api/auth/tokens/{revoked['details']['id']}")
    assert (again.status_code, error_of(again)["code"]) == (404, "API_TOKEN_NOT_FOUND")
    await connection.execute(
        text("UPDATE api_tokens SET expires_at = now() WHERE id = :id"), {"id": expired["details"]["id"]}
    )
    assert await _status(app, expired) == 401
    assert await _status(app, orphaned) == 200
    await connection.execute(text("UPDATE users SET is_active = false"))
    assert await _status(app, orphaned) == 401


@pytest.mark.race
async def test_a_token_that_another_process_revokes_is_refused_within_a_second(
    settings: Settings, committing_factory: Factory, committing_app: FastAPI, transport: HeldTransport, mailbox: Mailbox
) -> None:
    from api.app import create_app

    remembering = settings.model_copy(update={"identity_snapshot_seconds": 1})
    async with (
        browser(committing_app) as client,
        opened_factory(remembering, committing_factory.resources.database, transport, mailbox) as other_process,
    ):
        await sign_up_proved(client)
        token = await create_token(client)
        async with program(create_app(remembering, factory=other_process), token["token"]) as script:
            assert (await script.get("/api/users/me")).status_code == 200
            await client.delete(f"/api/auth/tokens/{token['details']['id']}")
            await asyncio.sleep(1)
            assert (await script.get("/api/users/me")).status_code == 401


async def test_a_mistyped_token_is_refused_without_asking_the_database(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up_proved(client)
    token = (await create_token(client))["token"]
    with recorded_statements() as statements:
        for wrong in (f"{token}0", token[:-1], token[:-1] + ("0" if token[-1] != "0" else "1"), PREFIX):
            async with program(app, wrong) as script:
                assert (await script.get("/api/users/me")).status_code == 401
    assert statements == []


async def test_reading_with_a_token_writes_nothing_and_its_use_is_noted_afterwards(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    token = await create_token(client)
    with recorded_statements() as statements:
        for _ in range(3):
            assert await _status(app, token) == 200
    assert [statement.sql.split()[0] for statement in statements] == ["SELECT"] * 3
    with recorded_statements() as statements:
        await factory.resources.identity.token_usage.flush()
        assert await _status(app, token) == 200
        await factory.resources.identity.token_usage.flush()
    assert ["UPDATE api_tokens" in statement.sql for statement in statements] == [True, False]
    (listed,) = (await client.get("/api/auth/tokens")).json()["data"]
    assert listed["last_used_at"] is not None
    await connection.execute(text("UPDATE api_tokens SET last_used_at = last_used_at - interval '5 minutes 1 second'"))
    before = (await client.get("/api/auth/tokens")).json()["data"][0]["last_used_at"]
    await _status(app, token)
    await factory.resources.identity.token_usage.flush()
    assert (await client.get("/api/auth/tokens")).json()["data"][0]["last_used_at"] > before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read:users"]}, "scopes"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"scopes": ["read"] * 50}, "scopes"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 366}, "expires_in_days"),
        ({"expires_in_days": None}, "expires_in_days"),
        ({"name": "  "}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"user_id": str(UUID(int=1))}, "user_id"),
    ],
)
async def test_a_bad_wish_names_the_field(client: httpx.AsyncClient, fields: dict[str, Any], field: str) -> None:
    await sign_up_proved(client)
    response = await client.post("/api/auth/tokens", json={**_wanted("read"), **fields})
    assert response.status_code == 422
    assert {detail["field"].split(".")[0] for detail in error_of(response)["details"]} == {field}


async def test_creating_a_token_needs_a_recent_proof(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up_proved(client)
    await connection.execute(text("UPDATE sessions SET authenticated_at = authenticated_at - interval '11 minutes'"))
    response = await client.post("/api/auth/tokens", json=_wanted("read"))
    assert (response.status_code, error_of(response)["code"]) == (403, "REAUTHENTICATION_REQUIRED")


async def test_no_token_gets_at_its_owners_credentials(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up_proved(client)
    token = await create_token(client, "write")
    (session,) = (await client.get("/api/auth/sessions")).json()["data"]
    refused = [
        ("GET", "/api/auth/tokens", None),
        ("POST", "/api/auth/tokens", _wanted("write")),
        ("DELETE", f"/api/auth/tokens/{token['details']['id']}", None),
        ("GET", "/api/auth/sessions", None),
        ("DELETE", "/api/auth/sessions", None),
        ("DELETE", f"/api/auth/sessions/{session['id']}", None),
        ("POST", "/api/auth/reauthenticate", {"password": "whatever it is"}),
        ("POST", "/api/auth/signout", None),
        ("GET", "/api/auth/identities", None),
        ("DELETE", f"/api/auth/identities/{session['id']}", None),
        ("POST", "/api/auth/oidc/any/link", {}),
        ("GET", "/api/dashboard", None),
    ]
    async with program(app, token["token"]) as script:
        for method, path, body in refused:
            response = await script.request(method, path, json=body)
            assert (response.status_code, error_of(response)["code"]) == (403, "SESSION_REQUIRED"), (method, path)
    assert (await client.get("/api/auth/sessions")).json()["data"] == [session]


async def test_the_owner_hears_of_a_new_token_and_the_audit_log_of_both_ends(
    client: httpx.AsyncClient, factory: Factory, mailbox: Mailbox, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    token = await create_token(client)
    await client.delete(f"/api/auth/tokens/{token['details']['id']}")
    await run_due_jobs(factory)
    assert "An API token was created" in {mail.message["Subject"] for mail in await mailbox.newest_first()}
    rows = (await connection.execute(text("SELECT kind, details::text FROM security_events ORDER BY id"))).all()
    assert [row.kind for row in rows] == ["signed_up", "api_token_created", "api_token_revoked"]
    assert all(token["token"] not in row.details for row in rows)


async def test_expired_tokens_are_deleted_after_a_month(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    for days in (1, 29, 31):
        token = await create_token(client)
        await connection.execute(
            text("UPDATE api_tokens SET expires_at = now() - make_interval(days => :days) WHERE id = :id"),
            {"days": days, "id": token["details"]["id"]},
        )
    async with factory.unit_of_work() as work:
        assert await work.identity.api_tokens.delete_expired() == 1


def _wanted(*scopes: str) -> dict[str, Any]:
    return {"name": "Script", "scopes": list(scopes), "expires_in_days": 1}


async def _status(app: FastAPI, token: dict[str, Any]) -> int:
    async with program(app, token["token"]) as script:
        return (await script.get("/api/users/me")).status_code
