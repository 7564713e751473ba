"""The API's documentation."""

import httpx2 as httpx

from tests.support.resource import PUBLIC, Access

ACCESS = {
    ("GET", "/api/docs"): Access(PUBLIC),
    ("GET", "/api/docs/assets/{name}"): Access(PUBLIC),
}


async def test_the_swagger_page_is_served_without_foreign_hosts(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png", "start.js"):
        assert (await client.get(f"/api/docs/assets/{asset}")).status_code == 200


async def test_the_page_keeps_its_policy_when_the_browser_has_it_already(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    again = await client.get("/api/docs", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]
    assert "content-length" not in again.headers


async def test_both_ways_for_programs_to_sign_in_are_documented(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    schemes = document["components"]["securitySchemes"]
    assert schemes["OAuth2PasswordBearer"]["flows"]["password"]["tokenUrl"] == "/api/auth/token"
    assert (schemes["ApiToken"]["type"], schemes["ApiToken"]["scheme"]) == ("http", "bearer")
    ways = document["paths"]["/api/users/me"]["patch"]["security"]
    assert ways[:2] == [{"OAuth2PasswordBearer": []}, {"ApiToken": []}]
    assert document["paths"]["/api/auth/signin"]["post"]["security"] == []


async def test_the_document_is_served(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    assert "/api/auth/signup" in document["paths"]
