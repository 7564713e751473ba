"""The dependencies of routes, as `Annotated` aliases.

FastAPI spends 20 to 40 microseconds on each dependency, every time it occurs in the tree. So the dependencies that
every request has are few, and read what they need from the request directly.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer, OAuth2PasswordBearer
from structlog.contextvars import bind_contextvars

from api.cookies import SessionCookies
from api.exceptions import (
    APIException,
    MfaEnrollmentRequiredException,
    NotAuthenticatedException,
    PermissionDeniedException,
    ReauthenticationRequiredException,
    SessionRequiredException,
)
from api.middleware.methods import SAFE_METHODS
from api.middleware.rate_limits import RequestLimits
from api.state import state_of
from domain.errors import DatabaseUnavailable
from domain.identity.api_token import ScopeMissing, SessionRequired
from domain.identity.client_info import ClientInfo
from domain.permissions import ANONYMOUS, Actor, Permission
from domain.session import AnotherUser, ExpectedUserGone, Identity, NotAuthenticated, ReauthenticationRequired
from domain.user import User
from service.factory import Factory, Work
from service.identity import api_token_format
from service.identity.identity_cache import IdentityCache
from service.unit_of_work import Context

# The id of the user that the client expects to be signed in as. Optional.
EXPECTED_USER_HEADER = "X-Expected-User"

# The security schemes, for the document only. It names them in routes that depend on one of `ASKS_WHO`. As dependencies
# they would parse the header a second time in every request.
API_TOKEN = "ApiToken"  # noqa: S105  (the name of a scheme)
CREDENTIALS = (
    OAuth2PasswordBearer(
        tokenUrl="/api/auth/token", auto_error=False, description="A token from `POST /api/auth/token`."
    ),
    HTTPBearer(
        scheme_name=API_TOKEN,
        bearerFormat=f"{api_token_format.PREFIX}…",
        auto_error=False,
        description="A personal API token from `POST /api/auth/tokens`.",
    ),
)


Dependency = TypeVar("Dependency", bound=Callable[..., object])

# The errors that a dependency adds to every route that depends on it.
REFUSALS: dict[object, tuple[type[APIException], ...]] = {}


def refuses_with(*kinds: type[APIException]) -> Callable[[Dependency], Dependency]:
    """Name the errors of a dependency. Routes that depend on it need not repeat them."""

    def register(dependency: Dependency) -> Dependency:
        REFUSALS[dependency] = kinds
        return dependency

    return register


async def _factory(request: Request) -> Factory:
    return factory_of(request)


factory_dep = Annotated[Factory, Depends(_factory)]


async def _cookies(request: Request) -> SessionCookies:
    return _cookies_of(request)


cookies_dep = Annotated[SessionCookies, Depends(_cookies)]


async def _identity(request: Request) -> Identity | None:
    """Return the identity of the caller, or None without a valid token, and count the request.

    Every route that needs the caller goes through here, so the scopes of API tokens are always checked. Counting here
    saves each route the cost of another dependency.
    """
    state = request.scope["state"]
    if "identity" not in state:  # several dependencies of a route may need it
        state["identity"] = await _identify(request)
    return cast("Identity | None", state["identity"])


async def _identify(request: Request) -> Identity | None:
    identity = await _authenticate(request)
    _request_limits(request).count(request, identity)
    _require_expected_user(request, identity)
    if identity is not None and not identity.may_write and request.method not in SAFE_METHODS:
        raise ScopeMissing
    return identity


def _require_expected_user(request: Request, identity: Identity | None) -> None:
    """Refuse a request whose credentials belong to another user than its sender expects.

    Cookies belong to the browser: a tab that still shows one user sends the cookies of the next user after a sign-in in
    another tab. So each tab names the user it shows.

    Raises:
        ExpectedUserGone: the request has no valid credentials.
        AnotherUser: the credentials belong to another user.
    """
    expected = request.headers.get(EXPECTED_USER_HEADER)
    if expected is None:
        return
    if identity is None:
        raise ExpectedUserGone
    if str(identity.user.id) != expected:
        raise AnotherUser


async def _authenticate(request: Request) -> Identity | None:
    token = _token_of(request)
    if token is None:
        return None
    identities = factory_of(request).identities
    identity = identities.remembered(token) or await _look_up(request, identities, token)
    if identity is not None:  # in every log line from here on
        bind_contextvars(user_id=str(identity.user.id))
    return identity


async def _look_up(request: Request, identities: IdentityCache, token: str) -> Identity | None:
    """Look up a token and count the lookup against the client's address, unless it finds a session.

    After too many unknown tokens from an address, only tokens that are signed or were valid recently are looked up.
    Clients behind the same address as a flood keep their sessions.

    Raises:
        TooManyRequests: the address sent too many unknown tokens, and this one is neither.
    """
    limits = _request_limits(request)
    limits.count_look_up(request, is_exempt=lambda: identities.is_plausible(token))
    is_unknown = False
    try:
        return await identities.get(token)
    except NotAuthenticated:
        is_unknown = True
        return None
    finally:
        if not is_unknown:
            limits.uncount_look_up(request)


def _token_of(request: Request) -> str | None:
    token = bearer_token_of(request)
    return request.cookies.get(_cookies_of(request).access) if token is None else token


def bearer_token_of(request: Request) -> str | None:
    """Return the bearer token of the request, or None."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    return credentials if scheme.lower() == "bearer" else None


