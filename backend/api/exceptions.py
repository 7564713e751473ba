"""Everything that can go wrong for a client, on one page, sorted by number.

    APIException
    ├── 400 BadRequestException           40000-40099
    ├── 401 UnauthorizedException         40100-40199
    ├── 403 ForbiddenException            40200-40299
    ├── 404 NotFoundException             40400-40499
    ├── 405 MethodNotAllowedException     40500-40599
    ├── 406 NotAcceptableException        40600-40699
    ├── 408 RequestTimeoutException       40800-40899
    ├── 409 ConflictException             40900-40999
    ├── 412 PreconditionFailedException   41200-41299
    ├── 413 BodyTooLargeException         41300-41399
    ├── 415 MediaTypeException            41500-41599
    ├── 421 UnknownHostException          42100-42199
    ├── 422 UnprocessableException        42200-42299
    ├── 429 TooManyException              42900-42999
    ├── 431 HeadersTooLargeException      43100-43199
    ├── 500 InternalErrorException        50000-50099
    └── 503 ServiceUnavailableException   50300-50399

A class names the error of the domain that it stands for (`of=`), whose sentence becomes its `detail`, or has a `detail`
of its own. The client sees the class's name in capitals as `code`. `answers_status=True` makes it the answer when the
framework raises a bare status.

The numbers of 403 begin with 402 instead of 403. Clients compare numbers, so they stay as they are.

In each range the numbers that end in 70 to 99 are for your project; a release never takes one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.comment import CommentNotFound
from domain.errors import (
    AppError,
    DatabaseUnavailable,
    PermissionDenied,
    StorageUnavailable,
    TooBusy,
    TooManyAttempts,
    TooManyRequests,
    VersionChanged,
)
from domain.files.avatar import AvatarNotFound, BrokenPicture, PictureTooCostly, TooManyPixels, UnsupportedPicture
from domain.identity.account import GrantsTooMuch, LastAdministrator, OwnAccount
from domain.identity.api_token import ApiTokenNotFound, ScopeMissing, ScopeNotHeld, SessionRequired
from domain.identity.data_export import DataExportNotFound
from domain.identity.external_identity import (
    AccountDeactivated,
    AccountExists,
    EmailNotVerified,
    HandshakeFailed,
    IdentityNotFound,
    IdentityTaken,
    LastSignInMethod,
    ProviderAnswerInvalid,
    ProviderNotFound,
    ProviderRefused,
    ProviderUnavailable,
)
from domain.identity.invitation import EmailHasAccount, InvitationExpired, NotInvited, SignUpClosed
from domain.identity.mfa import (
    InvalidPasskey,
    InvalidSecondFactor,
    MfaAlreadyEnabled,
    MfaEnrollmentRequired,
    MfaNotEnabled,
    PasskeyNotFound,
    PasskeyRejected,
    PasskeyTaken,
    SignInEnded,
    TooManyCodes,
    WrongSecondFactor,
)
from domain.identity.one_time_token import HolderRequired, InvalidLink
from domain.jobs.job import JobAlreadyQueued, JobIsRunning, JobNotCancellable, JobNotDead, JobNotFound
from domain.live.live_event import TooManyStreams
from domain.live.notification import NotificationNotFound
from domain.operations.idempotency import IdempotencyKeyReused, RequestInFlight
from domain.page import ListTooLong
from domain.post import PostNotFound
from domain.report import ReportNotFound, ReportNotReady
from domain.session import (
    AnotherUser,
    InvalidCredentials,
    NotAuthenticated,
    ReauthenticationRequired,
    SessionExpired,
    SessionNotFound,
    SessionRevoked,
)
from domain.user import (
    EmailTaken,
    EmailUnverified,
    PasswordTooCommon,
    PasswordTooPersonal,
    UserNotFound,
    WrongPassword,
)


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """An invalid field of the request, or a failed part of the system, with the reason.

    The message is English, with placeholders for the values.
    """

    field: str
    message: str
    values: Mapping[str, object] | None = None


class APIException(Exception):
    """An error as a client sees it."""

    status_code: ClassVar[int]
    internal_code: ClassVar[int]
    code: ClassVar[str]
    detail: str = "Something went wrong."
    retry_after_seconds: ClassVar[int | None] = None

    all: ClassVar[list[type["APIException"]]] = []
    by_domain_error: ClassVar[dict[type[AppError], type["APIException"]]] = {}
    by_status: ClassVar[dict[int, type["APIException"]]] = {}

    def __init__(self, detail: str | None = None, *, fields: Sequence[ErrorDetail] = ()) -> None:
        self.detail = detail or self.detail
        self.fields = fields
        super().__init__(self.detail)

    def __init_subclass__(cls, *, of: type[AppError] | None = None, answers_status: bool = False) -> None:
        if "internal_code" not in cls.__dict__:
            return
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__.removesuffix("Exception")).upper()
        APIException.all.append(cls)
        if of is not None:
            cls.detail = of.message
            APIException.by_domain_error[of] = cls
        if answers_status:
            APIException.by_status[cls.status_code] = cls


# A table, which the formatter would stretch to twice its length.
# fmt: off
class BadRequestException(APIException):
    status_code = 400
class MalformedRequestException(BadRequestException, answers_status=True):
    internal_code = 40000
    detail = "The request could not be read."
class UserAlreadyExistsException(BadRequestException, of=EmailTaken):
    internal_code = 40001
class WrongPasswordException(BadRequestException, of=WrongPassword):
    internal_code = 40002
class PasswordTooCommonException(BadRequestException, of=PasswordTooCommon):
    internal_code = 40003
class PasswordTooPersonalException(BadRequestException, of=PasswordTooPersonal):
    internal_code = 40004
class InvalidLinkException(BadRequestException, of=InvalidLink):
    internal_code = 40005
class WrongSecondFactorException(BadRequestException, of=WrongSecondFactor):
    internal_code = 40020
class PasskeyRejectedException(BadRequestException, of=PasskeyRejected):
    internal_code = 40021
class HandshakeFailedException(BadRequestException, of=HandshakeFailed):
    internal_code = 40030
class ProviderRefusedException(BadRequestException, of=ProviderRefused):
    internal_code = 40031
class ProviderAnswerInvalidException(BadRequestException, of=ProviderAnswerInvalid):
    internal_code = 40032
class EmailNotVerifiedByProviderException(BadRequestException, of=EmailNotVerified):
    internal_code = 40033

class UnauthorizedException(APIException):
    status_code = 401
class NotAuthenticatedException(UnauthorizedException, of=NotAuthenticated, answers_status=True):
    internal_code = 40100
class InvalidCredentialsException(UnauthorizedException, of=InvalidCredentials):
    internal_code = 40101
class SessionExpiredException(UnauthorizedException, of=SessionExpired):
    internal_code = 40102
class SessionRevokedException(UnauthorizedException, of=SessionRevoked):
    internal_code = 40103
class MfaRequiredException(UnauthorizedException):
    internal_code = 40110
    detail = "Confirm the sign-in with your second factor."
class SignInEndedException(UnauthorizedException, of=SignInEnded):
    internal_code = 40111
class InvalidSecondFactorException(UnauthorizedException, of=InvalidSecondFactor):
    internal_code = 40112
class InvalidPasskeyException(UnauthorizedException, of=InvalidPasskey):
    internal_code = 40113
class AccountDeactivatedException(UnauthorizedException, of=AccountDeactivated):
    internal_code = 40120

class ForbiddenException(APIException):
    status_code = 403
class PermissionDeniedException(ForbiddenException, of=PermissionDenied, answers_status=True):
    internal_code = 40200
class CrossOriginRequestException(ForbiddenException):
    internal_code = 40201
    detail = "This request came from another site."
class ReauthenticationRequiredException(ForbiddenException, of=ReauthenticationRequired):
    internal_code = 40202
class EmailUnverifiedException(ForbiddenException, of=EmailUnverified):
    internal_code = 40203
class MfaEnrollmentRequiredException(ForbiddenException, of=MfaEnrollmentRequired):
    internal_code = 40204
class HolderRequiredException(ForbiddenException, of=HolderRequired):
    internal_code = 40205
class SignUpClosedException(ForbiddenException, of=SignUpClosed):
    internal_code = 40206
class InvitationExpiredException(ForbiddenException, of=InvitationExpired):
    internal_code = 40207
class TooManyCodesException(ForbiddenException, of=TooManyCodes):
    internal_code = 40210
class ApiTokenScopeMissingException(ForbiddenException, of=ScopeMissing):
    internal_code = 40220
class SessionRequiredException(ForbiddenException, of=SessionRequired):
    internal_code = 40221
class ApiTokenScopeNotHeldException(ForbiddenException, of=ScopeNotHeld):
    internal_code = 40222
class GrantsTooMuchException(ForbiddenException, of=GrantsTooMuch):
    internal_code = 40230
class OwnAccountException(ForbiddenException, of=OwnAccount):
    internal_code = 40231
class LastAdministratorException(ForbiddenException, of=LastAdministrator):
    internal_code = 40232

class NotFoundException(APIException):
    status_code = 404
class NoSuchRouteException(NotFoundException, answers_status=True):
    internal_code = 40400
    detail = "Not found."
class UserNotFoundException(NotFoundException, of=UserNotFound):
    internal_code = 40401
class MailNotFoundException(NotFoundException):
    internal_code = 40402
    detail = "Email not found."
class SessionNotFoundException(NotFoundException, of=SessionNotFound):
    internal_code = 40403
class PostNotFoundException(NotFoundException, of=PostNotFound):
    internal_code = 40410
class CommentNotFoundException(NotFoundException, of=CommentNotFound):
    internal_code = 40411
class JobNotFoundException(NotFoundException, of=JobNotFound):
    internal_code = 40420
class AvatarNotFoundException(NotFoundException, of=AvatarNotFound):
    internal_code = 40430
class ReportNotFoundException(NotFoundException, of=ReportNotFound):
    internal_code = 40431
class DataExportNotFoundException(NotFoundException, of=DataExportNotFound):
    internal_code = 40432
class NotificationNotFoundException(NotFoundException, of=NotificationNotFound):
    internal_code = 40440
class PasskeyNotFoundException(NotFoundException, of=PasskeyNotFound):
    internal_code = 40450
class ApiTokenNotFoundException(NotFoundException, of=ApiTokenNotFound):
    internal_code = 40460
class ProviderNotFoundException(NotFoundException, of=ProviderNotFound):
    internal_code = 40461
class IdentityNotFoundException(NotFoundException, of=IdentityNotFound):
    internal_code = 40462

class MethodNotAllowedException(APIException, answers_status=True):
    status_code = 405
    internal_code = 40500
    detail = "This method is not allowed here."

class NotAcceptableException(APIException, answers_status=True):
    status_code = 406
    internal_code = 40600
    detail = "The client accepts no available encoding."

class RequestTimeoutException(APIException, answers_status=True):
    status_code = 408
    internal_code = 40800
    detail = "The request took too long to arrive."

class ConflictException(APIException):
    status_code = 409
class RequestInFlightException(ConflictException, of=RequestInFlight):
    internal_code = 40900
    retry_after_seconds = 1
class AnotherUserException(ConflictException, of=AnotherUser):
    internal_code = 40901
class JobNotDeadException(ConflictException, of=JobNotDead):
    internal_code = 40920
class JobNotCancellableException(ConflictException, of=JobNotCancellable):
    internal_code = 40921
class JobRunningException(ConflictException, of=JobIsRunning):
    internal_code = 40922
class JobAlreadyQueuedException(ConflictException, of=JobAlreadyQueued):
    internal_code = 40923
class ReportNotReadyException(ConflictException, of=ReportNotReady):
    internal_code = 40930
class MfaAlreadyEnabledException(ConflictException, of=MfaAlreadyEnabled):
    internal_code = 40950
class MfaNotEnabledException(ConflictException, of=MfaNotEnabled):
    internal_code = 40951
class PasskeyTakenException(ConflictException, of=PasskeyTaken):
    internal_code = 40952
class AccountExistsException(ConflictException, of=AccountExists):
    internal_code = 40960
class IdentityTakenException(ConflictException, of=IdentityTaken):
    internal_code = 40961
class LastSignInMethodException(ConflictException, of=LastSignInMethod):
    internal_code = 40962
class EmailHasAccountException(ConflictException, of=EmailHasAccount):
    internal_code = 40963
class NotInvitedException(ConflictException, of=NotInvited):
    internal_code = 40964

class PreconditionFailedException(APIException):
    status_code = 412
class VersionChangedException(PreconditionFailedException, of=VersionChanged):
    internal_code = 41200

class BodyTooLargeException(APIException, answers_status=True):
    status_code = 413
    internal_code = 41300
    detail = "The request is too large."

class MediaTypeException(APIException):
    status_code = 415
class UnsupportedMediaTypeException(MediaTypeException, answers_status=True):
    internal_code = 41500
    detail = "The body must be JSON, sent as application/json."
class UnsupportedPictureException(MediaTypeException, of=UnsupportedPicture):
    internal_code = 41501

class UnknownHostException(APIException, answers_status=True):
    status_code = 421
    internal_code = 42100
    detail = "This host name is unknown. To serve it, add it to ALLOWED_HOSTS."

class UnprocessableException(APIException):
    status_code = 422
class ValidationFailedException(UnprocessableException, answers_status=True):
    internal_code = 42200
    detail = "Some fields are missing or invalid."
class IdempotencyKeyReusedException(UnprocessableException, of=IdempotencyKeyReused):
    internal_code = 42201
class ListTooLongException(UnprocessableException, of=ListTooLong):
    internal_code = 42202
class BrokenPictureException(UnprocessableException, of=BrokenPicture):
    internal_code = 42230
class TooManyPixelsException(UnprocessableException, of=TooManyPixels):
    internal_code = 42231
class PictureTooCostlyException(UnprocessableException, of=PictureTooCostly):
    internal_code = 42232

class TooManyException(APIException):
    status_code = 429
class TooManyRequestsException(TooManyException, of=TooManyRequests):
    internal_code = 42900
class TooManyAttemptsException(TooManyException, of=TooManyAttempts):
    internal_code = 42901
class TooManyStreamsException(TooManyException, of=TooManyStreams):
    internal_code = 42940
    retry_after_seconds = 30

class HeadersTooLargeException(APIException, answers_status=True):
    status_code = 431
    internal_code = 43100
    detail = "The headers of the request are too large."

class InternalErrorException(APIException, answers_status=True):
    status_code = 500
    internal_code = 50000
    detail = "Something went wrong on our side."

class ServiceUnavailableException(APIException):
    status_code = 503
    retry_after_seconds = 2
class DatabaseUnavailableException(ServiceUnavailableException, of=DatabaseUnavailable, answers_status=True):
    internal_code = 50300
class TooBusyException(ServiceUnavailableException, of=TooBusy):
    internal_code = 50301
class NotReadyException(ServiceUnavailableException):
    internal_code = 50302
    detail = "The service is not ready."
class ProviderUnavailableException(ServiceUnavailableException, of=ProviderUnavailable):
    internal_code = 50320
    retry_after_seconds = 10
class StorageUnavailableException(ServiceUnavailableException, of=StorageUnavailable):
    internal_code = 50330
# fmt: on


ErrorCode = StrEnum("ErrorCode", {kind.code: kind.code for kind in APIException.all})  # type: ignore[misc]  # from this page


def exception_for(error: AppError) -> type[APIException]:
    """Return the class that stands for `error` or for its nearest ancestor; without one it is an internal error."""
    for kind in type(error).__mro__:
        if kind in APIException.by_domain_error:
            return APIException.by_domain_error[kind]
    return InternalErrorException


def exception_for_status(status_code: int) -> type[APIException]:
    """Return the class that answers a bare HTTP status of the framework."""
    fallback = MalformedRequestException if status_code < InternalErrorException.status_code else InternalErrorException
    return APIException.by_status.get(status_code, fallback)
