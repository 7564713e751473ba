"""Posts."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from api.schemas.envelope import PageQuery
from api.schemas.patch import Patch, changes_in
from api.schemas.text import OneLine, Storable
from api.schemas.users import AuthorResponse
from domain.post import (
    CONTENT_MAX_LENGTH,
    QUERY_MAX_LENGTH,
    SUBTITLE_MAX_LENGTH,
    TITLE_MAX_LENGTH,
    Post,
    PostChanges,
    PostFields,
    PostFilter,
    PostSort,
    PostSummary,
)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_MAX_LENGTH), OneLine]
Subtitle = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=SUBTITLE_MAX_LENGTH), OneLine
]
Content = Annotated[
    str,
    StringConstraints(min_length=1, max_length=CONTENT_MAX_LENGTH),
    Storable,
    Field(description="Markdown. HTML and pictures are shown as text."),
]


class PostRequest(BaseModel):
    """All fields of a post."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    subtitle: Subtitle | None = None
    content: Content
    published: StrictBool = False

    def fields(self) -> PostFields:
        """Return the fields as the service takes them."""
        return PostFields(self.title, self.subtitle, self.content, self.published)

    def changes(self) -> PostChanges:
        """Return all fields."""
        return changes_in(self, PostChanges)


class PostPatch(Patch):
    """The fields of a post to change; omitted fields stay as they are."""

    title: Title = Field(default_factory=str)
    subtitle: Subtitle | None = Field(default_factory=lambda: None)
    content: Content = Field(default_factory=str)
    published: StrictBool = Field(default_factory=bool)

    def changes(self) -> PostChanges:
        """Return the fields that were sent."""
        return changes_in(self, PostChanges)


class PostFilterQuery(BaseModel):
    """Filter and order of a list of posts."""

    model_config = ConfigDict(extra="forbid")

    sort: PostSort = PostSort.NEWEST
    published: bool | None = None
    q: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=QUERY_MAX_LENGTH,
            description='Words to search for, in any form or as part of others. Supports "a phrase", `or` and `-without`.',
        ),
        Storable,
    ] = None

    def filter(self, author_id: UUID | None) -> PostFilter:
        """Return the filter of the query."""
        return PostFilter(author_id=author_id, published=self.published, text=self.q)


class AllPostsFilterQuery(PostFilterQuery):
    """Filter and order of a list of posts of all authors."""

    author: Annotated[UUID | None, Field(description="The author's id.")] = None


class PostQuery(PostFilterQuery, PageQuery):
    """Filter, order and page of a list of posts."""


class AllPostsQuery(AllPostsFilterQuery, PageQuery):
    """Filter, order and page of a list of posts of all authors."""


Version = Annotated[int, Field(description="Increases with every change; `ETag` begins with it.")]


class PostHeadResponse(BaseModel):
    """A post without its content."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    author: Annotated[AuthorResponse, BeforeValidator(AuthorResponse.of)]
    title: str
    subtitle: str | None
    published: bool
    version: Version
    comment_count: int
    created_at: datetime
    updated_at: datetime


class PostResponse(PostHeadResponse):
    """A post."""

    content: str

    @classmethod
    def of(cls, post: Post) -> Self:
        """Build the response from `post`."""
        return cls.model_validate(post)


class PostSummaryResponse(PostHeadResponse):
    """A post in a list."""

    excerpt: Annotated[str, Field(description="The beginning of the content on one line, without markup.")]

    @classmethod
    def of(cls, post: PostSummary) -> Self:
        """Build the response from `post`."""
        return cls.model_validate(post)
