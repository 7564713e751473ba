"""Declarations of features in their test files, which the general suites read.

    RESOURCE = Resource(
        "/api/invoices",
        key="invoice_id",
        visibility=PRIVATE,
        permission=Permission.WRITE_INVOICES,
        create={"number": "2026-001", "due_on": "2026-12-31"},
        change={"paid": True},
        sorts=("created_at", "due_on", "number"),
        unique=("number",),
    )
    ACCESS = {("GET", "/api/invoices/{invoice_id}/pdf"): Access(SIGNED_IN)}  # only what is not in RESOURCE

A file with several resources declares `RESOURCES`, a tuple of them.
"""

import importlib
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import httpx2 as httpx

from domain.permissions import Permission
from tests.test_architecture.source import BACKEND

# The callers that a route lets in. The row may still be missing.
PUBLIC = "public"
SIGNED_IN = "signed in"

OK = 0
Action: TypeAlias = Literal["list", "create", "read", "replace", "change", "delete"]
Role: TypeAlias = Literal["owner", "other", "holder", "guest"]
ROLES: tuple[Role, ...] = get_args(Role)
METHODS: dict[Action, str] = {
    "list": "GET",
    "create": "POST",
    "read": "GET",
    "replace": "PUT",
    "change": "PATCH",
    "delete": "DELETE",
}
ALL_ACTIONS: tuple[Action, ...] = tuple(METHODS)
CHANGES: tuple[Action, ...] = ("replace", "change", "delete")
_DECLARES = re.compile(r"^(RESOURCES?|ACCESS)\b.*=", re.MULTILINE)

# Makes a row that belongs to the signed-in user of the client, and returns its id.
Make: TypeAlias = Callable[[httpx.AsyncClient], Awaitable[str]]


@dataclass(frozen=True)
class Access:
    """The callers of a route that belongs to no resource."""

    to: str | Permission
    # A body that is well formed, and whether it is sent as a form.
    body: Any = None
    is_form: bool = False
    # The status of GET when the parameters name rows of `Resource`s.
    finds: int = 200
    # The answer lasts as long as the session.
    streams: bool = False


@dataclass(frozen=True)
class Rights:
    """The rights of each role on a row: the statuses of reading and of changing it. The owner may do all."""

    other: tuple[int, int]
    holder: tuple[int, int]
    guest: tuple[int, int]
    owner: tuple[int, int] = (OK, OK)
    # The fields that make a row one of these.
    fields: Mapping[str, Any] = field(default_factory=dict)

    def of(self, role: Role) -> tuple[int, int]:
        """Return the statuses of reading and changing; `OK` is success."""
        statuses: tuple[int, int] = getattr(self, role)
        return statuses


@dataclass(frozen=True)
class Visibility:
    """The rights to read and change the rows of a resource. Each of `rights` is tried with a row of its own."""

    rights: tuple[Rights, ...]
    to_list: str | Permission = SIGNED_IN
    to_write: str | Permission = SIGNED_IN
    # Rows belong to the user who makes them.
    owned: bool = True


# Only the owner, and holders of the permission.
PRIVATE = Visibility((Rights(other=(404, 404), holder=(OK, OK), guest=(401, 401)),))
# Only the owner. No permission helps.
PERSONAL = Visibility((Rights(other=(404, 404), holder=(404, 404), guest=(401, 401)),))
# All who are signed in read; holders of the permission change.
SHARED = Visibility((Rights(owner=(OK, 403), other=(OK, 403), holder=(OK, OK), guest=(401, 401)),), owned=False)


def public_when(**fields: Any) -> Visibility:
    """Return the visibility of rows that everyone reads when they have these fields, and only their owner otherwise."""
    hidden = Rights(other=(404, 404), holder=(OK, OK), guest=(404, 401))
    shown = Rights(other=(OK, 403), holder=(OK, OK), guest=(OK, 401), fields=fields)
    return Visibility((hidden, shown), to_list=PUBLIC)


def administered(read: Permission, write: Permission) -> Visibility:
    """Return the visibility of rows that have no owner: one permission reads, another changes."""
    rights = Rights(owner=(403, 403), other=(403, 403), holder=(OK, OK), guest=(401, 401))
    return Visibility((rights,), to_list=read, to_write=write, owned=False)


