"""Everything that can go wrong for a client, on one page: status, number, code and the rule's error that it stands for.

Each class below names the error of the domain that it answers (`of=`). The code is the class's name in capitals, the
message is the error's own. A class without `of` is raised by the HTTP layer itself.

The numbers: 40000-40099 bad request, 40100-40199 unauthorized, 40200-40299 forbidden, 40400-40499 not found, 40500 method
not allowed, 40600 not acceptable, 40800 timeout, 40900-40999 conflict, 41200-41299 precondition, 41300-41399 too large, 41500 media
type, 42100 misdirected, 42200-42299 validation, 42900-42999 too many requests, 43100 headers, 50000-59999 server.
"""

import re
from collections.abc import Sequence
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
)
from domain.files.avatar import AvatarNotFound, BrokenPicture, PictureTooCostly, TooManyPixels, UnsupportedPicture
from domain.identity.account import AccountChanged, GrantsTooMuch, LastAdministrator, OwnAccount
from domain.identity.api_token import ApiTokenNotFound, ScopeMissing, ScopeNotHeld, SessionRequired
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
from domain.identity.mfa import (
    InvalidPasskey,
    InvalidSecondFactor,
    MfaAlreadyEnabled,
    MfaEnrollmentRequired,
    MfaNotEnabled,
    MfaRequired,
    PasskeyNotFound,
    PasskeyRejected,
    PasskeyTaken,
    SignInEnded,
    TooManyCodes,
    WrongSecondFactor,
)
from domain.identity.one_time_token import HolderRequired, InvalidLink
from domain.jobs.job import JobIsRunning, JobNotCancellable, JobNotDead, JobNotFound
from domain.live.live_event import TooManyStreams
from domain.live.notification import NotificationNotFound
from domain.operations.idempotency import IdempotencyKeyReused, RequestInFlight
from domain.post import PostChanged, PostNotFound
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
    """One part of the request, or of the system, and what is wrong with it."""

    field: str
    message: str


class ApiException(Exception):
    """An error as a client sees it."""

    status_code: ClassVar[int]
    numbers: ClassVar[range]
    internal_code: ClassVar[int]
    code: ClassVar[str]
    message: ClassVar[str] = "Something went wrong."
    retry_after_seconds: ClassVar[int | None] = None

    by_domain_error: ClassVar[dict[type[AppError], type["ApiException"]]] = {}
    by_status: ClassVar[dict[int, type["ApiException"]]] = {}
    all: ClassVar[list[type["ApiException"]]] = []

    def __init__(self, message: str | None = None, *, details: Sequence[ErrorDetail] = ()) -> None:
        """Answer with `message` in place of the class's own, and with `details`."""
        super().__init__(message or self.message)
        self.details = details

    def __init_subclass__(cls, *, of: type[AppError] | None = None, answers_status: bool = False) -> None:
        """Register the class.

        Args:
            of: the error of the domain that it stands for.
            answers_status: whether it stands for its status when the framework raises that.
        """
        super().__init_subclass__()
        if "internal_code" not in cls.__dict__:
            return
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__.removesuffix("Exception")).upper()
        ApiException.all.append(cls)
        if of is not None:
            cls.message = of.message
            ApiException.by_domain_error[of] = cls
        if answers_status:
            ApiException.by_status[cls.status_code] = cls


class BadRequestException(ApiException):
    """400."""

    status_code = 400
    numbers = range(40000, 40100)


class UnauthorizedException(ApiException):
    """401."""

    status_code = 401
    numbers = range(40100, 40200)


class ForbiddenException(ApiException):
    """403."""

    status_code = 403
    numbers = range(40200, 40300)


class NotFoundException(ApiException):
    """404."""

    status_code = 404
    numbers = range(40400, 40500)


class ConflictException(ApiException):
    """409."""

    status_code = 409
    numbers = range(40900, 41000)


class TooManyException(ApiException):
    """429."""

    status_code = 429
    numbers = range(42900, 43000)


class ServiceUnavailableException(ApiException):
    """503."""

    status_code = 503
    numbers = range(50300, 50400)
    retry_after_seconds = 2


class MalformedRequestException(BadRequestException, answers_status=True):
    """The request could not be read."""

    internal_code = 40000
    message = "The request could not be read."


class UserAlreadyExistsException(BadRequestException, of=EmailTaken):
    """The e-mail address has an account already."""

    internal_code = 40001


class WrongPasswordException(BadRequestException, of=WrongPassword):
    """The current password, asked for as a proof, is another."""

    internal_code = 40002


class HandshakeFailedException(BadRequestException, of=HandshakeFailed):
    """A sign-in with a provider came back to another browser than it began in, or too late."""

    internal_code = 40030


