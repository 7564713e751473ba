"""Metrics for Prometheus."""

import hmac

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import bearer_token_of, count_request, factory_dep, factory_of
from api.routers import Inclusion
from domain.session import NotAuthenticated


async def require_metrics_token(request: Request) -> None:
    """Require `METRICS_TOKEN`, if it is set. Requests without it count towards the rate limit.

    Raises:
        NotAuthenticated: the token is missing or wrong.
        TooManyRequests: the quota of this minute is used up.
    """
    token = factory_of(request).resources.settings.metrics_token
    if token is not None and _same(bearer_token_of(request) or "", token.get_secret_value()):
        return
    await count_request(request)
    if token is not None:
        raise NotAuthenticated


router = APIRouter(dependencies=[Depends(require_metrics_token)], include_in_schema=False)
# Production has metrics only with a token.
inclusion = Inclusion(when=lambda settings: settings.metrics_token is not None or not settings.is_production)


@router.get("/metrics", response_class=Response)
async def get_metrics(factory: factory_dep) -> Response:
    """Return the metrics of all server processes in the text format of Prometheus."""
    return Response(await factory.metrics_page.get(), media_type="text/plain; version=0.0.4")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
