"""Lists of posts: pages, order, filters and search."""

from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from domain.permissions import Role
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of, grant, sign_up
from tests.support.posts import write_post


async def test_the_total_is_that_of_the_filter(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await write_post(client)
    nothing = (await client.get("/api/posts", params={"q": "unheard", "count": True})).json()
    assert nothing == {"data": [], "meta": {"limit": 20, "next_cursor": None, "total": 0}}


async def test_a_cursor_is_good_for_its_own_filter_only(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    for _ in range(2):
        await write_post(client)
    cursor = (await client.get("/api/posts", params={"limit": 1})).json()["meta"]["next_cursor"]
    response = await client.get("/api/posts", params={"cursor": cursor, "published": True})
    assert response.status_code == 422
    assert [detail["field"] for detail in error_of(response)["details"]] == ["cursor"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("published", "perhaps"),
        ("author", "me"),
        ("q", ""),
        ("q", "a\x00b"),
        ("q", "x" * 201),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(client: httpx.AsyncClient, parameter: str, value: str) -> None:
    response = await client.get("/api/posts", params={parameter: value})
    assert response.status_code == 422
    assert [detail["field"] for detail in error_of(response)["details"]] == [parameter]


async def _titles(client: httpx.AsyncClient, path: str = "/api/posts", **params: Any) -> set[str]:
    response = await client.get(path, params=params)
    return {post["title"] for post in response.json()["data"]}


async def test_a_list_is_filtered_by_author_and_by_whether_posts_are_published(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    author = await sign_up(client)
    await write_post(client, title="Mine")
    await write_post(client, title="Draft", published=False)
    async with browser(app) as other:
        await sign_up(other)
        await write_post(other, title="Theirs")
    assert await _titles(client) == {"Mine", "Draft", "Theirs"}
    assert await _titles(client, author=author["id"]) == {"Mine", "Draft"}
    assert await _titles(client, f"/api/users/{author['id']}/posts") == {"Mine", "Draft"}
    assert await _titles(client, f"/api/users/{author['id']}/posts", published=True) == {"Mine"}
    assert await _titles(client, published=False) == {"Draft"}
    assert await _titles(client, author=str(uuid4())) == set()


async def test_drafts_are_listed_and_counted_for_their_author_and_moderators(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    author = await sign_up(client)
    await write_post(client)
    draft = await write_post(client, published=False)
    async with browser(app) as other, browser(app) as moderator, browser(app) as guest:
        await sign_up(other)
        await grant(factory, await sign_up(moderator), Role.MODERATOR)
        for reader, drafts in ((client, [draft["id"]]), (other, []), (moderator, [draft["id"]]), (guest, [])):
            for path in ("/api/posts", f"/api/users/{author['id']}/posts"):
                found = (await reader.get(path, params={"published": False, "count": True})).json()
                assert [post["id"] for post in found["data"]] == drafts
                assert found["meta"]["total"] == len(drafts)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cat", {"On cats"}),  # another form of the word
        ("sleeping", {"On cats"}),  # in the content
        ("feline", {"On cats"}),  # in the subtitle
        ("cats dogs", set()),  # every word must occur
        ("cats or dogs", {"On cats", "On dogs"}),
        ("on -cats", {"On dogs"}),  # `on` is too common to be searched for
        ("bark -cats", {"On dogs"}),
        ('"dogs bark"', {"On dogs"}),
        ('"bark dogs"', set()),
        ("'; DROP TABLE posts; --", set()),
        ("( & | ! :*", set()),
    ],
)
async def test_posts_are_found_by_their_words(client: httpx.AsyncClient, query: str, found: set[str]) -> None:
    await sign_up(client)
    await write_post(client, title="On cats", subtitle="Feline matters", content="They sleep.")
    await write_post(client, title="On dogs", content="Dogs bark.")
    assert await _titles(client, q=query) == found


async def test_a_list_has_the_beginnings_of_posts(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    long, short = await write_post(client, content="Words. " * 2_000), await write_post(client, content="Two\n\nlines.")
    for listing in ("/api/posts", "/api/posts?count=true", f"/api/users/{long['author']['id']}/posts"):
        found = (await client.get(listing)).json()["data"]
        assert [(post["id"], post["excerpt"]) for post in found] == [
            (short["id"], "Two lines."),
            (long["id"], "Words. " * 39 + "Words.…"),
        ]
        assert "content" not in found[0]
    assert (await client.get(f"/api/posts/{long['id']}")).json()["data"] == long
