"""Posts of users."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import StreamingResponse

from api.conditional import if_match_dep, set_version
from api.dependencies import unit_of_work_dep
from api.documentation import CREATED_VERSIONED, VERSIONED, errors
from api.exceptions import (
    NotAuthenticatedException,
    PermissionDeniedException,
    PostNotFoundException,
    VersionChangedException,
)
from api.files.csv_export import CSV, csv_export_dep
from api.idempotency import idempotency_dep
from api.middleware.caching import PRIVATE
from api.paging import paging_dep
from api.schemas.envelope import Data, Listing
from api.schemas.posts import (
    AllPostsFilterQuery,
    AllPostsQuery,
    PostPatch,
    PostQuery,
    PostRequest,
    PostResponse,
    PostSummaryResponse,
)
from domain.page import Page, PageRequest
from domain.post import Post, PostSummary

router = APIRouter(prefix="/api", tags=["posts"])

CHANGE_ERRORS = (NotAuthenticatedException, PermissionDeniedException, PostNotFoundException, VersionChangedException)


@router.get("/posts")
async def list_posts(
    query: Annotated[AllPostsQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[PostSummaryResponse]:
    """List published posts and the caller's own drafts."""
    page = await work.posts.find(query.filter(query.author), sort=query.sort, page=paging.page_request(query))
    return paging.listing(page, query, PostSummaryResponse.of)


@router.get("/posts.csv", response_class=Response, responses=CSV)
async def export_posts(
    query: Annotated[AllPostsFilterQuery, Query()], work: unit_of_work_dep, csv: csv_export_dep
) -> StreamingResponse:
    """Download the list of posts as CSV, with the filter and order of the list."""

    async def find(page: PageRequest) -> Page[PostSummary]:
        return await work.posts.find(query.filter(query.author), sort=query.sort, page=page)

    return await csv.response("posts", find, PostSummaryResponse.of, columns_of=PostSummaryResponse)


@router.get("/users/{user_id}/posts")
async def list_user_posts(
    user_id: UUID, query: Annotated[PostQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[PostSummaryResponse]:
    """List the posts of a user. The list is empty if the user does not exist."""
    page = await work.posts.find(query.filter(user_id), sort=query.sort, page=paging.page_request(query))
    return paging.listing(page, query, PostSummaryResponse.of)


@router.post(
    "/posts",
    status_code=status.HTTP_201_CREATED,
    responses={
        **errors(NotAuthenticatedException),
        **CREATED_VERSIONED,
    },
)
async def create_post(
    body: PostRequest, work: unit_of_work_dep, once: idempotency_dep, response: Response
) -> Data[PostResponse]:
    """Create a post."""
    post = await work.posts.create(body.fields())
    return await once.created(_answer(post, response).data, at=f"/api/posts/{post.id}")


@router.get("/posts/{post_id}", responses={**errors(PostNotFoundException), **VERSIONED})
async def get_post(post_id: UUID, work: unit_of_work_dep, response: Response) -> Data[PostResponse]:
    """Return a post."""
    response.headers["Cache-Control"] = PRIVATE
    return _answer(await work.posts.get(post_id), response)


@router.put("/posts/{post_id}", responses={**errors(*CHANGE_ERRORS), **VERSIONED})
async def replace_post(
    post_id: UUID, body: PostRequest, versions: if_match_dep, work: unit_of_work_dep, response: Response
) -> Data[PostResponse]:
    """Replace a post. Omitted fields get their default."""
    return _answer(await work.posts.update(post_id, body.changes(), versions=versions), response)


@router.patch("/posts/{post_id}", responses={**errors(*CHANGE_ERRORS), **VERSIONED})
async def update_post(
    post_id: UUID, body: PostPatch, versions: if_match_dep, work: unit_of_work_dep, response: Response
) -> Data[PostResponse]:
    """Change the fields that are sent. `null` removes the subtitle."""
    return _answer(await work.posts.update(post_id, body.changes(), versions=versions), response)


@router.delete("/posts/{post_id}", status_code=status.HTTP_204_NO_CONTENT, responses=errors(*CHANGE_ERRORS))
async def delete_post(post_id: UUID, versions: if_match_dep, work: unit_of_work_dep) -> None:
    """Delete a post and its comments."""
    await work.posts.delete(post_id, versions=versions)


def _answer(post: Post, response: Response) -> Data[PostResponse]:
    set_version(response, post.version, beside=(post.author, post.comment_count))
    return Data(data=PostResponse.of(post))