class ProviderRefusedException(BadRequestException, of=ProviderRefused):
    """The provider signed nobody in."""

    internal_code = 40031


class ProviderAnswerInvalidException(BadRequestException, of=ProviderAnswerInvalid):
    """What the provider says about the user does not pass the checks."""

    internal_code = 40032


class EmailNotVerifiedByProviderException(BadRequestException, of=EmailNotVerified):
    """No account is made from an address that the provider does not vouch for."""

    internal_code = 40033


class WrongSecondFactorException(BadRequestException, of=WrongSecondFactor):
    """The code or passkey, asked for as a proof, is wrong or was used before."""

    internal_code = 40020


class PasskeyRejectedException(BadRequestException, of=PasskeyRejected):
    """What the browser sent for a new passkey is not what was asked for."""

    internal_code = 40021


class PasswordTooCommonException(BadRequestException, of=PasswordTooCommon):
    """The password is among those that attackers try first."""

    internal_code = 40003


class PasswordTooPersonalException(BadRequestException, of=PasswordTooPersonal):
    """The password is little more than the e-mail address or the product's name."""

    internal_code = 40004


class InvalidLinkException(BadRequestException, of=InvalidLink):
    """The token of a mail was used or replaced, is too old, for something else, or was never issued."""

    internal_code = 40005


class NotAuthenticatedException(UnauthorizedException, of=NotAuthenticated, answers_status=True):
    """No valid access token came with the request."""

    internal_code = 40100


class InvalidCredentialsException(UnauthorizedException, of=InvalidCredentials):
    """Unknown address or wrong password."""

    internal_code = 40101


class SessionExpiredException(UnauthorizedException, of=SessionExpired):
    """The refresh token is of no use any more."""

    internal_code = 40102


class SessionRevokedException(UnauthorizedException, of=SessionRevoked):
    """The session of the refresh token was ended before its time."""

    internal_code = 40103


class AccountDeactivatedException(UnauthorizedException, of=AccountDeactivated):
    """The account that a provider's user is linked to may not sign in."""

    internal_code = 40120


class MfaRequiredException(UnauthorizedException, of=MfaRequired):
    """The password was right, and a second factor is needed; `details` names the methods."""

    internal_code = 40110


class SignInEndedException(UnauthorizedException, of=SignInEnded):
    """The sign-in that waited for a second factor is over; it begins again with the password."""

    internal_code = 40111


class InvalidSecondFactorException(UnauthorizedException, of=InvalidSecondFactor):
    """The second factor of a sign-in is wrong or was used before."""

    internal_code = 40112


class InvalidPasskeyException(UnauthorizedException, of=InvalidPasskey):
    """The passkey is unknown, or did not sign what it was asked to."""

    internal_code = 40113


class PermissionDeniedException(ForbiddenException, of=PermissionDenied, answers_status=True):
    """The user may not do this."""

    internal_code = 40200


class CrossOriginRequestException(ForbiddenException):
    """A browser sent the request on behalf of another site."""

    internal_code = 40201
    message = "This request came from another site."


class ReauthenticationRequiredException(ForbiddenException, of=ReauthenticationRequired):
    """Proof of identity is too old for this; `POST /api/auth/reauthenticate` renews it."""

    internal_code = 40202


class EmailUnverifiedException(ForbiddenException, of=EmailUnverified):
    """Nothing that lasts is added to an account before its address is verified; `POST /api/auth/resend-verification`."""

    internal_code = 40203


class MfaEnrollmentRequiredException(ForbiddenException, of=MfaEnrollmentRequired):
    """The caller's role asks for a second factor, and they have none."""

    internal_code = 40204


class HolderRequiredException(ForbiddenException, of=HolderRequired):
    """The proof of an address came neither from a session of the account nor with its password."""

    internal_code = 40205


class ApiTokenScopeMissingException(ForbiddenException, of=ScopeMissing):
    """The API token may only read."""

    internal_code = 40220


class SessionRequiredException(ForbiddenException, of=SessionRequired):
    """Programs with an API token may not do this; people who are signed in may."""

    internal_code = 40221


class ApiTokenScopeNotHeldException(ForbiddenException, of=ScopeNotHeld):
    """An API token cannot lend a permission that its owner does not hold."""

    internal_code = 40222


class TooManyCodesException(ForbiddenException, of=TooManyCodes):
    """After wrong codes in a row the next one has to wait; recovery codes and passkeys need not."""

    internal_code = 40210


class GrantsTooMuchException(ForbiddenException, of=GrantsTooMuch):
    """The account holds, or would get, a permission that the caller does not have."""

    internal_code = 40230


class OwnAccountException(ForbiddenException, of=OwnAccount):
    """Administrators cannot deactivate, demote or delete themselves."""

    internal_code = 40231


