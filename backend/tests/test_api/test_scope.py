"""Who may do what to whose posts and comments: every role, on every route, on what is public and what is not.

A route that is added to these resources without a line in `MATRIX` fails a test below.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.documentation import api_routes
from domain.permissions import Role
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of, sign_up, write_comment, write_post

WORDS = {"title": "Changed", "content": "Changed, too."}
BODIES = {"POST": {**WORDS}, "PUT": WORDS, "PATCH": WORDS}

ROLES = ("owner", "other", "moderator", "anonymous")
# method, path, and for each role what it gets: on the owner's draft, and on the owner's published post.
MATRIX: dict[tuple[str, str], dict[str, tuple[int, int]]] = {
    ("GET", "/api/posts"): dict.fromkeys(ROLES, (200, 200)),
    ("GET", "/api/users/{user_id}/posts"): dict.fromkeys(ROLES, (200, 200)),
    ("POST", "/api/posts"): {**dict.fromkeys(ROLES, (201, 201)), "anonymous": (401, 401)},
    ("GET", "/api/posts/{post_id}"): {
        "owner": (200, 200),
        "other": (404, 200),
        "moderator": (200, 200),
        "anonymous": (404, 200),
    },
    **{
        (method, "/api/posts/{post_id}"): {
            "owner": (success, success),
            "other": (404, 403),
            "moderator": (success, success),
            "anonymous": (401, 401),
        }
        for method, success in (("PUT", 200), ("PATCH", 200), ("DELETE", 204))
    },
    ("GET", "/api/posts/{post_id}/comments"): {
        "owner": (200, 200),
        "other": (404, 200),
        "moderator": (200, 200),
        "anonymous": (404, 200),
    },
    ("POST", "/api/posts/{post_id}/comments"): {
        "owner": (201, 201),
        "other": (404, 201),
        "moderator": (201, 201),
        "anonymous": (401, 401),
    },
    ("DELETE", "/api/comments/{comment_id}"): {
        "owner": (204, 204),
        "other": (404, 403),
        "moderator": (204, 204),
        "anonymous": (401, 401),
    },
}
CODES = {401: "NOT_AUTHENTICATED", 403: "PERMISSION_DENIED"}


@dataclass
class World:
    """The owner has a draft and a published post, each with a comment; the others have nothing."""

    clients: dict[str, httpx.AsyncClient]
    owner_id: str
    draft: dict[str, str]
    published: dict[str, str]

    async def ask(self, role: str, method: str, path: str, target: dict[str, str]) -> httpx.Response:
        body = {"content": "Hm."} if path.endswith("/comments") else BODIES.get(method)
        return await self.clients[role].request(
            method, path.format(user_id=self.owner_id, **target), json=body if method in BODIES else None
        )


@pytest.fixture
async def world(app: FastAPI, factory: Factory) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        clients = {role: await stack.enter_async_context(browser(app)) for role in ROLES}
        owner, _, moderator = [await sign_up(clients[role]) for role in ("owner", "other", "moderator")]
        async with factory.unit_of_work() as work:
            await work.identity.user_repository.grant(moderator["id"], [Role.MEMBER, Role.MODERATOR])
        targets = []
        for published in (False, True):
            post = await write_post(clients["owner"], published=published)
            comment = await write_comment(clients["owner"], post)
            targets.append({"post_id": post["id"], "comment_id": comment["id"]})
        yield World(clients, owner["id"], *targets)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), MATRIX)
async def test_every_role_gets_what_it_may(world: World, role: str, method: str, path: str) -> None:
    for target, expected in zip((world.draft, world.published), MATRIX[method, path][role], strict=True):
        response = await world.ask(role, method, path, target)
        assert response.status_code == expected, response.text
        if expected in CODES:
            assert error_of(response)["code"] == CODES[expected]


@pytest.mark.parametrize("role", ["other", "anonymous"])
@pytest.mark.parametrize(("method", "path"), MATRIX)
async def test_a_refused_request_changes_nothing(world: World, role: str, method: str, path: str) -> None:
    before = await _everything(world)
    for target, expected in zip((world.draft, world.published), MATRIX[method, path][role], strict=True):
        if expected >= 400:
            await world.ask(role, method, path, target)
    assert await _everything(world) == before


@pytest.mark.parametrize("path", ["/api/posts", "/api/users/{user_id}/posts"])
async def test_a_list_holds_and_counts_what_the_role_may_read(world: World, path: str) -> None:
    visible = {"owner": 2, "other": 1, "moderator": 2, "anonymous": 1}
    for role, number in visible.items():
        response = await world.clients[role].get(path.format(user_id=world.owner_id), params={"count": True})
        assert len(response.json()["data"]) == response.json()["meta"]["total"] == number, role
        drafts = await world.clients[role].get(path.format(user_id=world.owner_id), params={"published": False})
        assert len(drafts.json()["data"]) == number - 1, role


def test_no_route_of_posts_and_comments_is_without_its_line(app: FastAPI) -> None:
    routes = {
        (method, route.path)
        for route in api_routes(app)
        if {"posts", "comments"} & {*route.tags} or "posts" in route.path or "comments" in route.path
        for method in route.methods or ()
    }
    assert routes == set(MATRIX)


async def _everything(world: World) -> list[object]:
    owner = world.clients["owner"]
    lists = [f"/api/posts/{target['post_id']}/comments" for target in (world.draft, world.published)]
    return [(await owner.get(path)).json() for path in ("/api/posts", *lists)]
