"""Lists as CSV files: the rows of a list, without pages.

    @router.get("/invoices.csv", response_class=Response, responses=CSV)
    async def export_invoices(
        query: Annotated[InvoiceFilterQuery, Query()], work: unit_of_work_dep, csv: csv_export_dep
    ) -> StreamingResponse:
        async def find(page: PageRequest) -> Page[Invoice]:
            return await work.invoices.find(query.filter(), sort=query.sort, page=page)

        return await csv.response("invoices", find, InvoiceResponse.of, columns_of=InvoiceResponse)

The query has the filters and the order of the list. `InvoiceQuery(InvoiceFilterQuery, PageQuery)` adds the page for the
list.

The columns are the fields of the response. The rows are read page by page in one snapshot into a temporary file, before
the first byte is sent: so an error still has its status, and a slow client holds no connection to the database.
"""

import asyncio
import csv
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from io import StringIO
from typing import IO, Annotated, Any, Self, TypeVar, get_args, get_origin

import orjson
import structlog
from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from api.dependencies import count_expensive, refuses_with, unit_of_work_dep
from api.documentation import Responses, errors
from api.exceptions import (
    ListTooLongException,
    NotAuthenticatedException,
    StorageUnavailableException,
    TooBusyException,
)
from api.files.responses import FILE_POLICY, attachment
from api.state import state_of
from core.runtime.bulkhead import Bulkhead
from core.settings import Settings
from domain.errors import StorageUnavailable, TooBusy
from domain.page import EXPORT_BATCH, ListTooLong, Page, PageRequest
from domain.session import NotAuthenticated
from service.factory import Work

log = structlog.get_logger()

T = TypeVar("T")
Find = Callable[[PageRequest], Awaitable[Page[T]]]

