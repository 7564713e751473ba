"""What clients send and get, so that `from api.schemas import UserResponse` works."""

from api.schemas.accounts import AccountPatch, AccountQuery, AccountRequest, AccountResponse
from api.schemas.auth import ReauthenticateRequest, SignInRequest, SignUpRequest, TokenResponse
from api.schemas.comments import CommentRequest, CommentResponse
from api.schemas.dashboard import DashboardResponse
from api.schemas.envelope import Data, ErrorBody, ErrorResponse, Listing, ListMeta, PageQuery
from api.schemas.jobs import JobResponse, JobsResponse
from api.schemas.posts import AllPostsQuery, PostPatch, PostQuery, PostRequest, PostResponse
from api.schemas.security_events import OwnSecurityEventResponse, SecurityEventQuery, SecurityEventResponse
from api.schemas.system import ReadinessResponse, StatusResponse
from api.schemas.users import SessionResponse, UserResponse

__all__ = [
    "AccountPatch",
    "AccountQuery",
    "AccountRequest",
    "AccountResponse",
    "AllPostsQuery",
    "CommentRequest",
    "CommentResponse",
    "DashboardResponse",
    "Data",
    "ErrorBody",
    "ErrorResponse",
    "JobResponse",
    "JobsResponse",
    "ListMeta",
    "Listing",
    "OwnSecurityEventResponse",
    "PageQuery",
    "PostPatch",
    "PostQuery",
    "PostRequest",
    "PostResponse",
    "ReadinessResponse",
    "ReauthenticateRequest",
    "SecurityEventQuery",
    "SecurityEventResponse",
    "SessionResponse",
    "SignInRequest",
    "SignUpRequest",
    "StatusResponse",
    "TokenResponse",
    "UserResponse",
]
