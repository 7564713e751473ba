"""What routes ask for, as `Annotated` aliases."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from api.client_address import ClientAddresses
from api.cookies import SessionCookies
from api.rate_limits import RequestLimits
from domain.client import Client
from domain.errors import PermissionDenied
from domain.permissions import ANONYMOUS, Permission
from domain.session import Identity, NotAuthenticated, ReauthenticationRequired
from domain.user import User
from service.factory import Factory, UnitOfWork

_bearer = OAuth2PasswordBearer(
    tokenUrl="/api/auth/token", auto_error=False, description="A token from `POST /api/auth/token`."
)
bearer_token_dep = Annotated[str | None, Depends(_bearer)]


async def _factory(request: Request) -> Factory:
    return cast("Factory", request.app.state.factory)


factory_dep = Annotated[Factory, Depends(_factory)]


async def _cookies(request: Request) -> SessionCookies:
    return cast("SessionCookies", request.app.state.cookies)


cookies_dep = Annotated[SessionCookies, Depends(_cookies)]


async def _client(request: Request, cookies: cookies_dep) -> Client:
    addresses = cast("ClientAddresses", request.app.state.client_addresses)
    return addresses.client_of(request, device_token=request.cookies.get(cookies.device))


client_dep = Annotated[Client, Depends(_client)]


async def _identity(
    request: Request, factory: factory_dep, cookies: cookies_dep, bearer: bearer_token_dep
) -> Identity | None:
    """Return who sends the request, or None when no valid token came with it; it is counted for them.

    That it is counted here, and not by a dependency of its own, saves every route what a dependency costs.
    """
    identity = await _recognised(factory, bearer or request.cookies.get(cookies.access))
    _request_limits(request).count(request, identity)
    return identity


async def _recognised(factory: Factory, token: str | None) -> Identity | None:
    if token is None:
        return None
    try:
        return await factory.identities.get(token)
    except NotAuthenticated:
        return None


identity_dep = Annotated[Identity | None, Depends(_identity)]


def _request_limits(request: Request) -> RequestLimits:
    return cast("RequestLimits", request.app.state.request_limits)


async def count_request(_: identity_dep) -> None:
    """Count requests to routes that do not ask who sends them."""


async def count_expensive(request: Request, identity: identity_dep) -> None:
    """Count a request among those that cost a lot, besides.

    Raises:
        TooManyRequests: this minute's are used up.
    """
    _request_limits(request).count(request, identity, name="expensive")


async def _current_user(identity: identity_dep) -> User:
    if identity is None:
        raise NotAuthenticated
    return identity.user


current_user_dep = Annotated[User, Depends(_current_user)]


async def _unit_of_work(
    request: Request, factory: factory_dep, identity: identity_dep, client: client_dep
) -> AsyncIterator[UnitOfWork]:
    actor = identity.actor if identity else ANONYMOUS
    async with factory.unit_of_work(actor, client=client, request_id=request.state.request_id) as work:
        yield work


async def _public_unit_of_work(request: Request, factory: factory_dep, client: client_dep) -> AsyncIterator[UnitOfWork]:
    async with factory.unit_of_work(ANONYMOUS, client=client, request_id=request.state.request_id) as work:
        yield work


# The scope is what makes the commit happen before the response: by default FastAPI leaves the block after sending it,
# and a client would hold a 201 for a commit that failed.
unit_of_work_dep = Annotated[UnitOfWork, Depends(_unit_of_work, scope="function")]
# For routes that answer the same whoever asks; the session, if there is one, is not looked up.
public_unit_of_work_dep = Annotated[UnitOfWork, Depends(_public_unit_of_work, scope="function")]


def require_permission(permission: Permission) -> Callable[..., Awaitable[None]]:
    """Return a dependency that refuses whoever does not hold `permission`."""

    async def check(identity: identity_dep) -> None:
        if identity is None:
            raise NotAuthenticated
        if not identity.actor.may(permission):
            raise PermissionDenied

    return check


async def require_recent_authentication(identity: identity_dep) -> None:
    """Refuse a sensitive change by somebody who has not proved lately who they are (`POST /api/auth/reauthenticate`).

    Raises:
        NotAuthenticated: nobody is signed in.
        ReauthenticationRequired: the proof is too old.
    """
    if identity is None:
        raise NotAuthenticated
    if not identity.is_recently_authenticated:
        raise ReauthenticationRequired
