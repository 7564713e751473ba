"""Something that a user writes for others to read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import AppError
from domain.user import Author

TITLE_MAX_LENGTH = 200
SUBTITLE_MAX_LENGTH = 300
CONTENT_MAX_LENGTH = 50_000
QUERY_MAX_LENGTH = 200
# Two or three lines of a list.
EXCERPT_MAX_LENGTH = 280


class PostNotFound(AppError):
    """No such post, or none that the actor may see."""

    message = "Post not found."


class PostChanged(AppError):
    """The post is no longer the version that the change was made from."""

    message = "This post has changed since you opened it. Reload it and try again."


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
    author: Author
    title: str
    subtitle: str | None
    content: str
    published: bool
    version: int
    comment_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PostSummary:
    """A post as lists show it: with the beginning of its content only."""

    id: UUID
    author: Author
    title: str
    subtitle: str | None
    excerpt: str
    published: bool
    version: int
    comment_count: int
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


def excerpt_of(beginning: str) -> str:
    """Return the beginning of a text in one line, cut behind a word if the text goes on.

    Args:
        beginning: as much of the text as an excerpt has, and at least one character more if there is one.
    """
    line = " ".join(beginning.split())
    if len(beginning) <= EXCERPT_MAX_LENGTH:
        return line
    words, _, _ = line[:EXCERPT_MAX_LENGTH].rpartition(" ")
    return f"{words or line[: EXCERPT_MAX_LENGTH - 1]}…"
