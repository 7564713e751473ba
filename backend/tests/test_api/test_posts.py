"""Posts: writing, reading and changing them."""

import json
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.permissions import Permission
from tests.conftest import browser
from tests.support.helpers import error_of, sign_up
from tests.support.posts import summary_of, write_post
from tests.support.resource import Resource, public_when

RESOURCE = Resource(
    "/api/posts",
    key="post_id",
    visibility=public_when(published=True),
    permission=Permission.WRITE_POSTS,
    create={"title": "A", "content": "B"},
    change={"title": "Another"},
    sorts=("created_at", "title"),
    lists=("/api/users/{user_id}/posts",),
)


async def test_a_post_is_answered_with_its_author_and_what_was_left_out(client: httpx.AsyncClient) -> None:
    author = await sign_up(client, name="Ada")
    response = await client.post("/api/posts", json={"title": "  On cats ", "content": "They purr."})
    assert response.status_code == 201
    expected = {
        "author": {"id": author["id"], "name": author["name"], "avatar_url": None},
        "title": "On cats",
        "subtitle": None,
        "content": "They purr.",
        "published": False,
        "version": 1,
    }
    post = response.json()["data"]
    assert {name: post[name] for name in expected} == expected


WORDS = {"title": "A", "content": "B"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": None}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"subtitle": "x" * 301}, "subtitle"),
        ({"subtitle": ""}, "subtitle"),
        ({"content": ""}, "content"),
        ({"content": "a\x00b"}, "content"),
        ({"content": "x" * 50_001}, "content"),
        ({"published": "perhaps"}, "published"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_a_bad_field_is_named_and_nothing_is_written(
    client: httpx.AsyncClient, method: str, changed: dict[str, Any], field: str
) -> None:
    await sign_up(client)
    post = await write_post(client)
    path = "/api/posts" if method == "POST" else f"/api/posts/{post['id']}"
    # httpx would refuse to encode the lone surrogate.
    content = json.dumps(changed if method == "PATCH" else {**WORDS, **changed}).encode()
    response = await client.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert [detail["field"] for detail in error_of(response)["details"]] == [field]
    assert (await client.get("/api/posts")).json()["data"] == [summary_of(post)]


async def test_the_longest_texts_are_kept_as_they_are(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    longest = {"title": "é" * 200, "subtitle": "🎉" * 300, "content": "word " * 9_999 + "12345"}
    post = await write_post(client, **longest)
    assert {name: post[name] for name in longest} == longest


async def test_a_patch_changes_what_is_sent_and_null_removes_the_subtitle(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    post = await write_post(client, subtitle="A subtitle")
    path = f"/api/posts/{post['id']}"
    retitled = (await client.patch(path, json={"title": "Another"})).json()["data"]
    changed = {"title": "Another", "version": 2, "updated_at": retitled["updated_at"]}
    assert retitled == {**post, **changed}
    assert (await client.patch(path, json={"subtitle": None})).json()["data"]["subtitle"] is None
    assert (await client.get(path)).json()["data"]["version"] == 3


async def test_a_put_gives_what_is_left_out_its_default(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    post = await write_post(client, subtitle="A subtitle", published=True)
    response = await client.put(f"/api/posts/{post['id']}", json={"title": "New", "content": "All new"})
    replaced = response.json()["data"]
    assert (replaced["title"], replaced["subtitle"], replaced["published"]) == ("New", None, False)
    assert response.headers["ETag"].startswith('"2-')


async def test_a_deleted_post_is_gone(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    post = await write_post(client)
    path = f"/api/posts/{post['id']}"
    response = await client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    for gone in (await client.get(path), await client.delete(path), await client.patch(path, json={"title": "x"})):
        assert error_of(gone)["internal_code"] == 40410


async def test_what_changes_beside_a_post_is_sent_anew_and_stops_no_edit(client: httpx.AsyncClient) -> None:
    await sign_up(client, name="Ada")
    post = await write_post(client)
    path = f"/api/posts/{post['id']}"
    read = await client.get(path)
    await client.patch("/api/users/me", json={"name": "Countess"})
    again = await client.get(path, headers={"If-None-Match": read.headers["ETag"]})
    assert again.status_code == 200
    assert again.json()["data"]["author"]["name"] == "Countess"
    edited = await client.patch(path, json={"title": "New"}, headers={"If-Match": read.headers["ETag"]})
    assert edited.status_code == 200
    assert (await client.delete(path, headers={"If-Match": read.headers["ETag"]})).status_code == 412


async def test_an_author_is_shown_by_name_and_picture_and_nothing_else(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    ada = await sign_up(client, name="Ada")
    post = await write_post(client)
    picture = uuid4()
    await connection.execute(text("UPDATE users SET avatar_id = :picture"), {"picture": picture})
    author = {"id": ada["id"], "name": "Ada", "avatar_url": f"/api/users/{ada['id']}/avatar?v={picture}"}
    path = f"/api/posts/{post['id']}"
    async with browser(app) as guest:
        answers = [await guest.get(asked) for asked in (path, "/api/posts?count=true")]
        assert [author_of(answer) for answer in answers] == [author] * 2
        assert not any(ada["email"] in answer.text for answer in answers)
        await connection.execute(text("UPDATE users SET is_active = false"))
        assert author_of(await guest.get(path)) == {**author, "avatar_url": None}


def author_of(response: httpx.Response) -> dict[str, Any]:
    """Return the author of the post, or of the first one, in an answer."""
    data = response.json()["data"]
    author: dict[str, Any] = (data if isinstance(data, dict) else data[0])["author"]
    return author


async def test_posts_are_deleted_with_their_authors_account(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as other:
        await sign_up(other)
        theirs = await write_post(other)
        assert (await other.delete("/api/users/me")).status_code == 204
    listed = (await client.get("/api/posts")).json()["data"]
    assert [found["id"] for found in listed] == [post["id"]]
    assert (await client.get(f"/api/posts/{theirs['id']}")).status_code == 404


async def test_a_post_that_may_not_be_read_any_more_is_not_confirmed(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    path = f"/api/posts/{(await write_post(client, published=False))['id']}"
    async with browser(app) as stranger:
        assert (await stranger.get(path, headers={"If-None-Match": "*"})).status_code == 404