@dataclass(frozen=True, eq=False)
class Resource:
    """Rows of one table behind routes that look alike."""

    # The address of the list; below a parent it has the parent's key.
    path: str
    # The parameter in the address of one row.
    key: str
    visibility: Visibility
    permission: Permission | None = None
    actions: tuple[Action, ...] = ALL_ACTIONS
    # Bodies of POST, PATCH and PUT; PUT takes the one of POST by default.
    create: dict[str, Any] | None = None
    change: dict[str, Any] | None = None
    replace: dict[str, Any] | None = None
    # For rows that no POST of one body makes.
    make: Make | None = None
    # The resource whose key is in `path`: these rows are as visible as that one.
    parent: "Resource | None" = None
    # Columns that its list may be sorted by; each as it is, and with a minus.
    sorts: tuple[str, ...] = ()
    # Fields of which no two rows have the same.
    unique: tuple[str, ...] = ()
    # The address of one row.
    at: str = ""
    table: str = ""
    # Further lists of the same rows.
    lists: tuple[str, ...] = ()
    # Rows have an ETag, and changes an If-Match.
    versioned: bool = True
    # Its list has pages.
    paged: bool = True
    # Its list has the caller's own rows only, whatever the permission.
    lists_own: bool = False
    # POST takes an Idempotency-Key.
    keyed: bool = True
    # The status of POST.
    created: int = 201

    def __post_init__(self) -> None:
        defaults = {
            "at": f"{self.path}/{{{self.key}}}",
            "table": self.path.rpartition("/")[2].replace("-", "_"),
            "replace": self.create,
        }
        for name, value in defaults.items():
            object.__setattr__(self, name, getattr(self, name) or value)

    @property
    def orders(self) -> tuple[str, ...]:
        """The values of `sort` that its list takes."""
        return tuple(sign + column for column in self.sorts for sign in ("", "-"))

    @property
    def owned(self) -> bool:
        """Whether rows belong to the user who makes them."""
        return self.visibility.owned

    def among(self, *actions: Action) -> list[Action]:
        """Return those of these actions that it has."""
        return [action for action in actions if action in self.actions]

    def address(self, action: Action) -> str:
        """Return the path of an action's route."""
        return self.path if action in ("list", "create") else self.at

    def body(self, action: Action) -> dict[str, Any] | None:
        """Return a body that is well formed, or None for an action that takes none."""
        return {"create": self.create, "replace": self.replace, "change": self.change}.get(action)

    def status(self, action: Action, role: Role, rights: Rights) -> int:
        """Return what the role gets when it does this to a row of the owner with these rights."""
        return self._refusal(action, role, rights) or {"create": self.created, "delete": 204}.get(action, 200)

    def lists_to(self, role: Role, rights: Rights) -> bool:
        """Return whether the role finds a row of the owner with these rights in the list."""
        return rights.of(role)[0] == OK and (role == "owner" or not self.lists_own)

    def _refusal(self, action: Action, role: Role, rights: Rights) -> int:
        reading, changing = rights.of(role)
        if action == "list":
            is_open = self.parent is None and self.visibility.to_list == PUBLIC
            return OK if is_open else self._collection(reading, role)
        if action == "create":
            return self._collection(reading, role) if self.owned and role != "guest" else changing
        return reading if action == "read" else changing

    def _collection(self, reading: int, role: Role) -> int:
        """Return what keeps the role from a list: its parent is hidden, a permission is missing, or nothing."""
        if self.parent is not None or isinstance(self.visibility.to_list, Permission):
            return reading
        return 401 if role == "guest" else OK

    @property
    def ancestors(self) -> tuple["Resource", ...]:
        """The resources whose keys are in the path, the uppermost first."""
        return () if self.parent is None else (*self.parent.ancestors, self.parent)

    def lines(self) -> Iterator[tuple[tuple[str, str], Access]]:
        """Yield the routes, and who gets past their doors."""
        for action in self.actions:
            may = self.visibility.to_list if METHODS[action] == "GET" else self.visibility.to_write
            yield (METHODS[action], self.address(action)), Access(may, self.body(action))
        for path in self.lists:
            yield ("GET", path), Access(self.visibility.to_list)


def below(parent: Resource) -> Visibility:
    """Return the visibility of rows that are as visible as their parent; their own author and holders change them."""
    rights = (
        Rights(
            other=(kind.other[0], kind.other[0] or 403),
            holder=kind.holder,
            guest=(kind.guest[0], 401),
            fields=kind.fields,
        )
        for kind in parent.visibility.rights
    )
    return Visibility(tuple(rights), to_list=parent.visibility.to_list)


@dataclass(frozen=True)
class Declarations:
    """Everything that test files declare."""

    resources: tuple[Resource, ...]
    access: Mapping[tuple[str, str], Access]
    # Where each route was declared, and how often.
    places: Mapping[tuple[str, str], tuple[str, ...]]


@cache
def declarations() -> Declarations:
    """Return what the test files below tests/test_api declare."""
    resources: list[Resource] = []
    access: dict[tuple[str, str], Access] = {}
    places: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in _files():
        name = ".".join(file.relative_to(BACKEND).with_suffix("").parts)
        module = vars(importlib.import_module(name))
        found = (*module.get("RESOURCES", ()), *([module["RESOURCE"]] if "RESOURCE" in module else []))
        resources += found
        lines = [line for resource in found for line in resource.lines()] + [*module.get("ACCESS", {}).items()]
        for route, allowed in lines:
            access[route] = allowed
            places[route] = (*places.get(route, ()), str(file.relative_to(BACKEND)))
    return Declarations(tuple(resources), access, places)


def _files() -> list[Path]:
    files = sorted((BACKEND / "tests" / "test_api").rglob("test_*.py"))
    return [file for file in files if _DECLARES.search(file.read_text(encoding="utf-8"))]


def resources() -> tuple[Resource, ...]:
    """Return every resource that a test file declares."""
    return declarations().resources


def access() -> Mapping[tuple[str, str], Access]:
    """Return who may use each route, by method and path."""
    return declarations().access


def streams() -> set[str]:
    """Return the paths whose answers last as long as the session."""
    return {path for (_, path), line in access().items() if line.streams}
