"""Responses to probes."""

from typing import Literal

from pydantic import BaseModel

from core.replica import ReplicaState
from service.operations.health_service import PartState


class StatusResponse(BaseModel):
    """A constant: the process responds."""

    status: Literal["ok"] = "ok"


class ReadinessResponse(BaseModel):
    """The state of each part that requests depend on."""

    status: Literal["ok", "degraded"]
    database: PartState
    migrations: PartState
    redis: PartState
    # Null if no replica is configured.
    replica: ReplicaState | None
