"""The bodies of requests and responses: `from api.schemas import UserResponse`."""

from api.schemas.client_errors import ClientErrorRequest
from api.schemas.comments import CommentRequest, CommentResponse
from api.schemas.dashboard import DashboardResponse
from api.schemas.envelope import Data, ErrorBody, ErrorResponse, Listing, ListMeta, PageQuery, TableQuery
from api.schemas.identity.accounts import AccountPatch, AccountQuery, AccountRequest, AccountResponse
from api.schemas.identity.auth import PasswordForm, ReauthenticateRequest, SignInRequest, SignUpRequest, TokenResponse
from api.schemas.identity.credentials import (
    AcceptedResponse,
    ChangePasswordRequest,
    EmailRequest,
    NewEmailRequest,
    ResetPasswordRequest,
    TokenRequest,
)
from api.schemas.identity.identities import IdentityResponse, LinkRequest, LinkResponse, ProviderResponse
from api.schemas.identity.mfa import (
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
from api.schemas.identity.security_events import OwnSecurityEventResponse, SecurityEventQuery, SecurityEventResponse
from api.schemas.identity.tokens import ApiTokenRequest, ApiTokenResponse, CreatedApiTokenResponse
from api.schemas.jobs.jobs import FinishedJobsResponse, JobQuery, JobResponse, JobsOverviewResponse, QueueResponse
from api.schemas.live.live import LiveEventResponse
from api.schemas.live.notifications import (
    NotificationListing,
    NotificationQuery,
    NotificationResponse,
    NotificationsMeta,
)
from api.schemas.operations.system import ReadinessResponse, StatusResponse
from api.schemas.posts import (
    AllPostsQuery,
    PostPatch,
    PostQuery,
    PostRequest,
    PostResponse,
    PostSummaryResponse,
)
from api.schemas.reports import ReportRequest, ReportResponse
from api.schemas.users import AuthorResponse, AvatarForm, ProfilePatch, SessionResponse, UserResponse

__all__ = [
    "AcceptedResponse",
    "AccountPatch",
    "AccountQuery",
    "AccountRequest",
    "AccountResponse",
    "AllPostsQuery",
    "ApiTokenRequest",
    "ApiTokenResponse",
    "AuthorResponse",
    "AvatarForm",
    "ChangePasswordRequest",
    "ClientErrorRequest",
    "CodeRequest",
    "CommentRequest",
    "CommentResponse",
    "CreatedApiTokenResponse",
    "DashboardResponse",
    "Data",
    "EmailRequest",
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
    "LiveEventResponse",
    "MfaStatusResponse",
    "NewEmailRequest",
    "NotificationListing",
    "NotificationQuery",
    "NotificationResponse",
    "NotificationsMeta",
    "OwnSecurityEventResponse",
    "PageQuery",
    "PasskeyCredentialRequest",
    "PasskeyPatch",
    "PasskeyRequest",
    "PasskeyResponse",
    "PasswordForm",
    "PostPatch",
    "PostQuery",
    "PostRequest",
    "PostResponse",
    "PostSummaryResponse",
    "ProfilePatch",
    "ProviderResponse",
    "QueueResponse",
    "ReadinessResponse",
    "ReauthenticateRequest",
    "RecoveryCodesResponse",
    "ReportRequest",
    "ReportResponse",
    "ResetPasswordRequest",
    "SecondFactorRequest",
    "SecurityEventQuery",
    "SecurityEventResponse",
    "SessionResponse",
    "SignInRequest",
    "SignUpRequest",
    "StatusResponse",
    "TableQuery",
    "TokenRequest",
    "TokenResponse",
    "UserResponse",
]
