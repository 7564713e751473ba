"""Addresses that browsers and password managers know of every site."""

from fastapi import APIRouter, Depends, status
from fastapi.responses import RedirectResponse

from api.dependencies import count_request

PASSWORD_PAGE = "/account/password"  # noqa: S105 -- a page of the front end

router = APIRouter(prefix="/.well-known", dependencies=[Depends(count_request)], include_in_schema=False)


@router.get("/change-password", response_class=RedirectResponse, status_code=status.HTTP_303_SEE_OTHER)
async def get_password_page() -> str:
    """Redirect to the page where users change their password (https://w3c.github.io/webappsec-change-password-url/)."""
    return PASSWORD_PAGE
