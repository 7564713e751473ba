"""The API's documentation."""

import httpx


async def test_the_swagger_page_is_served_without_foreign_hosts(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png", "start.js"):
        assert (await client.get(f"/api/docs/assets/{asset}")).status_code == 200


async def test_the_document_is_served(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    assert "/api/auth/signup" in document["paths"]
