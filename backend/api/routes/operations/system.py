"""Probes for load balancers and orchestrators."""

from fastapi import APIRouter, Request

from api.dependencies import factory_dep
from api.documentation import errors
from api.exceptions import ErrorDetail, NotReadyException
from api.schemas.envelope import Data
from api.schemas.operations.system import ReadinessResponse, StatusResponse
from api.state import state_of
from service.operations.health_service import PartState, Readiness

router = APIRouter(tags=["system"])

_OK: Data[StatusResponse] = Data(data=StatusResponse())


@router.get("/api/", include_in_schema=False)  # an alias of `/api/ping`
async def get_root() -> Data[StatusResponse]:
    """Respond, whatever else is down."""
    return _OK


@router.get("/api/ping")
async def ping() -> Data[StatusResponse]:
    """Respond, whatever else is down."""
    return _OK


@router.get("/api/health")
async def get_health() -> Data[StatusResponse]:
    """Liveness probe: an orchestrator restarts a process that does not respond."""
    return _OK


@router.get("/api/ready", responses=errors(NotReadyException))
async def get_readiness(request: Request, factory: factory_dep) -> Data[ReadinessResponse]:
    """Readiness probe: a load balancer sends requests elsewhere while this process cannot serve.

    Without Redis or a replica the process serves as `degraded`: background jobs wait, and the primary answers reads.
    """
    if state_of(request.app).draining.is_set():
        raise NotReadyException(fields=[ErrorDetail("process", "stopping")])
    readiness = await factory.readiness()
    if not readiness.can_serve:
        raise NotReadyException(fields=_missing_parts(readiness))
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
