"""Pictures of users. Included with a limit of its own for the size of a body."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response, status

from api.dependencies import count_request, public_unit_of_work_dep, unit_of_work_dep
from api.documentation import errors, file
from api.exceptions import (
    AvatarNotFoundException,
    BrokenPictureException,
    CrossOriginRequestException,
    NotAuthenticatedException,
    PictureTooCostlyException,
    StorageUnavailableException,
    TooBusyException,
    TooManyAttemptsException,
    TooManyPixelsException,
    UnsupportedPictureException,
)
from api.files.responses import set_file_headers
from api.schemas import AvatarForm, Data, UserResponse
from domain.files.avatar import MEDIA_TYPE, AvatarSize

# One file and nothing else; by default a form may have a thousand of each.
router = APIRouter(
    prefix="/api/users",
    tags=["users"],
    form_limits={"max_files": 1, "max_fields": 0},
    dependencies=[Depends(count_request)],
)


@router.put(
    "/me/avatar",
    responses=errors(
        CrossOriginRequestException,
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
    """Show another picture: JPEG, PNG, WebP or GIF, of which the middle is kept.

    Raises:
        NotAuthenticated: nobody is signed in.
        UnsupportedPicture: the content is of no kind that is read, whatever its name says.
        TooManyPixels: it would take too much memory.
        BrokenPicture: it ends early or contradicts itself.
        PictureTooCostly: it takes too long to read.
        TooManyAttempts: too many of the user's pictures could not be read.
        TooBusy: too many pictures wait.
        StorageUnavailable: it cannot be stored.
    """
    return Data(data=UserResponse.of(await work.avatars.replace(form.file.file)))


@router.delete(
    "/me/avatar",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(CrossOriginRequestException, NotAuthenticatedException),
)
async def remove_avatar(work: unit_of_work_dep) -> None:
    """Show no picture any more.

    Raises:
        NotAuthenticated: nobody is signed in.
    """
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
        UUID | None, Query(description="Which picture, as in `avatar_url`; makes it cacheable for ever.")
    ] = None,
) -> Response:
    """Return a user's picture, which everybody may see: a square with sides of `size` pixels.

    Raises:
        AvatarNotFound: there is none, or there is no such user.
        StorageUnavailable: it cannot be read.
    """
    avatar = await work.avatars.read(user_id, size)
    response = Response(avatar.content, media_type=MEDIA_TYPE)
    is_final = avatar.is_final and avatar.id == v
    set_file_headers(response, tag=f"{avatar.id}-{avatar.size}", is_final=is_final)
    return response
