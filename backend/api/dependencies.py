"""What routes ask for, as `Annotated` aliases."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from api.cookies import SessionCookies
from domain.errors import PermissionDenied
from domain.permissions import ANONYMOUS, Actor, Permission
from domain.session import NotAuthenticated
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


async def _signed_in(
    request: Request, factory: factory_dep, cookies: cookies_dep, bearer: bearer_token_dep
) -> tuple[User, Actor] | None:
    """Return who sends the request, or None when no valid token came with it."""
    token = bearer or request.cookies.get(cookies.access)
    if token is None:
        return None
    try:
        async with factory.unit_of_work() as work:
            return await work.sessions.authenticate(token)
    except NotAuthenticated:
        return None


signed_in_dep = Annotated[tuple[User, Actor] | None, Depends(_signed_in)]


async def _current_user(signed_in: signed_in_dep) -> User:
    if signed_in is None:
        raise NotAuthenticated
    return signed_in[0]


current_user_dep = Annotated[User, Depends(_current_user)]


async def _current_actor(signed_in: signed_in_dep) -> Actor:
    if signed_in is None:
        raise NotAuthenticated
    return signed_in[1]


current_actor_dep = Annotated[Actor, Depends(_current_actor)]


async def _unit_of_work(request: Request, factory: factory_dep, signed_in: signed_in_dep) -> AsyncIterator[UnitOfWork]:
    actor = signed_in[1] if signed_in else ANONYMOUS
    async with factory.unit_of_work(actor, request_id=request.state.request_id) as work:
        yield work


async def _public_unit_of_work(request: Request, factory: factory_dep) -> AsyncIterator[UnitOfWork]:
    async with factory.unit_of_work(ANONYMOUS, request_id=request.state.request_id) as work:
        yield work


# The scope is what makes the commit happen before the response: by default FastAPI leaves the block after sending it,
# and a client would hold a 201 for a commit that failed.
unit_of_work_dep = Annotated[UnitOfWork, Depends(_unit_of_work, scope="function")]
# For routes that answer the same whoever asks; the session, if there is one, is not looked up.
public_unit_of_work_dep = Annotated[UnitOfWork, Depends(_public_unit_of_work, scope="function")]


def require_permission(permission: Permission) -> Callable[..., Awaitable[None]]:
    """Return a dependency that refuses whoever does not hold `permission`."""

    async def check(signed_in: signed_in_dep) -> None:
        if signed_in is None:
            raise NotAuthenticated
        if not signed_in[1].may(permission):
            raise PermissionDenied

    return check
