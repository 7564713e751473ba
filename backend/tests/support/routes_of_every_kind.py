"""Routes of every kind, for the tests of planned routes."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
)
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.routing import APIRoute
from fastapi.security import SecurityScopes
from pydantic import BaseModel, ConfigDict, Field, Json


class Filter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    q: Annotated[str | None, Field(min_length=2)] = None
    of: UUID | None = None
    only: bool = False


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")

    limit: int = 20


class Renamed(BaseModel):
    limit: Annotated[int, Field(alias="size")] = 20
    tags: list[str] = []


class Note(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=2)]
    stars: int | None = None


class Answer(BaseModel):
    values: dict[str, Any]


class Refused(Exception):
    pass


calls: list[str] = []
router = APIRouter(prefix="/api")


async def outer(request: Request, response: Response) -> str:
    calls.append("outer")
    response.headers["X-Outer"] = request.url.path
    return "outer"


async def inner(
    one: Annotated[str, Depends(outer)], x_size: Annotated[int | None, Header(ge=0)] = None
) -> tuple[str, int | None]:
    calls.append("inner")
    return one, x_size


async def work(request: Request) -> AsyncIterator[str]:
    calls.append("begin")
    try:
        yield "work"
    except Exception as error:
        calls.append(f"roll back {type(error).__name__}")
        raise
    calls.append("commit")


async def other_work() -> AsyncIterator[str]:
    yield "other"
    calls.append("closed")


def slow() -> str:
    return "slow"


async def scoped(scopes: SecurityScopes) -> list[str]:
    return scopes.scopes


work_dep = Annotated[str, Depends(work, scope="function")]


# Planned.


@router.get("/simple")
async def simple() -> Answer:
    return Answer(values={})


@router.get("/model/{key}")
async def with_model(key: UUID, query: Annotated[Filter, Query()], opened: work_dep) -> Answer:
    return Answer(values={"key": key, "opened": opened, **query.model_dump()})


@router.get("/loose")
async def with_loose_model(query: Annotated[Loose, Query()]) -> Answer:
    return Answer(values=query.model_dump())


@router.get("/renamed")
async def with_renamed_model(query: Annotated[Renamed, Query()]) -> Answer:
    return Answer(values=query.model_dump())


@router.get("/values/{number}")
async def with_values(
    *,
    number: Annotated[int, Path(ge=1)],
    needed: bool,
    twice: Annotated[list[int], Query()] = [1],  # noqa: B006  (FastAPI copies it)
    size: Annotated[int, Query(alias="the-size")] = 3,
    packed: Annotated[Json[list[int]] | None, Query()] = None,
    if_match: Annotated[str | None, Header()] = None,
    x_token: Annotated[list[str] | None, Header()] = None,
    seen: Annotated[int | None, Cookie()] = None,
) -> Answer:
    return Answer(values={**locals()})


@router.get("/nested", dependencies=[Depends(outer)])
async def nested(
    pair: Annotated[tuple[str, int | None], Depends(inner)], again: Annotated[str, Depends(outer)], page: int = 1
) -> Answer:
    return Answer(values={"pair": pair, "again": again, "page": page})


@router.post("/notes", status_code=201)
async def create(*, note: Note, response: Response, opened: work_dep, fails: bool = False) -> Answer:
    response.headers["Location"] = "/api/notes/1"
    response.set_cookie("seen", "1")
    if fails:
        raise Refused
    return Answer(values={"opened": opened, **note.model_dump()})


@router.put("/notes")
async def replace(request: Request, response: Response, note: Annotated[Note, Body()]) -> Answer:
    response.status_code = 202
    return Answer(values={"length": len(await request.body()), **note.model_dump()})


@router.get("/status/{number}")
async def with_status(number: int, response: Response) -> Answer:
    response.status_code = number
    return Answer(values={})


@router.get("/forbidden")
async def forbidden(opened: work_dep) -> Answer:
    raise HTTPException(403, opened, headers={"X-Why": "because"})


@router.get("/broken")
async def broken(opened: work_dep) -> Answer:
    return {"values": opened}  # type: ignore[return-value]  # a mistake


@router.get("/own-response", response_model=Answer)
async def own_response() -> Response:
    return PlainTextResponse("own", 203, headers={"X-Own": "1"})


@router.get("/stream", response_model=Answer)
async def stream(opened: work_dep) -> Response:
    return StreamingResponse((part for part in (b"a", b"b", opened.encode())), media_type="text/plain")


@router.get("/excluding", response_model_exclude_unset=True, response_model_include={"text"})
async def excluding() -> Note:
    return Note(text="text", stars=1)


PLANNED = {
    "simple",
    "with_model",
    "with_loose_model",
    "with_renamed_model",
    "with_values",
    "nested",
    "create",
    "replace",
    "with_status",
    "forbidden",
    "broken",
    "own_response",
    "stream",
    "excluding",
}


# Left to FastAPI.


@router.get("/synchronous")
def synchronous() -> Answer:
    return Answer(values={})


@router.get("/synchronous-dependency")
async def with_synchronous_dependency(value: Annotated[str, Depends(slow)]) -> Answer:
    return Answer(values={"value": value})


@router.get("/other-context")
async def with_other_context(value: Annotated[str, Depends(other_work)]) -> Answer:
    return Answer(values={"value": value})


@router.get("/unscoped-context")
async def with_unscoped_context(value: Annotated[str, Depends(work)]) -> Answer:
    return Answer(values={"value": value})


@router.get("/uncached")
async def uncached(
    value: Annotated[str, Depends(outer, use_cache=False)], again: Annotated[str, Depends(outer)]
) -> Answer:
    return Answer(values={"value": value, "again": again})


@router.get("/scoped")
async def with_scopes(scopes: Annotated[list[str], Security(scoped, scopes=["a"])]) -> Answer:
    return Answer(values={"scopes": scopes})


@router.get("/background")
async def in_background(tasks: BackgroundTasks) -> Answer:
    tasks.add_task(calls.append, "background")
    return Answer(values={})


@router.post("/form")
async def with_form(text: Annotated[str, Form()]) -> Answer:
    return Answer(values={"text": text})


@router.post("/file")
async def with_file(file: UploadFile, size: Annotated[bytes, File()] = b"") -> Answer:
    return Answer(values={"name": file.filename, "content": (await file.read()).decode()})


@router.post("/two-models")
async def with_two_models(one: Note, two: Note) -> Answer:
    return Answer(values={"one": one, "two": two})


@router.post("/embedded")
async def embedded(note: Annotated[Note, Body(embed=True)]) -> Answer:
    return Answer(values={"note": note})


@router.get("/other-class", response_class=PlainTextResponse)
async def other_class() -> str:
    return "plain"


@router.delete("/nothing", status_code=204)
async def nothing() -> None: ...


@router.get("/lines")
async def lines() -> AsyncIterator[Note]:
    yield Note(text="one")
    yield Note(text="two")


class Shouting(APIRoute):
    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()

        async def shouting(request: Request) -> Response:
            response = await handle(request)
            response.headers["X-Shout"] = "1"
            return response

        return shouting


async def shouted() -> Answer:
    return Answer(values={})


router.add_api_route("/shouted", shouted, route_class_override=Shouting)
