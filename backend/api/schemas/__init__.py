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
from api.schemas.notifications import (
    NotificationListing,
    NotificationQuery,
    NotificationResponse,
    NotificationsMeta,
)
from api.schemas.posts import AllPostsQuery, PostPatch, PostQuery, PostRequest, PostResponse
from api.schemas.reports import ReportRequest, ReportResponse
from api.schemas.system import ReadinessResponse, StatusResponse
from api.schemas.users import ProfilePatch, SessionResponse, UserResponse

__all__ = [
    "AcceptedResponse",
    "AllPostsQuery",
    "ChangePasswordRequest",
    "CodeRequest",
    "CommentRequest",
    "CommentResponse",
    "DashboardResponse",
    "Data",
    "EmailRequest",
    "EnrollmentResponse",
    "ErrorBody",
    "ErrorResponse",
    "FinishedJobsResponse",
    "JobQuery",
    "JobResponse",
    "JobsOverviewResponse",
    "ListMeta",
    "Listing",
    "MfaStatusResponse",
    "NotificationListing",
    "NotificationQuery",
    "NotificationResponse",
    "NotificationsMeta",
    "PageQuery",
    "PasskeyCredentialRequest",
    "PasskeyPatch",
    "PasskeyRequest",
    "PasskeyResponse",
    "PostPatch",
    "PostQuery",
    "PostRequest",
    "PostResponse",
    "ProfilePatch",
    "QueueResponse",
    "ReadinessResponse",
    "ReauthenticateRequest",
    "RecoveryCodesResponse",
    "ReportRequest",
    "ReportResponse",
    "ResetPasswordRequest",
    "SecondFactorRequest",
    "SessionResponse",
    "SignInRequest",
    "SignUpRequest",
    "StatusResponse",
    "TokenRequest",
    "TokenResponse",
    "UserResponse",
]