class LastAdministratorException(ForbiddenException, of=LastAdministrator):
    """The only administrator cannot delete their account."""

    internal_code = 40232


class NoSuchRouteException(NotFoundException, answers_status=True):
    """Nothing lives at this address."""

    internal_code = 40400
    message = "There is nothing at this address."


class UserNotFoundException(NotFoundException, of=UserNotFound):
    """No such user, or none that the caller may see."""

    internal_code = 40401


class MailNotFoundException(NotFoundException):
    """The mailbox has no such mail."""

    internal_code = 40402
    message = "There is no such mail."


class SessionNotFoundException(NotFoundException, of=SessionNotFound):
    """No such open session of the caller's."""

    internal_code = 40403


class PostNotFoundException(NotFoundException, of=PostNotFound):
    """No such post, or none that the caller may read."""

    internal_code = 40410


class CommentNotFoundException(NotFoundException, of=CommentNotFound):
    """No such comment, or none that the caller may read."""

    internal_code = 40411


class JobNotFoundException(NotFoundException, of=JobNotFound):
    """No such job, or it was deleted."""

    internal_code = 40420


class AvatarNotFoundException(NotFoundException, of=AvatarNotFound):
    """The user shows no picture, or there is no such user."""

    internal_code = 40430


class ReportNotFoundException(NotFoundException, of=ReportNotFound):
    """No such report, or none that the caller may see."""

    internal_code = 40431


class ApiTokenNotFoundException(NotFoundException, of=ApiTokenNotFound):
    """No such API token of the caller's."""

    internal_code = 40460


class ProviderNotFoundException(NotFoundException, of=ProviderNotFound):
    """No such provider to sign in with."""

    internal_code = 40461


class IdentityNotFoundException(NotFoundException, of=IdentityNotFound):
    """No such linked identity of the caller's."""

    internal_code = 40462


class PasskeyNotFoundException(NotFoundException, of=PasskeyNotFound):
    """No such passkey of the caller's."""

    internal_code = 40450


class JobNotDeadException(ConflictException, of=JobNotDead):
    """Only a job that was given up can be run again."""

    internal_code = 40920


class JobNotCancellableException(ConflictException, of=JobNotCancellable):
    """The job has ended already."""

    internal_code = 40921


class JobRunningException(ConflictException, of=JobIsRunning):
    """A running job has to be cancelled before it can be deleted."""

    internal_code = 40922


class NotificationNotFoundException(NotFoundException, of=NotificationNotFound):
    """No such notification, or it is somebody else's."""

    internal_code = 40440


class ReportNotReadyException(ConflictException, of=ReportNotReady):
    """There is no document yet, or never will be."""

    internal_code = 40930


class AccountExistsException(ConflictException, of=AccountExists):
    """The provider's user has an address whose account here is not linked to them."""

    internal_code = 40960


class IdentityTakenException(ConflictException, of=IdentityTaken):
    """The provider's user is linked to an account already."""

    internal_code = 40961


class LastSignInMethodException(ConflictException, of=LastSignInMethod):
    """Nobody could sign in to the account without it."""

    internal_code = 40962


class MfaAlreadyEnabledException(ConflictException, of=MfaAlreadyEnabled):
    """Two-factor authentication is on already."""

    internal_code = 40950


class MfaNotEnabledException(ConflictException, of=MfaNotEnabled):
    """Two-factor authentication is off, or no app was enrolled."""

    internal_code = 40951


class PasskeyTakenException(ConflictException, of=PasskeyTaken):
    """The passkey belongs to an account already."""

    internal_code = 40952


class MethodNotAllowedException(ApiException, answers_status=True):
    """The address exists, the method does not."""

    status_code = 405
    numbers = range(40500, 40600)
    internal_code = 40500
    message = "This method is not allowed here."


class NotAcceptableException(ApiException, answers_status=True):
    """The file exists in no coding that `Accept-Encoding` accepts."""

    status_code = 406
    numbers = range(40600, 40700)
    internal_code = 40600
    message = "This cannot be sent in any encoding that the client accepts."


class RequestInFlightException(ConflictException, of=RequestInFlight):
    """The first request with this `Idempotency-Key` has not been answered yet."""

    internal_code = 40900
    retry_after_seconds = 1


class AnotherUserException(ConflictException, of=AnotherUser):
    """The request's credentials belong to another user than the one that `X-Expected-User` names."""

    internal_code = 40901


class PostChangedException(ApiException, of=PostChanged):
    """The post is not the version that `If-Match` names any more."""

    status_code = 412
    numbers = range(41200, 41300)
    internal_code = 41200


class AccountChangedException(ApiException, of=AccountChanged):
    """The account is not the version that `If-Match` names any more."""

    status_code = 412
    numbers = range(41200, 41300)
    internal_code = 41270


