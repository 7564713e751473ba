"""A user's profile picture."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from domain.errors import AppError, NotFound

# Pictures of a 24-megapixel camera. A file of a few kilobytes may claim any number, and each pixel takes memory.
MAX_PIXELS = 25_000_000
MEDIA_TYPE = "image/webp"


class AvatarSize(IntEnum):
    """The length of a side in pixels. Each size is a file of its own."""

    SMALL = 64
    MEDIUM = 256
    LARGE = 512


# Made from the large one in the background.
THUMBNAILS = (AvatarSize.SMALL, AvatarSize.MEDIUM)


class UnsupportedPicture(AppError):
    """The file is in no format that the product reads, whatever its name says."""

    message = "This file isn’t a supported picture. Choose a JPEG, PNG, WebP or GIF."


class BrokenPicture(AppError):
    """The file begins like a picture, but cannot be decoded to its end."""

    message = "This picture is damaged or incomplete. Choose another one."


class TooManyPixels(AppError):
    """The picture has more pixels than the product decodes."""

    message = "This picture is too large. Choose one with at most {megapixels} million pixels."

    def __init__(self) -> None:
        super().__init__(megapixels=MAX_PIXELS // 1_000_000)


class PictureTooCostly(AppError):
    """Decoding the picture takes far more time or memory than its size explains."""

    message = "This picture takes too long to read. Save it as a plain JPEG or PNG and try again."


class AvatarNotFound(NotFound):
    """The user has no picture, or does not exist."""

    message = "Picture not found."


@dataclass(frozen=True, slots=True)
class Avatar:
    """A picture as it is sent: a WebP square."""

    id: UUID
    size: AvatarSize
    content: bytes
    # Whether it has the requested size. A larger size stands in for a thumbnail that is not made yet.
    is_final: bool


@dataclass(frozen=True, slots=True)
class AvatarChanged:
    """A user changed or removed their picture."""

    user_id: UUID
    shown: UUID | None
    replaced: UUID | None


def avatar_key(avatar_id: UUID, size: AvatarSize) -> str:
    """Return the key of the file that holds the picture in one size."""
    return f"avatars/{avatar_id}/{size.value}.webp"


def avatar_keys(avatar_id: UUID) -> list[str]:
    """Return the keys of all files of the picture."""
    return [avatar_key(avatar_id, size) for size in AvatarSize]
