"""Properties of every resource, tested for every `RESOURCE` that a test file declares.

`tests/support/resource.py` says how to declare one. What is special about a feature is in its own test file.
"""

import asyncio
import json
import re
from itertools import product
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tests.support.helpers import commits_refused, error_of
from tests.support.resource import CHANGES, METHODS, ROLES, Resource
from tests.support.routes import FOREIGN_ID, Asking
from tests.support.world import World, body_of, document, required_fields, stored, those
from tests.test_api.test_document import assert_headers_are_documented

ONLY_OWN = (
    "If it shows callers their own rows alone, say `lists_own=True` in its RESOURCE; otherwise see its repository."
)
CODES = {401: "NOT_AUTHENTICATED", 403: "PERMISSION_DENIED"}
# No tag of version 1, the first of every row.
OTHER_TAGS = ('"2"', 'W/"2"', '"2-gzip"', '"1-zip"', '"made up"', "1", '"99999999999999999999"', '"2", "3"', "")
FIRST_TAGS = ('"1"', "*", '"7", "1"', 'W/"1"', '"1-gzip"', '"1--gzip"', 'W/"7",W/"1;gzip"')
# A tag after compressing proxies: nginx and Cloudflare weaken it, Apache and Jetty append the coding.
PROXIES = ("W/{}", '"{}-gzip"', '"{}-br"', '"{}--gzip"', 'W/"{}-zstd"')


@pytest.fixture
def ask(world: World, connection: AsyncConnection) -> Asking:
    return Asking(world.clients, connection)


# Rights


@those()
async def test_every_role_gets_what_it_may(world: World, ask: Asking, resource: Resource) -> None:
    for row, action, role in product(world.rows, resource.actions, ROLES):
        path, body = world.path(action, row), body_of(resource, action)
        response = await ask(role, METHODS[action], path, json=body)
        case = (role, METHODS[action], path, row.rights.fields)
        assert response.status_code == resource.status(action, role, row.rights), (case, response.text)
        if response.status_code in CODES:
            assert error_of(response)["code"] == CODES[response.status_code], case


@those()
async def test_a_refused_request_changes_nothing(world: World, connection: AsyncConnection, resource: Resource) -> None:
    before = await stored(connection, world)
    for row, action, role in product(world.rows, resource.actions, ROLES):
        if resource.status(action, role, row.rights) >= 400:
            body = body_of(resource, action)
            await world.clients[role].request(METHODS[action], world.path(action, row), json=body)
            assert await stored(connection, world) == before, (role, action)


@those("list")
async def test_a_list_holds_and_counts_what_the_role_may_read(world: World, resource: Resource) -> None:
    for row, path, role in product(world.rows, (resource.path, *resource.lists), ROLES):
        if resource.status("list", role, row.rights) != 200:
            continue
        page = (await world.clients[role].get(path.format(**row.values), params=_whole(resource))).json()
        found = {item["id"] for item in page["data"]} & {*world.ids}
        below = [row] if resource.parent else world.rows
        readable = {one.id for one in below if resource.lists_to(role, one.rights)}
        assert found == readable, f"{path} lists other rows to the {role}. {ONLY_OWN}"
        assert page.get("meta", {}).get("total", len(page["data"])) == len(page["data"]), (role, path)


def _whole(resource: Resource) -> dict[str, Any]:
    return {"limit": 100, "count": True} if resource.paged else {}


@those(owned=True)
async def test_rows_go_with_the_account_of_their_owner(
    world: World, connection: AsyncConnection, resource: Resource
) -> None:
    assert (await world.clients["owner"].delete("/api/users/me")).status_code == 204
    assert (await stored(connection, world))[1] == [], f"Delete the rows of {resource.table} with their owner."


# Creating


