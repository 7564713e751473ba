"""Pages of lists, by signed cursor, by number or by offset."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel

from api.dependencies import factory_of
from api.exceptions import ErrorDetail, ValidationFailedException
from api.schemas.envelope import Listing, ListMeta, PageQuery
from core.translation import mark
from domain.page import Cursor, Page, PageRequest, SortValue
from service.security import Signer

T = TypeVar("T")
Item = TypeVar("Item", bound=BaseModel)

# Parameters that say where a page begins.
_PLACES = "cursor", "page", "offset"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages of a list. A cursor is valid only for the same list in the same order."""

    signer: Signer
    list_address: str

    def page_request(self, query: PageQuery) -> PageRequest:
        """Return the page that the client requests.

        Raises:
            ValidationFailedException: the cursor belongs to another list, or more than one of cursor, page number and
                offset is given.
        """
        _refuse_two_places(query)
        offset = query.offset if query.page is None else (query.page - 1) * query.limit
        if offset is not None:
            return PageRequest(limit=query.limit, offset=offset, with_total=True)
        after = None if query.cursor is None else self._decode_cursor(query.cursor)
        return PageRequest(limit=query.limit, after=after, with_total=query.count and after is None)

    def listing(self, page: Page[T], query: PageQuery, shape: Callable[[T], Item]) -> Listing[Item]:
        """Build the response from a page, with `shape` applied to each item."""
        cursor = None if page.next is None else self.signer.sign(pack_cursor(page.next), self.list_address)
        meta = ListMeta(limit=query.limit, next_cursor=cursor, total=page.total, page=query.page, offset=query.offset)
        return Listing(data=[shape(item) for item in page.items], meta=meta)

    def _decode_cursor(self, cursor: str) -> Cursor:
        content = self.signer.verify(cursor, self.list_address)
        if content is None:
            detail = ErrorDetail("cursor", mark("Must be the `next_cursor` of a page of the same list."))
            raise ValidationFailedException(fields=[detail])
        return unpack_cursor(content)


async def _paging(request: Request) -> Paging:
    choices = [item for item in request.query_params.multi_items() if item[0] not in PageQuery.model_fields]
    return Paging(factory_of(request).resources.cursor_signer, f"{request.scope['path']}?{urlencode(sorted(choices))}")


paging_dep = Annotated[Paging, Depends(_paging)]


def _refuse_two_places(query: PageQuery) -> None:
    first, *others = [name for name in _PLACES if getattr(query, name) is not None] or [""]
    if others:
        sentence = mark("Cannot be combined with `{other}`.")
        raise ValidationFailedException(fields=[ErrorDetail(name, sentence, {"other": first}) for name in others])


def _microseconds(value: datetime) -> int:
    """Return the time since 1970. PostgreSQL stores times to the microsecond."""
    return (value - _EPOCH) // timedelta(microseconds=1)


def _time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


@dataclass(frozen=True, slots=True)
class _Packing:
    """How the values of one type are written in a cursor."""

    pack: Callable[[Any], object]
    unpack: Callable[[Any], SortValue]


# By the name of a type, which the cursor carries.
_PACKINGS = {
    "datetime": _Packing(_microseconds, _time),
    "date": _Packing(date.isoformat, date.fromisoformat),
    "str": _Packing(str, str),
    "bool": _Packing(bool, bool),
    "int": _Packing(str, int),  # JSON readers differ in how exact large numbers are
    "Decimal": _Packing(str, Decimal),
    "UUID": _Packing(str, UUID),
    "NoneType": _Packing(lambda _: None, lambda _: None),
}


def pack_cursor(cursor: Cursor) -> bytes:
    """Return a cursor as bytes, to be signed."""
    name = "UUID" if isinstance(cursor.value, UUID) else type(cursor.value).__name__  # the driver has its own UUID
    return orjson.dumps([name, _PACKINGS[name].pack(cursor.value), str(cursor.id)])


def unpack_cursor(content: bytes) -> Cursor:
    """Return the cursor in the bytes of `pack_cursor`."""
    name, value, key = orjson.loads(content)
    return Cursor(_PACKINGS[name].unpack(value), UUID(key))
