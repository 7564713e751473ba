"""A post: a text that users write for others to read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypedDict, runtime_checkable
from uuid import UUID

from domain.entity import EntityPort
from domain.errors import NotFound
from domain.markdown import plain_text
from domain.user import Author

TITLE_MAX_LENGTH = 200
SUBTITLE_MAX_LENGTH = 300
CONTENT_MAX_LENGTH = 50_000
QUERY_MAX_LENGTH = 200
# Two or three lines of a list.
EXCERPT_MAX_LENGTH = 280


class PostNotFound(NotFound):
    """No such post, or none that the actor may see."""

    message = "Post not found. It may have been deleted or unpublished."


class PostSort(StrEnum):
    """The orders in which posts may be listed; each has its index. A minus means descending."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    TITLE = "title"
    TITLE_DESCENDING = "-title"


@dataclass(frozen=True, slots=True)
class PostHead:
    """A post without its content."""

    id: UUID
    author: Author
    title: str
    subtitle: str | None
    published: bool
    version: int
    comment_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Post(PostHead):
    """A post. Only its author sees it until it is published."""

    content: str


@dataclass(frozen=True, slots=True)
class PostSummary(PostHead):
    """A post as lists show it, with an excerpt instead of the content."""

    excerpt: str


@dataclass(frozen=True, slots=True)
class PostFields:
    """The fields that an author sets."""

    title: str
    subtitle: str | None
    content: str
    published: bool


class PostChanges(TypedDict, total=False):
    """The fields of a post to change; those that are missing stay as they are."""

    title: str
    subtitle: str | None
    content: str
    published: bool


@dataclass(frozen=True, slots=True)
class PostFilter:
    """Filters of a list of posts; None does not filter."""

    author_id: UUID | None = None
    published: bool | None = None
    text: str | None = None


@runtime_checkable
class PostPort(EntityPort[Post, PostSummary, PostFields, PostChanges, PostFilter, PostSort], Protocol):
    """The port through which `PostService` stores posts."""


def excerpt_of(beginning: str) -> str:
    """Return an excerpt on one line and without markup, cut after a word if the text goes on.

    Args:
        beginning: as much of the text as an excerpt has, and at least one character more if there is one.
    """
    line = " ".join(plain_text(beginning).split())
    if len(beginning) <= EXCERPT_MAX_LENGTH:
        return line
    words, _, _ = line[:EXCERPT_MAX_LENGTH].rpartition(" ")
    return f"{words or line[: EXCERPT_MAX_LENGTH - 1]}…"
