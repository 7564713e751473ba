"""What clients send and get, so that `from api.schemas import UserResponse` works."""

from api.schemas.auth import ReauthenticateRequest, SignInRequest, SignUpRequest, TokenResponse
from api.schemas.comments import CommentRequest, CommentResponse
from api.schemas.credentials import (
    AcceptedResponse,
    ChangePasswordRequest,
    EmailRequest,
    ResetPasswordRequest,
    TokenRequest,
)
from api.schemas.dashboard import DashboardResponse
from api.schemas.envelope import Data, ErrorBody, ErrorResponse, Listing, ListMeta, PageQuery
from api.schemas.jobs import JobResponse, JobsResponse
from api.schemas.posts import AllPostsQuery, PostPatch, PostQuery, PostRequest, PostResponse
from api.schemas.system import ReadinessResponse, StatusResponse
from api.schemas.users import ProfilePatch, SessionResponse, UserResponse

__all__ = [
    "AcceptedResponse",
    "AllPostsQuery",
    "ChangePasswordRequest",
    "CommentRequest",
    "CommentResponse",
    "DashboardResponse",
    "Data",
    "EmailRequest",
    "ErrorBody",
    "ErrorResponse",
    "JobResponse",
    "JobsResponse",
    "ListMeta",
    "Listing",
    "PageQuery",
    "PostPatch",
    "PostQuery",
    "PostRequest",
    "PostResponse",
    "ProfilePatch",
    "ReadinessResponse",
    "ReauthenticateRequest",
    "ResetPasswordRequest",
    "SessionResponse",
    "SignInRequest",
    "SignUpRequest",
    "StatusResponse",
    "TokenRequest",
    "TokenResponse",
    "UserResponse",
]
