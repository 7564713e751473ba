# ruff: noqa: RUF001 (letters that look alike are the point)
"""Posts of every language are sorted and found as their readers expect."""

from itertools import chain
from typing import Any

import httpx2 as httpx
import pytest

from domain.post import TITLE_MAX_LENGTH
from tests.support.helpers import every_page, sign_up
from tests.support.posts import write_post


async def titles(client: httpx.AsyncClient, **params: Any) -> list[str]:
    response = await client.get("/api/posts", params=params)
    assert response.status_code == 200, response.text
    return [post["title"] for post in response.json()["data"]]


SORTED = [
    "apple",
    "Ärger",
    "banana",
    "Éclair",
    "Istanbul",
    "Jæger",
    "straße",
    "Zebra",
    "Ωμέγα",
    "Ёлка",
    "яблоко",
    "日本",
]


@pytest.mark.parametrize("sort", ["title", "-title"])
@pytest.mark.parametrize("limit", [1, 5, 100])
async def test_titles_are_sorted_regardless_of_case_and_accents(
    client: httpx.AsyncClient, sort: str, limit: int
) -> None:
    await sign_up(client)
    for title in reversed(SORTED):
        await write_post(client, title=title)
    pages = await every_page(client, "/api/posts", sort=sort, limit=limit)
    found = [post["title"] for post in chain(*pages)]
    assert found == (SORTED[::-1] if sort.startswith("-") else SORTED)


@pytest.mark.parametrize("sort", ["title", "-title"])
async def test_pages_have_no_gaps_between_titles_that_people_take_for_equal(
    client: httpx.AsyncClient, sort: str
) -> None:
    await sign_up(client)
    alike = ["Resume", "résumé", "RÉSUMÉ", "resume", "Re\u0301sume\u0301"]
    for title in alike:
        await write_post(client, title=title)
    pages = await every_page(client, "/api/posts", sort=sort, limit=2)
    assert sorted(post["title"] for post in chain(*pages)) == sorted(alike)


@pytest.mark.parametrize("sign", ["ﷺ", "ǆ", "㌀", "ß", "\U0001f600"])
async def test_titles_that_grow_when_they_are_compared_are_stored_and_have_a_cursor(
    client: httpx.AsyncClient, sign: str
) -> None:
    await sign_up(client)
    for _ in range(2):
        await write_post(client, title=sign * TITLE_MAX_LENGTH)
    pages = await every_page(client, "/api/posts", sort="title", limit=1)
    assert [len(page) for page in pages] == [1, 1]


POSTS = {
    "Crème brûlée": "Faites bouillir le lait.",
    "Football in Heidelberg": "Played on Sundays.",
    "日本語の全文検索": "東京都で働く。",
    "Привет, мир": "Поиск по частям слов.",
    "Οδός Αθηνών": "Καλημέρα κόσμε.",
    "مَرْحَبًا بالعالم": "نص عربي.",
    "שָׁלוֹם עולם": "טקסט.",
    "İstanbul'da IŞIK ve ılık": "Türkçe.",
    "สวัสดีชาวโลก": "ภาษาไทย",
    "안녕하세요 세계": "한국어",
    "Straße nach Łódź": "Grüße.",
    "100%_sure\\": "Signs.",
}
QUERIES = {
    "creme brulee": "Crème brûlée",
    "BRÛLÉE crème": "Crème brûlée",
    "rème": "Crème brûlée",
    "ouill": "Crème brûlée",
    "otbal": "Football in Heidelberg",
    "BERG": "Football in Heidelberg",
    "play sunday": "Football in Heidelberg",
    "検索": "日本語の全文検索",
    "語": "日本語の全文検索",
    "東京": "日本語の全文検索",
    "全文 東京": "日本語の全文検索",
    "ПРИВЕТ": "Привет, мир",
    "риве": "Привет, мир",
    "частям": "Привет, мир",
    "οδος": "Οδός Αθηνών",
    "ΟΔΌΣ": "Οδός Αθηνών",
    "αθην": "Οδός Αθηνών",
    "مرحبا": "مَرْحَبًا بالعالم",
    "שלום": "שָׁלוֹם עולם",
    "istanbul": "İstanbul'da IŞIK ve ılık",
    "ışık": "İstanbul'da IŞIK ve ılık",
    "ilik": "İstanbul'da IŞIK ve ılık",
    "ชาว": "สวัสดีชาวโลก",
    "안녕": "안녕하세요 세계",
    "strasse": "Straße nach Łódź",
    "lodz": "Straße nach Łódź",
    "grusse": "Straße nach Łódź",
    "sure\\": "100%_sure\\",
    "%_sure": "100%_sure\\",
}


async def test_posts_are_found_by_parts_of_words_in_every_script(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    for title, content in POSTS.items():
        await write_post(client, title=title, content=content)
    assert {query: await titles(client, q=query) for query in QUERIES} == {
        query: [title] for query, title in QUERIES.items()
    }


@pytest.mark.parametrize("query", ["%%%", "___", "% %", "索検", "football tennis", "\\", "crème-brûlée x" * 14])
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, query: str) -> None:
    await sign_up(client)
    for title, content in POSTS.items():
        await write_post(client, title=title, content=content)
    assert await titles(client, q=query) == []
