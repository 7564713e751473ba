"""What clients send and get, so that `from api.schemas import UserResponse` works."""

from api.schemas.auth import ReauthenticateRequest, SignInRequest, SignUpRequest, TokenResponse
from api.schemas.comments import CommentRequest, CommentResponse
from api.schemas.dashboard import DashboardResponse
from api.schemas.envelope import Data, ErrorBody, ErrorResponse, Listing, ListMeta, PageQuery
from api.schemas.identities import IdentityResponse, LinkRequest, LinkResponse, ProviderResponse
from api.schemas.jobs import JobResponse, JobsResponse
from api.schemas.posts import AllPostsQuery, PostPatch, PostQuery, PostRequest, PostResponse
from api.schemas.system import ReadinessResponse, StatusResponse
from api.schemas.tokens import ApiTokenRequest, ApiTokenResponse, CreatedApiTokenResponse
from api.schemas.users import SessionResponse, UserResponse

__all__ = [
    "AllPostsQuery",
    "ApiTokenRequest",
    "ApiTokenResponse",
    "CommentRequest",
    "CommentResponse",
    "CreatedApiTokenResponse",
    "DashboardResponse",
    "Data",
    "ErrorBody",
    "ErrorResponse",
    "IdentityResponse",
    "JobResponse",
    "JobsResponse",
    "LinkRequest",
    "LinkResponse",
    "ListMeta",
    "Listing",
    "PageQuery",
    "PostPatch",
    "PostQuery",
    "PostRequest",
    "PostResponse",
    "ProviderResponse",
    "ReadinessResponse",
    "ReauthenticateRequest",
    "SessionResponse",
    "SignInRequest",
    "SignUpRequest",
    "StatusResponse",
    "TokenResponse",
    "UserResponse",
]