@those("create")
async def test_what_is_created_is_answered_with_its_address_and_version(world: World, resource: Resource) -> None:
    response = await world.act("create")
    assert response.status_code == resource.created, response.text
    address = re.sub(r"{\w+}", r"[0-9a-f-]+", resource.at)
    assert re.fullmatch(address, response.headers["Location"])
    assert response.headers.get("ETag", "").startswith('"1') == resource.versioned
    if resource.among("read"):
        found = await world.reader.get(response.headers["Location"])
        assert found.json() == response.json()
        assert found.headers.get("ETag") == response.headers.get("ETag")


@those("create", keyed=True)
async def test_a_repeated_key_gets_the_first_answer_and_makes_no_second_row(
    world: World, connection: AsyncConnection
) -> None:
    before, _ = await stored(connection, world)
    body, key = body_of(world.resource, "create"), {"Idempotency-Key": "k"}
    first, second = [await world.act("create", json=body, headers=key) for _ in range(2)]
    assert (first.status_code, first.content) == (second.status_code, second.content)
    for header in ("location", "etag", "content-type", "cache-control"):
        assert first.headers.get(header) == second.headers.get(header), header
    assert (await stored(connection, world))[0] <= before + 1
    other = await world.writer.post(
        world.path("create"),
        content=b" " + json.dumps(body).encode(),
        headers={**key, "Content-Type": "application/json"},
    )
    assert (other.status_code, error_of(other)["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


# Bodies and addresses


@those("create", "replace", "change")
async def test_no_body_is_taken_with_a_field_that_is_unknown_or_missing(
    world: World, connection: AsyncConnection, resource: Resource
) -> None:
    before = await stored(connection, world)
    for action in resource.among("create", "replace", "change"):
        body = body_of(resource, action)
        assert body, f"Add `{action}={{…}}`, a body that is well formed, to the RESOURCE of {resource.path}."
        unknown = {name: {**body, name: FOREIGN_ID} for name in ("id", "user_id", "author_id", "version", "unheard_of")}
        missing = {
            name: {key: value for key, value in body.items() if key != name}
            for name in required_fields(resource, action)
        }
        for name, wrong in {**unknown, **missing}.items():
            response = await world.act(action, json=wrong)
            assert response.status_code == 422, (action, name, response.text)
            assert [detail["field"] for detail in error_of(response)["details"]] == [name], action
    assert await stored(connection, world) == before


@those("change")
async def test_an_empty_change_is_refused(world: World) -> None:
    assert (await world.act("change", json={})).status_code == 422


@those("read", *CHANGES)
async def test_an_id_that_names_no_row_is_not_found_and_one_that_is_none_is_invalid(
    world: World, resource: Resource
) -> None:
    for action in resource.among("read", *CHANGES):
        for row_id, status in ((FOREIGN_ID, 404), ("nonsense", 422)):
            path = resource.at.format(**{**world.row.values, resource.key: row_id})
            response = await world.writer.request(METHODS[action], path, json=body_of(resource, action))
            assert response.status_code == status, (action, response.text)
        assert error_of(response)["details"][0]["field"] == resource.key


@those("delete")
async def test_what_is_deleted_is_gone(world: World, resource: Resource) -> None:
    kept = await world.add()
    response = await world.act("delete")
    assert (response.status_code, response.content) == (204, b"")
    for action in resource.among("read", *CHANGES):
        assert (await world.act(action)).status_code == 404, action
    if resource.among("list"):
        listed = (await world.reader.get(world.path("list", kept))).json()["data"]
        assert world.row.id not in {item["id"] for item in listed}
        assert kept.id in {item["id"] for item in listed}


@those()
async def test_the_headers_that_are_sent_are_documented(world: World, resource: Resource) -> None:
    for action in resource.actions:
        versions = ({"If-Match": '"99"'}, {}) if resource.versioned and action in CHANGES else ({},)
        for headers in versions:
            response = await world.act(action, headers=headers)
            assert_headers_are_documented(document(), resource.address(action), response)


# Versions


@those(*CHANGES, versioned=True)
async def test_a_change_from_another_version_is_refused(
    world: World, connection: AsyncConnection, resource: Resource
) -> None:
    before = await stored(connection, world)
    for action in resource.among(*CHANGES):
        for tag in OTHER_TAGS:
            response = await world.act(action, headers={"If-Match": tag})
            assert (response.status_code, error_of(response)["code"]) == (412, "VERSION_CHANGED"), (action, tag)
    assert await stored(connection, world) == before


@those(*CHANGES, versioned=True)
async def test_a_change_from_the_version_that_is_there_succeeds(world: World, ask: Asking, resource: Resource) -> None:
    role = next(role for role, client in world.clients.items() if client is world.writer)
    for action in resource.among(*CHANGES):
        for tag in FIRST_TAGS:
            body, headers = body_of(resource, action), {"If-Match": tag}
            response = await ask(role, METHODS[action], world.path(action), json=body, headers=headers)
            assert response.is_success, (action, tag, response.text)
            assert response.headers.get("ETag", "").startswith('"2') == (action != "delete"), (action, tag)


@those("read", versioned=True)
async def test_what_the_client_has_is_not_sent_again(world: World) -> None:
    path = world.path("read")
    read = await world.reader.get(path)
    tag = read.headers["ETag"]
    for known in ("{}", "W/{}", '"7", {}', " * ", "*"):
        response = await world.reader.get(path, headers={"If-None-Match": known.format(tag)})
        assert (response.status_code, response.content) == (304, b""), known
        assert response.headers["ETag"] == tag
        assert "content-length" not in response.headers
    assert (await world.reader.get(path, headers={"If-None-Match": '"2"'})).json() == read.json()


@those("change", versioned=True)
async def test_the_tag_that_a_compressing_proxy_passes_on_is_as_good(world: World) -> None:
    path = world.path("read")
    for number, proxy in enumerate(PROXIES):
        tag = (await world.reader.get(path)).headers["ETag"]
        passed_on = proxy.format(tag if proxy == "W/{}" else tag.strip('"'))
        assert (await world.reader.get(path, headers={"If-None-Match": passed_on})).status_code == 304, passed_on
        edited = await world.act("change", headers={"If-Match": passed_on})
        assert edited.headers["ETag"].startswith(f'"{number + 2}'), passed_on
        assert (await world.reader.get(path, headers={"If-None-Match": passed_on})).status_code == 200, passed_on
        assert (await world.act("change", headers={"If-Match": passed_on})).status_code == 412, passed_on


@those("change", versioned=True)
async def test_tags_on_several_lines_are_one_list(world: World) -> None:
    path = world.path("read")
    for others_first in (True, False):
        tags = ['"77"', (await world.reader.get(path)).headers["ETag"]][:: 1 if others_first else -1]
        read = await world.reader.get(path, headers=[("If-None-Match", tag) for tag in tags])
        assert read.status_code == 304, tags
        edited = await world.act("change", headers=[("If-Match", tag) for tag in tags])
        assert edited.status_code == 200, tags


@pytest.mark.race
@those("change", versioned=True)
async def test_of_fifty_edits_of_one_version_exactly_one_wins(committing_world: World) -> None:
    world = committing_world
    for version in (1, 2):
        headers = {"If-Match": f'"{version}"'}
        async with asyncio.TaskGroup() as group:
            edits = [group.create_task(world.act("change", headers=headers)) for _ in range(50)]
        answers = [edit.result() for edit in edits]
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 49
        (winner,) = (answer for answer in answers if answer.is_success)
        found = await world.reader.get(world.path("read"))
        assert (found.json(), found.headers["ETag"]) == (winner.json(), winner.headers["ETag"])
        assert winner.headers["ETag"].startswith(f'"{version + 1}')


@pytest.mark.race
@those("create", *CHANGES)
async def test_no_change_is_answered_with_success_when_its_commit_fails(
    committing_world: World, engine: AsyncEngine, resource: Resource
) -> None:
    world = committing_world
    async with engine.connect() as connection:
        before = await stored(connection, world)
    async with commits_refused(engine, resource.table):
        for action in resource.among("create", *CHANGES):
            assert (await world.act(action)).status_code == 500, action
    async with engine.connect() as connection:
        assert await stored(connection, world) == before