MEDIA_TYPE = "text/csv"
CSV: Responses = {
    200: {"content": {MEDIA_TYPE: {"schema": {"contentMediaType": MEDIA_TYPE}}}},
    **errors(ListTooLongException, TooBusyException, StorageUnavailableException),
}
# Each reads a long list and writes a file, so few run at once in a process.
EXPORTS_AT_ONCE = 2
BUILD_SECONDS = 60.0
# A client that reads more slowly is cut off, so that its file does not stay.
DOWNLOAD_SECONDS = 600.0
CHUNK_BYTES = 256 * 1024
# OWASP, "CSV injection": a spreadsheet runs cells that begin with these, the first four in full width as well.
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
# Where a text begins a cell in a spreadsheet that separates cells by semicolons or tabs. It ignores the quotes of RFC
# 4180 within a cell, so a line break begins one as well.
_FORMULA_WITHIN = re.compile('([;\t\r\n]"*)(?=[=+@\uff1d\uff0b\uff0d\uff20-])')
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]+)?")
# Without it, Excel reads UTF-8 as the code page of the system.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TimedResponse(StreamingResponse):
    """A download of a temporary file, which ends after `DOWNLOAD_SECONDS`."""

    def __init__(self, file: IO[bytes], headers: dict[str, str]) -> None:
        super().__init__(_chunks(file), media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, and remove the file however it ends."""
        with self._file:
            async with asyncio.timeout(DOWNLOAD_SECONDS):
                await super().__call__(scope, receive, send)


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """The limits of a process on exports: their number at once, and the rows of each."""

    at_once: Bulkhead
    rows: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Build them from the configuration."""
        return cls(Bulkhead(places=EXPORTS_AT_ONCE, refusal=TooBusy), settings.max_exported_rows)


class CsvExport:
    """Builds the response with a list as a file, for a signed-in caller. The log gets a line, with the user's id."""

    def __init__(self, work: Work, limits: ExportLimits) -> None:
        self._work = work
        self._limits = limits

    async def response(
        self, name: str, find: Find[T], shape: Callable[[T], BaseModel], *, columns_of: type[BaseModel]
    ) -> StreamingResponse:
        """Return the response.

        Args:
            name: the file's name, without its ending; plain ASCII.
            find: returns a page of the list.
            shape: returns the response model of an item.
            columns_of: the class of the response model.

        Raises:
            NotAuthenticated: the caller is not signed in.
            ListTooLong: there are more rows than `MAX_EXPORTED_ROWS`.
            TooBusy: too many lists are being exported, or this one takes too long.
            StorageUnavailable: the temporary directory is full.
        """
        if self._work.actor.user_id is None:
            raise NotAuthenticated
        with self._limits.at_once.call():
            file, rows = await self._build(find, shape, _columns(columns_of))
        log.info("list exported", list=name, rows=rows)
        headers = {
            "Content-Disposition": attachment(f"{name}.csv"),
            "Content-Length": str(await asyncio.to_thread(file.tell)),
            "Content-Security-Policy": FILE_POLICY,
        }
        return TimedResponse(file, headers)

    async def _build(
        self, find: Find[T], shape: Callable[[T], BaseModel], columns: list[tuple[str, ...]]
    ) -> tuple[IO[bytes], int]:
        """Return a temporary file with the list, at its end, and the number of rows."""
        await self._work.begin_snapshot()
        try:
            file: IO[bytes] = await asyncio.to_thread(tempfile.TemporaryFile)
            try:
                async with asyncio.timeout(BUILD_SECONDS):
                    return file, await _write(file, _pages(find, self._limits.rows), shape, columns)
            except BaseException:
                file.close()
                raise
        except TimeoutError as error:
            raise TooBusy from error
        except OSError as error:  # the temporary directory is full
            raise StorageUnavailable from error


@refuses_with(NotAuthenticatedException)
async def _csv_export(request: Request, work: unit_of_work_dep) -> CsvExport:
    await count_expensive(request)
    return CsvExport(work, state_of(request.app).exports)


csv_export_dep = Annotated[CsvExport, Depends(_csv_export)]


async def _write(
    file: IO[bytes],
    pages: AsyncIterator[tuple[T, ...]],
    shape: Callable[[T], BaseModel],
    columns: list[tuple[str, ...]],
) -> int:
    """Write the list, and return the number of its rows."""
    await asyncio.to_thread(file.write, BYTE_ORDER_MARK + _lines([["_".join(path) for path in columns]]))
    rows = 0
    async for items in pages:
        await asyncio.to_thread(file.write, _lines(_cells(shape(item), columns) for item in items))
        rows += len(items)
    return rows


async def _pages(find: Find[T], limit: int) -> AsyncIterator[tuple[T, ...]]:
    page = await find(PageRequest(limit=EXPORT_BATCH, with_total=True))
    if page.total is not None and page.total > limit:
        raise ListTooLong(limit=f"{limit:_}".replace("_", "\u202f"))  # read alike in every language
    yield page.items
    while page.next is not None:
        page = await find(PageRequest(limit=EXPORT_BATCH, after=page.next))
        yield page.items


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    await asyncio.to_thread(file.seek, 0)
    while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
        yield chunk


def _columns(model: type[BaseModel], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path to each column: a field, or a field of the model in a field. A list is one column."""
    columns: list[tuple[str, ...]] = []
    for name, field in model.model_fields.items():
        is_collection = get_origin(field.annotation) in {list, tuple, set, frozenset, dict}
        kinds = [field.annotation, *(() if is_collection else get_args(field.annotation))]
        nested = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        columns += _columns(nested, (*above, name)) if nested else [(*above, name)]
    return columns


def _cells(item: BaseModel, columns: list[tuple[str, ...]]) -> list[str]:
    values = item.model_dump(mode="json")
    return [_cell(_at(values, path)) for path in columns]


def _at(values: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401  (JSON)
    for name in path:
        values = None if values is None else values[name]
    return values


def _cell(value: Any) -> str:  # noqa: ANN401  (JSON)
    """Return the text of a cell, with an apostrophe in front of a formula that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, str):
        if _NUMBER.fullmatch(value):  # as Decimal is written in JSON
            return value
        return _escaped_within(f"'{value}" if value.startswith(FORMULA_STARTS) else value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return _cell(", ".join(value))
    return _escaped_within(orjson.dumps(value).decode())


def _escaped_within(text: str) -> str:
    return _FORMULA_WITHIN.sub(r"\1'", text)


def _lines(rows: Iterable[list[str]]) -> bytes:
    """Return rows as RFC 4180 wants them."""
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