identity_dep = Annotated[Identity | None, Depends(_identity)]


def _request_limits(request: Request) -> RequestLimits:
    return state_of(request.app).request_limits


# These two read the identity directly, so that public routes are not documented as if they needed a token.
async def count_request(request: Request) -> None:
    """Count a request to a public route. Requests to other routes are counted with the identity.

    Raises:
        TooManyRequests: the quota of this minute is used up.
    """
    _request_limits(request).count(request, await _sender(request))


async def count_expensive(request: Request) -> None:
    """Count a request against the stricter limit for expensive routes, in addition to the general one.

    Raises:
        TooManyRequests: the quota of this minute is used up.
    """
    _request_limits(request).count(request, await _sender(request), name="expensive")


async def _sender(request: Request) -> Identity | None:
    """Return the identity of the caller, or None if it is unknown. Then the client's address is counted."""
    try:
        return await _authenticate(request)
    except DatabaseUnavailable:
        return None


@refuses_with(NotAuthenticatedException)
async def _current_user(identity: identity_dep) -> User:
    if identity is None:
        raise NotAuthenticated
    return identity.user


current_user_dep = Annotated[User, Depends(_current_user)]


@refuses_with(NotAuthenticatedException)
async def _current_actor(identity: identity_dep) -> Actor:
    if identity is None:
        raise NotAuthenticated
    return identity.actor


current_actor_dep = Annotated[Actor, Depends(_current_actor)]


async def _unit_of_work(request: Request) -> AsyncIterator[Work]:
    identity = await _identity(request)
    actor = identity.actor if identity else ANONYMOUS
    async with _begin(request, actor, may_read_replica=_may_read_replica(request, identity)) as work:
        yield work


async def _public_unit_of_work(request: Request) -> AsyncIterator[Work]:
    async with _begin(request, ANONYMOUS) as work:
        yield work


# With this scope the commit happens before the response is sent. By default FastAPI would commit afterwards, and a
# client could get a 201 for a commit that failed.
unit_of_work_dep = Annotated[Work, Depends(_unit_of_work, scope="function")]
# For routes whose response does not depend on the caller. The session is not looked up.
public_unit_of_work_dep = Annotated[Work, Depends(_public_unit_of_work, scope="function")]

# A cancellation may interrupt what these do behind their `yield`. FastAPI shields it in all others, at some cost.
SAFE_WHEN_CANCELLED = frozenset({_unit_of_work, _public_unit_of_work})

# The dependencies of routes whose response depends on the caller.
ASKS_WHO = frozenset({_identity, _unit_of_work})


def require_permission(permission: Permission) -> Callable[..., Awaitable[None]]:
    """Return a dependency that refuses callers without `permission`."""

    @refuses_with(NotAuthenticatedException, PermissionDeniedException, MfaEnrollmentRequiredException)
    async def check(identity: identity_dep) -> None:
        if identity is None:
            raise NotAuthenticated
        if not identity.actor.may(permission):
            identity.actor.refuse(permission)

    return check


@refuses_with(SessionRequiredException)
async def refuse_api_tokens(identity: identity_dep) -> None:
    """Refuse requests with an API token: it must not give access to the credentials of its owner.

    Every router under `/api/auth` whose routes depend on the caller needs this; a test checks it.

    Raises:
        SessionRequired: the caller uses an API token.
    """
    if identity is not None and identity.actor.token_id is not None:
        raise SessionRequired


@refuses_with(NotAuthenticatedException, SessionRequiredException, ReauthenticationRequiredException)
async def require_recent_authentication(request: Request, identity: identity_dep) -> None:
    """Refuse a sensitive change without recent authentication (`POST /api/auth/reauthenticate`).

    The session is read from the database, because a process caches identities for a second, and another process may
    have ended the session since. The route acts as the user is now.

    Raises:
        NotAuthenticated: the caller is not signed in, or the session has just ended.
        SessionRequired: the caller uses an API token.
        ReauthenticationRequired: the last authentication is too old.
    """
    token = _token_of(request)
    if identity is None or token is None:
        raise NotAuthenticated
    await refuse_api_tokens(identity)
    current = request.scope["state"]["identity"] = await factory_of(request).identities.reload(token)
    if not current.is_recently_authenticated:
        raise ReauthenticationRequired


def _begin(request: Request, actor: Actor, *, may_read_replica: bool = False) -> Work:
    context = Context(_client_of(request), request.state.request_id, may_read_replica=may_read_replica)
    return factory_of(request).unit_of_work(actor, context)


def _may_read_replica(request: Request, identity: Identity | None) -> bool:
    read_your_writes = state_of(request.app).read_your_writes
    return read_your_writes is not None and read_your_writes.may_read_replica(request, identity)


def factory_of(request: Request) -> Factory:
    """Return the factory of the application."""
    return state_of(request.app).factory


def _cookies_of(request: Request) -> SessionCookies:
    return state_of(request.app).cookies


def _client_of(request: Request) -> ClientInfo:
    state, cookies = state_of(request.app), request.cookies
    names = state.cookies
    return state.client_addresses.client_of(
        request, device_token=cookies.get(names.device), refresh_token=cookies.get(names.refresh)
    )
