"""Lists of posts: pages, order, filters and search."""

from itertools import chain
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from tests.conftest import browser
from tests.support.comments import write_comment
from tests.support.helpers import error_of, every_page, sign_up
from tests.support.posts import write_post


async def _write_many(client: httpx.AsyncClient, number: int) -> list[str]:
    """Write posts, some of them at the very same time, and return their titles in order of the alphabet."""
    titles = [f"Post {n:02}" for n in range(number)]
    for title in titles:
        await write_post(client, title=title)
    return titles


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
@pytest.mark.parametrize("sort", ["created_at", "-created_at", "title", "-title"])
async def test_pages_follow_each_other_without_gap_or_repetition(
    client: httpx.AsyncClient, sort: str, limit: int
) -> None:
    await sign_up(client)
    # All within one transaction here, so that all have the same `created_at` and the id alone decides.
    titles = await _write_many(client, 7)
    pages = await every_page(client, "/api/posts", sort=sort, limit=limit)
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert [post["title"] for post in chain(*pages)] == (titles[::-1] if sort.startswith("-") else titles)


async def test_a_post_written_meanwhile_moves_no_page(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await _write_many(client, 4)
    first = (await client.get("/api/posts", params={"limit": 2})).json()
    await write_post(client, title="Newest")
    second = (await client.get("/api/posts", params={"limit": 2, "cursor": first["meta"]["next_cursor"]})).json()
    assert [post["title"] for post in second["data"]] == ["Post 01", "Post 00"]
    assert second["meta"]["next_cursor"] is None


async def test_the_total_is_counted_on_request_only_and_does_not_depend_on_the_page(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await _write_many(client, 3)
    assert "total" not in (await client.get("/api/posts")).json()["meta"]
    first = (await client.get("/api/posts", params={"limit": 2, "count": True})).json()["meta"]
    assert first["total"] == 3
    params = {"limit": 2, "count": True, "cursor": first["next_cursor"]}
    assert (await client.get("/api/posts", params=params)).json()["meta"] == {
        "limit": 2,
        "next_cursor": None,
        "total": 3,
    }
    nothing = (await client.get("/api/posts", params={"q": "unheard", "count": True})).json()
    assert nothing == {"data": [], "meta": {"limit": 20, "next_cursor": None, "total": 0}}


async def test_a_page_may_be_asked_for_by_its_number(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    titles = (await _write_many(client, 5))[::-1]
    for number, found in ((1, titles[:2]), (2, titles[2:4]), (3, titles[4:]), (4, [])):
        page = (await client.get("/api/posts", params={"limit": 2, "page": number})).json()
        assert [post["title"] for post in page["data"]] == found
        assert {**page["meta"], "next_cursor": None} == {"limit": 2, "page": number, "total": 5, "next_cursor": None}
    second = (await client.get("/api/posts", params={"limit": 2, "page": 2})).json()["meta"]
    rest = (await client.get("/api/posts", params={"limit": 2, "cursor": second["next_cursor"]})).json()
    assert [post["title"] for post in rest["data"]] == titles[4:]
    both = await client.get("/api/posts", params={"limit": 2, "page": 2, "cursor": second["next_cursor"]})
    assert both.status_code == 422
    assert [detail["field"] for detail in error_of(both)["details"]] == ["page"]


async def test_a_cursor_is_good_for_its_own_list_only(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    await _write_many(client, 3)
    cursor = (await client.get("/api/posts", params={"limit": 1})).json()["meta"]["next_cursor"]
    changed = ("B" if cursor[-8] == "A" else "A").join((cursor[:-8], cursor[-7:]))
    for params in (
        {"cursor": cursor, "sort": "title"},
        {"cursor": cursor, "published": True},
        {"cursor": changed},
        {"cursor": cursor[:-1]},
        {"cursor": "é"},
        {"cursor": ""},
        {"cursor": "x" * 2_001},
    ):
        response = await client.get("/api/posts", params=params)
        assert response.status_code == 422, params
        assert error_of(response)["details"][0]["field"] == "cursor"
    assert (await client.get("/api/posts", params={"limit": 2, "cursor": cursor})).status_code == 200


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "101"),
        ("limit", "1000000000"),
        ("limit", "9" * 40),
        ("limit", "many"),
        ("sort", "content"),
        ("sort", "title; DROP TABLE posts"),
        ("published", "perhaps"),
        ("author", "me"),
        ("q", ""),
        ("q", "a\x00b"),
        ("q", "x" * 201),
        ("count", "perhaps"),
        ("page", "0"),
        ("page", "501"),
        ("password_hash", "x"),
    ],
)
async def test_what_a_list_does_not_know_is_refused(client: httpx.AsyncClient, parameter: str, value: str) -> None:
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


async def test_a_list_has_the_beginnings_of_posts_and_counts_their_comments(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    long, short = await write_post(client, content="Words. " * 2_000), await write_post(client, content="Two\n\nlines.")
    for _ in range(2):
        await write_comment(client, long)
    for listing in ("/api/posts", "/api/posts?count=true", f"/api/users/{long['author']['id']}/posts"):
        found = (await client.get(listing)).json()["data"]
        assert [(post["id"], post["excerpt"], post["comment_count"]) for post in found] == [
            (short["id"], "Two lines.", 0),
            (long["id"], "Words. " * 39 + "Words.…", 2),
        ]
        assert "content" not in found[0]
    assert (await client.get(f"/api/posts/{long['id']}")).json()["data"] == {**long, "comment_count": 2}
