"""Swagger UI, served from a wheel: it works offline and loads no scripts from other sites."""

import asyncio
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.dependencies import count_request
from api.documentation import Document, DocumentedApi
from api.files.responses import WholeFileResponse
from core import product

ASSETS = Path(str(files("fastapi_offline"))) / "static"
TEMPLATES = Path(__file__).parents[2] / "templates"

# Swagger UI uses inline styles and `data:` icons.
SWAGGER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'"
)

router = APIRouter(prefix="/api", dependencies=[Depends(count_request)], include_in_schema=False)


@router.get("/openapi.json", response_class=Response)
async def get_openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    document = await cast("DocumentedApi", request.app).document()
    return Response(document.content, media_type="application/json", headers={"ETag": document.tag})


@router.get("/docs", response_class=HTMLResponse)
async def show_swagger() -> HTMLResponse:
    """Show Swagger UI."""
    page = await asyncio.to_thread(_swagger_page)
    return HTMLResponse(page.content, headers={"Content-Security-Policy": SWAGGER_POLICY, "ETag": page.tag})


@router.get("/docs/assets/{name}", response_class=Response)
async def get_swagger_asset(
    name: Literal["swagger-ui-bundle.js", "swagger-ui.css", "favicon.png", "start.js"],
) -> WholeFileResponse:
    """Return a file of Swagger UI."""
    directory = TEMPLATES if name == "start.js" else ASSETS
    return WholeFileResponse(directory / name)


@cache
def _swagger_page() -> Document:
    template = (TEMPLATES / "swagger.html").read_text()
    return Document(template.replace("{{ product }}", escape(product.NAME)).encode())
