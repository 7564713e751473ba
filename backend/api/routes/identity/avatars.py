"""Profile pictures."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response, status

from api.dependencies import count_request, public_unit_of_work_dep, unit_of_work_dep
from api.documentation import errors, file
from api.exceptions import (
    AvatarNotFoundException,
    BrokenPictureException,
    NotAuthenticatedException,
    PictureTooCostlyException,
    StorageUnavailableException,
    TooBusyException,
    TooManyAttemptsException,
    TooManyPixelsException,
    UnsupportedPictureException,
)
from api.files.responses import set_file_headers
from api.routers import Inclusion
from api.schemas.envelope import Data
from api.schemas.users import AvatarForm, UserResponse
from domain.files.avatar import MEDIA_TYPE, AvatarSize

# One file and no fields. The default allows a thousand of each.
router = APIRouter(
    prefix="/api/users",
    tags=["users"],
    form_limits={"max_files": 1, "max_fields": 0},
    dependencies=[Depends(count_request)],
)
inclusion = Inclusion(max_body_size=lambda settings: settings.max_upload_bytes)


@router.put(
    "/me/avatar",
    responses=errors(
        NotAuthenticatedException,
        UnsupportedPictureException,
        TooManyPixelsException,
        BrokenPictureException,
        PictureTooCostlyException,
        TooManyAttemptsException,
        TooBusyException,
        StorageUnavailableException,
    ),
)
async def replace_avatar(
    form: Annotated[AvatarForm, Form(media_type="multipart/form-data")], work: unit_of_work_dep
) -> Data[UserResponse]:
    """Replace the profile picture: JPEG, PNG, WebP or GIF, cropped to a square."""
    return Data(data=UserResponse.of(await work.avatars.replace(form.file.file)))


@router.delete("/me/avatar", status_code=status.HTTP_204_NO_CONTENT, responses=errors(NotAuthenticatedException))
async def remove_avatar(work: unit_of_work_dep) -> None:
    """Remove the profile picture."""
    await work.avatars.remove()


@router.get(
    "/{user_id}/avatar",
    response_class=Response,
    responses={
        **errors(AvatarNotFoundException, StorageUnavailableException),
        **file(MEDIA_TYPE),
    },
)
async def get_avatar(
    user_id: UUID,
    work: public_unit_of_work_dep,
    *,
    size: AvatarSize = AvatarSize.MEDIUM,
    v: Annotated[
        UUID | None, Query(description="The version from `avatar_url`; makes the response cacheable forever.")
    ] = None,
) -> Response:
    """Return the public profile picture of a user: a square of `size` pixels."""
    avatar = await work.avatars.read(user_id, size)
    response = Response(avatar.content, media_type=MEDIA_TYPE)
    is_final = avatar.is_final and avatar.id == v
    set_file_headers(response, tag=f"{avatar.id}-{avatar.size}", is_final=is_final)
    return response
