"""Properties of every request, where posts add something of their own."""

import httpx2 as httpx
import pytest

from tests.support.helpers import error_of, sign_up
from tests.support.posts import write_post
from tests.test_api.test_caching import depends_on_the_caller

WORDS = {"title": "A", "content": "B"}


async def test_a_post_is_kept_by_its_reader_and_asked_about_again(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    path = f"/api/posts/{(await write_post(client))['id']}"
    read = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": read.headers["ETag"]})
    assert [read.status_code, again.status_code] == [200, 304]
    for response in (read, again, await client.head(path)):
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert depends_on_the_caller(response)
    assert (await client.patch(path, json={"title": "New"})).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("char", ["\n", "\u202e", "\u200b", "\u2028", "\x1b"], ids=ascii)
@pytest.mark.parametrize("field", ["title", "subtitle"])
async def test_no_field_of_one_line_takes_what_is_not_seen(client: httpx.AsyncClient, field: str, char: str) -> None:
    await sign_up(client)
    answer = await client.post("/api/posts", json={**WORDS, field: f"a{char}b"})
    assert answer.status_code == 422
    assert [detail["field"] for detail in error_of(answer)["details"]] == [field]
