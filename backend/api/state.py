"""The objects that the application holds for its requests."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import FastAPI

from api.cookies import SessionCookies
from api.middleware.client_address import ClientAddresses
from api.middleware.rate_limits import RequestLimits
from api.middleware.read_your_writes import ReadYourWrites
from service.factory import Factory

if TYPE_CHECKING:  # these modules need the state themselves
    from api.files.csv_export import ExportLimits
    from api.identity.openid import HandshakeCookie
    from api.server.route_index import RouteIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiState:
    """The objects that one application has once.

    Attributes:
        pages_base: what the URLs of pages begin with.
        read_your_writes: None without a replica.
        draining: set when the process is about to stop, so that load balancers send requests elsewhere.
    """

    factory: Factory
    cookies: SessionCookies
    handshake_cookie: "HandshakeCookie"
    pages_base: str
    exports: "ExportLimits"
    request_limits: RequestLimits
    read_your_writes: ReadYourWrites | None
    client_addresses: ClientAddresses
    route_index: "RouteIndex"
    draining: asyncio.Event = field(default_factory=asyncio.Event)


def state_of(app: FastAPI) -> ApiState:
    """Return the state of `app`; in a request that is `request.app`."""
    state: ApiState = app.state.api
    return state
