"""What scrapers ask."""

import hmac

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import bearer_token_of, count_request, factory_dep, factory_of
from domain.session import NotAuthenticated


async def require_metrics_token(request: Request) -> None:
    """Let the scraper in that sends `METRICS_TOKEN`, and count everyone else; without one the door is open.

    Raises:
        NotAuthenticated: the token is missing or wrong.
        TooManyRequests: this minute's are used up.
    """
    token = factory_of(request).settings.metrics_token
    if token is not None and _same(bearer_token_of(request) or "", token.get_secret_value()):
        return
    await count_request(request)
    if token is not None:
        raise NotAuthenticated


router = APIRouter(dependencies=[Depends(require_metrics_token)], include_in_schema=False)


@router.get("/metrics", response_class=Response)
async def get_metrics(factory: factory_dep) -> Response:
    """Return the metrics of all server processes in Prometheus' text format."""
    return Response(await factory.scrape(), media_type="text/plain; version=0.0.4")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
