"""Something that a user writes for others to read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import AppError

TITLE_MAX_LENGTH = 200
SUBTITLE_MAX_LENGTH = 300
CONTENT_MAX_LENGTH = 50_000
QUERY_MAX_LENGTH = 200


class PostNotFound(AppError):
    """No such post, or none that the actor may see."""

    message = "There is no such post."


class PostChanged(AppError):
    """The post is no longer the version that the change was made from."""

    message = "The post was changed meanwhile. Please load it again."


class PostSort(StrEnum):
    """The orders in which posts may be listed; each has its index. A minus means descending."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    TITLE = "title"
    TITLE_DESCENDING = "-title"


@dataclass(frozen=True, slots=True)
class Post:
    """Something that a user writes for others to read; until it is published only its author sees it."""

    id: UUID
    author_id: UUID
    title: str
    subtitle: str | None
    content: str
    published: bool
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PostFields:
    """What an author decides about a post."""

    title: str
    subtitle: str | None
    content: str
    published: bool


@dataclass(frozen=True, slots=True)
class PostFilter:
    """Which posts a list is about; None leaves a question open."""

    author_id: UUID | None = None
    published: bool | None = None
    text: str | None = None
