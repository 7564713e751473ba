"""What probes, scrapers and the curious ask."""

from contextlib import suppress

from fastapi import APIRouter, Request, Response

from api.dependencies import factory_dep, public_unit_of_work_dep
from api.documentation import errors
from api.exceptions import ErrorDetail, NotReadyException
from api.schemas import Data, ReadinessResponse, StatusResponse
from domain.errors import DatabaseUnavailable
from service.health_service import PartState, Readiness

router = APIRouter(tags=["system"])

_OK: Data[StatusResponse] = Data(data=StatusResponse())


@router.get("/api/")
async def get_root() -> Data[StatusResponse]:
    """Answer, whatever else is down."""
    return _OK


@router.get("/api/ping")
async def ping() -> Data[StatusResponse]:
    """Answer, whatever else is down."""
    return _OK


@router.get("/api/health")
async def get_health() -> Data[StatusResponse]:
    """Tell that this process lives; an orchestrator restarts one that does not answer."""
    return _OK


@router.get("/api/ready", responses=errors(NotReadyException))
async def get_readiness(request: Request, work: public_unit_of_work_dep) -> Data[ReadinessResponse]:
    """Tell whether this process can serve; a load balancer sends requests elsewhere while it cannot.

    Without Redis or a replica it can (`degraded`): background work waits, and the primary answers what is read.

    Raises:
        NotReadyException: the database is out of reach or misses migrations, or this process will stop soon.
    """
    if request.app.state.is_draining:
        raise NotReadyException(details=[ErrorDetail("process", "stopping")])
    readiness = await work.health.check()
    if not readiness.can_serve:
        raise NotReadyException(details=_missing_parts(readiness))
    return Data(
        data=ReadinessResponse(
            status="degraded" if readiness.is_degraded else "ok",
            database=readiness.database,
            migrations=readiness.migrations,
            redis=readiness.redis,
            replica=readiness.replica,
        )
    )


def _missing_parts(readiness: Readiness) -> list[ErrorDetail]:
    parts = {"database": readiness.database, "migrations": readiness.migrations, "redis": readiness.redis}
    return [ErrorDetail(name, state) for name, state in parts.items() if state is not PartState.OK]


@router.get("/metrics", response_class=Response, include_in_schema=False)
async def get_metrics(factory: factory_dep, work: public_unit_of_work_dep) -> Response:
    """Return this process's metrics in Prometheus' text format."""
    factory.metrics.forget_jobs()
    with suppress(DatabaseUnavailable):
        for depth in await work.jobs.depths():
            factory.metrics.show_jobs(
                depth.queue, depth.by_state.items(), oldest_pending_seconds=depth.oldest_due_seconds
            )
    usage = factory.database.pool_usage()
    factory.metrics.show_pool(checked_out=usage.checked_out, idle=usage.idle)
    return Response(factory.metrics.render(), media_type="text/plain; version=0.0.4")
