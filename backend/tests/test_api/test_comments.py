"""Comments on posts."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from domain.permissions import Permission
from tests.conftest import browser
from tests.support.comments import write_comment
from tests.support.helpers import error_of, sign_up
from tests.support.posts import write_post
from tests.support.resource import Resource, below
from tests.test_api.test_posts import RESOURCE as POSTS

RESOURCE = Resource(
    "/api/posts/{post_id}/comments",
    key="comment_id",
    at="/api/comments/{comment_id}",
    parent=POSTS,
    visibility=below(POSTS),
    permission=Permission.WRITE_POSTS,
    actions=("list", "create", "delete"),
    create={"content": "A"},
    versioned=False,
)


async def test_a_reader_comments_on_the_post_of_another_user(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as other:
        reader = await sign_up(other, name="Grace")
        response = await other.post(f"/api/posts/{post['id']}/comments", json={"content": "  Well said. "})
    assert response.status_code == 201
    comment = response.json()["data"]
    assert (comment["author"], comment["post_id"], comment["content"]) == (
        {"id": reader["id"], "name": "Grace", "avatar_url": None},
        post["id"],
        "Well said.",
    )
    assert response.headers["Location"] == f"/api/comments/{comment['id']}"
    assert (await client.get(f"/api/posts/{post['id']}/comments")).json()["data"] == [comment]


@pytest.mark.parametrize("content", ["", "   ", "x" * 5_001, "a\x00b", None, 7])
async def test_a_bad_comment_is_refused_and_not_written(client: httpx.AsyncClient, content: Any) -> None:
    await sign_up(client)
    path = f"/api/posts/{(await write_post(client))['id']}/comments"
    response = await client.post(path, json={"content": content})
    assert response.status_code == 422
    assert [detail["field"] for detail in error_of(response)["details"]] == ["content"]
    assert (await client.get(path)).json()["data"] == []


async def test_comments_come_oldest_first(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    post = await write_post(client)
    written = [(await write_comment(client, post))["id"] for _ in range(3)]
    found = (await client.get(f"/api/posts/{post['id']}/comments")).json()["data"]
    assert [comment["id"] for comment in found] == written


async def test_a_post_without_comments_has_an_empty_list_and_no_post_has_none(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    post = await write_post(client)
    empty = await client.get(f"/api/posts/{post['id']}/comments", params={"count": True})
    assert empty.json() == {"data": [], "meta": {"limit": 20, "next_cursor": None, "total": 0}}
    for method in ("GET", "POST"):
        response = await client.request(method, f"/api/posts/{uuid4()}/comments", json={"content": "Hello?"})
        assert error_of(response)["internal_code"] == 40410


async def test_a_deleted_comment_is_gone(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    post = await write_post(client)
    comment, kept = await write_comment(client, post), await write_comment(client, post)
    path = f"/api/comments/{comment['id']}"
    assert (await client.delete(path)).status_code == 204
    assert error_of(await client.delete(path))["internal_code"] == 40411
    assert (await client.get(f"/api/posts/{post['id']}/comments")).json()["data"] == [kept]


async def test_a_comment_on_a_post_that_became_a_draft_again_stays_its_authors(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as reader, browser(app) as stranger:
        await sign_up(reader)
        await sign_up(stranger)
        comment = await write_comment(reader, post)
        await client.patch(f"/api/posts/{post['id']}", json={"published": False})
        assert (await reader.get(f"/api/posts/{post['id']}/comments")).status_code == 404
        assert (await stranger.delete(f"/api/comments/{comment['id']}")).status_code == 404
        assert (await reader.delete(f"/api/comments/{comment['id']}")).status_code == 204


@pytest.mark.race
async def test_a_comment_and_the_end_of_its_post_never_leave_half_of_either(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        posts = [await write_post(client) for _ in range(10)]
        async with asyncio.TaskGroup() as group:
            comments = [
                group.create_task(client.post(f"/api/posts/{post['id']}/comments", json={"content": "First!"}))
                for post in posts
            ]
            deletions = [group.create_task(client.delete(f"/api/posts/{post['id']}")) for post in posts]
    assert {deletion.result().status_code for deletion in deletions} == {204}
    assert {comment.result().status_code for comment in comments} <= {201, 404}
