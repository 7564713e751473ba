"""A copy of all data that the product has about the caller."""

from fastapi import APIRouter, Depends, Response, status
from fastapi.responses import StreamingResponse

from api.dependencies import count_expensive, require_recent_authentication, unit_of_work_dep
from api.documentation import LOCATED, errors, file
from api.exceptions import DataExportNotFoundException, NotAuthenticatedException, StorageUnavailableException
from api.files.responses import attachment, set_file_headers
from api.idempotency import idempotency_dep
from api.schemas.envelope import Data
from api.schemas.identity.data_exports import DataExportResponse
from domain.identity.data_export import MEDIA_TYPE

PATH = "/api/users/me/data-export"

router = APIRouter(
    prefix=PATH,
    tags=["data exports"],
    responses=errors(NotAuthenticatedException),
)


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[Depends(count_expensive), Depends(require_recent_authentication)],
    responses=LOCATED,
)
async def request_data_export(work: unit_of_work_dep, once: idempotency_dep) -> Data[DataExportResponse]:
    """Request a copy of the caller's data, which a background job writes. An unfinished one is returned instead."""
    return await once.accepted(DataExportResponse.of(await work.data_exports.request()), at=PATH)


@router.get("")
async def get_data_export(work: unit_of_work_dep) -> Data[DataExportResponse]:
    """Return the state of the caller's data export."""
    return Data(data=DataExportResponse.of(await work.data_exports.get()))


@router.get(
    "/access",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_recent_authentication)],
    responses=errors(DataExportNotFoundException),
)
async def check_data_export(work: unit_of_work_dep) -> None:
    """Check that the download is allowed. A page asks first, because the download itself can show no dialog."""
    await work.data_exports.get_ready()


@router.get(
    "/download",
    response_class=Response,
    dependencies=[Depends(require_recent_authentication)],
    responses={**errors(DataExportNotFoundException, StorageUnavailableException), **file(MEDIA_TYPE)},
)
async def download_data_export(work: unit_of_work_dep) -> StreamingResponse:
    """Download the ZIP: one JSON file for each subject, and the caller's files."""
    export, document = await work.data_exports.open()
    headers = {"Content-Length": str(document.size), "Content-Disposition": attachment(export.file_name)}
    response = StreamingResponse(document.chunks, media_type=MEDIA_TYPE, headers=headers)
    set_file_headers(response, tag=str(export.id))
    return response
