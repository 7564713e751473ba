"""What clients send and get, so that `from api.schemas import UserResponse` works."""

from api.schemas.auth import SignInRequest, SignUpRequest, TokenResponse
from api.schemas.dashboard import DashboardResponse
from api.schemas.envelope import Data, ErrorBody, ErrorResponse
from api.schemas.jobs import JobResponse, JobsResponse
from api.schemas.system import ReadinessResponse, StatusResponse
from api.schemas.users import SessionResponse, UserResponse

__all__ = [
    "DashboardResponse",
    "Data",
    "ErrorBody",
    "ErrorResponse",
    "JobResponse",
    "JobsResponse",
    "ReadinessResponse",
    "SessionResponse",
    "SignInRequest",
    "SignUpRequest",
    "StatusResponse",
    "TokenResponse",
    "UserResponse",
]
