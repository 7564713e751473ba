"""One-line ways to write comments."""

from typing import Any

import httpx2 as httpx


async def write_comment(client: httpx.AsyncClient, post: dict[str, Any], content: str = "Well said.") -> dict[str, Any]:
    """Comment on a post as the signed-in user, and return the comment."""
    response = await client.post(f"/api/posts/{post['id']}/comments", json={"content": content})
    assert response.status_code == 201, response.text
    comment: dict[str, Any] = response.json()["data"]
    return comment