class BodyTooLargeException(ApiException, answers_status=True):
    """The body exceeds the limit."""

    status_code = 413
    numbers = range(41300, 41400)
    internal_code = 41300
    message = "The request is too large."


class RequestTimeoutException(ApiException, answers_status=True):
    """The body did not arrive in time."""

    status_code = 408
    numbers = range(40800, 40900)
    internal_code = 40800
    message = "The request took too long to arrive."


class HeadersTooLargeException(ApiException, answers_status=True):
    """The headers exceed the limit."""

    status_code = 431
    numbers = range(43100, 43200)
    internal_code = 43100
    message = "The headers of the request are too large."


class UnknownHostException(ApiException, answers_status=True):
    """The `Host` is neither `PUBLIC_URL`'s nor in `ALLOWED_HOSTS`."""

    status_code = 421
    numbers = range(42100, 42200)
    internal_code = 42100
    message = "This server does not answer under this host name. If it should, add the name to ALLOWED_HOSTS."


class UnsupportedMediaTypeException(ApiException, answers_status=True):
    """The body has another content type than the one that the route reads."""

    status_code = 415
    numbers = range(41500, 41600)
    internal_code = 41500
    message = "The body must be JSON, sent as application/json."


class UnsupportedPictureException(ApiException, of=UnsupportedPicture):
    """The upload is no JPEG, PNG, WebP or GIF, whatever its name says."""

    status_code = 415
    numbers = range(41500, 41600)
    internal_code = 41501


class UnprocessableException(ApiException):
    """422."""

    status_code = 422
    numbers = range(42200, 42300)


class ValidationFailedException(UnprocessableException, answers_status=True):
    """Parts of the request are missing or malformed; `details` names them."""

    internal_code = 42200
    message = "Some of what was sent is missing or not valid."


class IdempotencyKeyReusedException(UnprocessableException, of=IdempotencyKeyReused):
    """The `Idempotency-Key` came with another request before."""

    internal_code = 42201


class TooManyRequestsException(TooManyException, of=TooManyRequests):
    """The caller sent more requests in this minute than `RateLimit-Policy` says; `Retry-After` has the seconds left."""

    internal_code = 42900


class TooManyAttemptsException(TooManyException, of=TooManyAttempts):
    """A password, a code or a mail was asked for too often; each further attempt waits twice as long."""

    internal_code = 42901


class TooManyStreamsException(TooManyException, of=TooManyStreams):
    """The user has as many open streams of live events as one may have."""

    internal_code = 42940
    retry_after_seconds = 30


class BrokenPictureException(UnprocessableException, of=BrokenPicture):
    """The picture ends early or contradicts itself."""

    internal_code = 42230


class TooManyPixelsException(UnprocessableException, of=TooManyPixels):
    """Unpacked, the picture would take too much memory."""

    internal_code = 42231


class PictureTooCostlyException(UnprocessableException, of=PictureTooCostly):
    """Reading the picture takes too much time or memory."""

    internal_code = 42232


class InternalErrorException(ApiException, answers_status=True):
    """A mistake on our side; the log has it under the request id."""

    status_code = 500
    numbers = range(50000, 50100)
    internal_code = 50000
    message = "Something went wrong on our side."


class DatabaseUnavailableException(ServiceUnavailableException, of=DatabaseUnavailable, answers_status=True):
    """PostgreSQL is out of reach or every connection is busy."""

    internal_code = 50300


class TooBusyException(ServiceUnavailableException, of=TooBusy):
    """Too much work of one kind is waiting."""

    internal_code = 50301


class StorageUnavailableException(ServiceUnavailableException, of=StorageUnavailable):
    """The place where files are kept is out of reach."""

    internal_code = 50330


class NotReadyException(ServiceUnavailableException):
    """A part that requests depend on is missing; `details` names it."""

    internal_code = 50302
    message = "The service is not ready to take requests."


class ProviderUnavailableException(ServiceUnavailableException, of=ProviderUnavailable):
    """The provider is out of reach, or does not answer as it should."""

    internal_code = 50320
    retry_after_seconds = 10


ErrorCode = StrEnum("ErrorCode", {kind.code: kind.code for kind in ApiException.all})  # type: ignore[misc]  # from this page


def exception_for(error: AppError) -> type[ApiException]:
    """Return the class that answers `error`, or its nearest ancestor's; without one it is an internal error."""
    for kind in type(error).__mro__:
        if kind in ApiException.by_domain_error:
            return ApiException.by_domain_error[kind]
    return InternalErrorException


def exception_for_status(status_code: int) -> type[ApiException]:
    """Return the class that answers a bare HTTP status of the framework."""
    fallback = MalformedRequestException if status_code < InternalErrorException.status_code else InternalErrorException
    return ApiException.by_status.get(status_code, fallback)
