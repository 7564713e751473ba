"""Finds the routers: each module in `api/routes` and its folders has one. No list names them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from fastapi import APIRouter

from api import routes
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Options of a module of routes. The module declares them as `inclusion`, beside its `router`.

    Args:
        when: whether the application has these routes.
        max_body_size: the limit of a request's body in bytes, or None for `MAX_BODY_BYTES`.
    """

    when: Callable[[Settings], bool] = lambda _: True
    max_body_size: Callable[[Settings], int | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class RouteModule:
    """The router of a module, and how to include it."""

    name: str
    router: APIRouter
    inclusion: Inclusion
    summary: str

    @property
    def tag(self) -> str | None:
        """The name of the module's section in the documentation, or None for a module outside it."""
        return str(self.router.tags[0]) if self.router.tags and self.router.include_in_schema else None


def route_modules(package: ModuleType = routes) -> list[RouteModule]:
    """Return the modules of routes: first those of the product's features, then those of the areas, each by name.

    Raises:
        TypeError: a module has no `router`, or its `inclusion` is not an `Inclusion`.
    """
    found = walk_packages(package.__path__, f"{package.__name__}.")
    names = sorted((module.name for module in found if not module.ispkg), key=lambda name: (name.count("."), name))
    return [_described(import_module(name)) for name in names]


def _described(module: ModuleType) -> RouteModule:
    router, inclusion = getattr(module, "router", None), getattr(module, "inclusion", Inclusion())
    if not isinstance(router, APIRouter):
        raise TypeError(
            f"{module.__name__} has no `router`. Add `router = APIRouter(prefix=…, tags=[…])` to it, "
            "or move it out of api/routes: every module there is included in the application."
        )
    if not isinstance(inclusion, Inclusion):
        raise TypeError(f"`inclusion` of {module.__name__} must be an `Inclusion` of api/routers.py.")
    summary = " ".join((module.__doc__ or "").partition("\n\n")[0].split())
    return RouteModule(module.__name__, router, inclusion, summary)
