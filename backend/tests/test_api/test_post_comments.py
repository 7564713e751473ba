"""The effects of comments on their post."""

from uuid import uuid4

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from service.factory import Factory
from tests.conftest import browser
from tests.support.comments import write_comment
from tests.support.data_exports import exported
from tests.support.helpers import sign_up
from tests.support.posts import write_post


async def test_a_post_and_every_list_say_how_many_comments_it_has(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    discussed, silent = await write_post(client), await write_post(client)
    assert discussed["comment_count"] == 0
    for _ in range(2):
        await write_comment(client, discussed)
    for listing in ("/api/posts", "/api/posts?count=true", f"/api/users/{discussed['author']['id']}/posts"):
        found = (await client.get(listing)).json()["data"]
        assert {post["id"]: post["comment_count"] for post in found} == {silent["id"]: 0, discussed["id"]: 2}
    assert (await client.get(f"/api/posts/{discussed['id']}")).json()["data"] == {**discussed, "comment_count": 2}


async def test_a_post_takes_its_comments_along(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up(client)
    post = await write_post(client)
    await write_comment(client, post)
    assert (await client.delete(f"/api/posts/{post['id']}")).status_code == 204
    assert (await connection.execute(text("SELECT count(*) FROM comments"))).scalar_one() == 0


async def test_a_new_comment_makes_its_post_be_sent_anew_and_stops_no_edit(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    post = await write_post(client)
    path = f"/api/posts/{post['id']}"
    read = await client.get(path)
    await write_comment(client, post)
    again = await client.get(path, headers={"If-None-Match": read.headers["ETag"]})
    assert (again.status_code, again.json()["data"]["comment_count"]) == (200, 1)
    edited = await client.patch(path, json={"title": "New"}, headers={"If-Match": read.headers["ETag"]})
    assert edited.status_code == 200


async def test_the_author_of_a_comment_is_shown_by_name_and_picture_and_nothing_else(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    ada = await sign_up(client, name="Ada")
    post = await write_post(client)
    await write_comment(client, post)
    picture = uuid4()
    await connection.execute(text("UPDATE users SET avatar_id = :picture"), {"picture": picture})
    async with browser(app) as guest:
        listed = await guest.get(f"/api/posts/{post['id']}/comments")
    author = {"id": ada["id"], "name": "Ada", "avatar_url": f"/api/users/{ada['id']}/avatar?v={picture}"}
    assert listed.json()["data"][0]["author"] == author
    assert ada["email"] not in listed.text


async def test_comments_are_deleted_with_their_authors_account(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as other:
        await sign_up(other)
        await write_comment(other, post)
        assert (await other.delete("/api/users/me")).status_code == 204
    assert (await client.get(f"/api/posts/{post['id']}")).json()["data"]["comment_count"] == 0


async def test_a_user_gets_their_posts_and_comments_with_their_data_and_no_comment_of_another(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    ada = await sign_up(client)
    post = await write_post(client, title="Mine", published=True)
    own = await write_comment(client, post, "By me.")
    async with browser(app) as other:
        await sign_up(other)
        await write_post(other, title="Theirs")
        await write_comment(other, post, "By another.")
    found = await exported(client, factory)
    assert [(row["id"], row["title"], row["author_id"]) for row in found["posts.json"]] == [
        (post["id"], "Mine", ada["id"])
    ]
    assert [(row["id"], row["content"]) for row in found["comments.json"]] == [(own["id"], "By me.")]
