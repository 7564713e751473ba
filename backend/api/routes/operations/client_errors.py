"""Error reports from browsers."""

from fastapi import APIRouter, Depends, status

from api.dependencies import count_expensive, count_request
from api.schemas.client_errors import ClientErrorRequest
from core.client_errors import report_client_error

router = APIRouter(
    prefix="/api/client-errors", tags=["system"], dependencies=[Depends(count_request), Depends(count_expensive)]
)


@router.post("", status_code=status.HTTP_204_NO_CONTENT)
async def create_client_error(body: ClientErrorRequest) -> None:
    """Report an unexpected error of a page. It goes to the log, and to Sentry if enabled. No sign-in is required."""
    report_client_error(body.message, stack=body.stack, page=body.page)
