"""One-line ways to write posts."""

from typing import Any

import httpx2 as httpx


async def write_post(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """Write a post as the signed-in user, published by default, and return it."""
    body = {"title": "A title", "content": "Some content.", "published": True, **fields}
    response = await client.post("/api/posts", json=body)
    assert response.status_code == 201, response.text
    post: dict[str, Any] = response.json()["data"]
    return post


def summary_of(post: dict[str, Any]) -> dict[str, Any]:
    """Return a post with a short content as lists show it."""
    return {**{name: value for name, value in post.items() if name != "content"}, "excerpt": post["content"]}
