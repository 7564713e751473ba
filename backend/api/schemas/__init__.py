"""What clients send and get, so that `from api.schemas import UserResponse` works."""

from api.schemas.auth import ReauthenticateRequest, SignInRequest, SignUpRequest, TokenResponse
from api.schemas.comments import CommentRequest, CommentResponse
from api.schemas.dashboard import DashboardResponse
from api.schemas.envelope import Data, ErrorBody, ErrorResponse, Listing, ListMeta, PageQuery
from api.schemas.identities import IdentityResponse, LinkRequest, LinkResponse, ProviderResponse
from api.schemas.jobs import FinishedJobsResponse, JobQuery, JobResponse, JobsOverviewResponse, QueueResponse
from api.schemas.mfa import (
    CodeRequest,
    EnrollmentResponse,
    MfaStatusResponse,
    PasskeyCredentialRequest,
    PasskeyPatch,
    PasskeyRequest,
    PasskeyResponse,
    RecoveryCodesResponse,
    SecondFactorRequest,
)
from api.schemas.posts import AllPostsQuery, PostPatch, PostQuery, PostRequest, PostResponse
from api.schemas.system import ReadinessResponse, StatusResponse
from api.schemas.tokens import ApiTokenRequest, ApiTokenResponse, CreatedApiTokenResponse
from api.schemas.users import SessionResponse, UserResponse

__all__ = [
    "AllPostsQuery",
    "ApiTokenRequest",
    "ApiTokenResponse",
    "CodeRequest",
    "CommentRequest",
    "CommentResponse",
    "CreatedApiTokenResponse",
    "DashboardResponse",
    "Data",
    "EnrollmentResponse",
    "ErrorBody",
    "ErrorResponse",
    "FinishedJobsResponse",
    "IdentityResponse",
    "JobQuery",
    "JobResponse",
    "JobsOverviewResponse",
    "LinkRequest",
    "LinkResponse",
    "ListMeta",
    "Listing",
    "MfaStatusResponse",
    "PageQuery",
    "PasskeyCredentialRequest",
    "PasskeyPatch",
    "PasskeyRequest",
    "PasskeyResponse",
    "PostPatch",
    "PostQuery",
    "PostRequest",
    "PostResponse",
    "ProviderResponse",
    "QueueResponse",
    "ReadinessResponse",
    "ReauthenticateRequest",
    "RecoveryCodesResponse",
    "SecondFactorRequest",
    "SessionResponse",
    "SignInRequest",
    "SignUpRequest",
    "StatusResponse",
    "TokenResponse",
    "UserResponse",
]
