"""Comments on posts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from api.dependencies import unit_of_work_dep
from api.documentation import errors
from api.exceptions import (
    CommentNotFoundException,
    NotAuthenticatedException,
    PermissionDeniedException,
    PostNotFoundException,
)
from api.idempotency import idempotency_dep
from api.paging import paging_dep
from api.schemas.comments import CommentRequest, CommentResponse
from api.schemas.envelope import Data, Listing, PageQuery

router = APIRouter(prefix="/api", tags=["comments"])


@router.get("/posts/{post_id}/comments", responses=errors(PostNotFoundException))
async def list_comments(
    post_id: UUID, query: Annotated[PageQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[CommentResponse]:
    """List the comments on a post, oldest first."""
    page = await work.comments.find(post_id, paging.page_request(query))
    return paging.listing(page, query, CommentResponse.of)


@router.post(
    "/posts/{post_id}/comments",
    status_code=status.HTTP_201_CREATED,
    responses=errors(NotAuthenticatedException, PostNotFoundException),
)
async def create_comment(
    post_id: UUID, body: CommentRequest, work: unit_of_work_dep, once: idempotency_dep
) -> Data[CommentResponse]:
    """Comment on a post."""
    comment = await work.comments.create(post_id, body.content)
    return await once.created(CommentResponse.of(comment), at=f"/api/comments/{comment.id}")


@router.delete(
    "/comments/{comment_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=errors(NotAuthenticatedException, PermissionDeniedException, CommentNotFoundException),
)
async def delete_comment(comment_id: UUID, work: unit_of_work_dep) -> None:
    """Delete a comment."""
    await work.comments.delete(comment_id)
