"""The reference server `plain`: the same four routes, written as the FastAPI and SQLAlchemy documentation teaches.

ORM entities, a session per request by dependency, the current user by dependency, response models. It is
written well: everything is async, the pool has the same size as ours, nothing is refreshed or validated twice, uvicorn
has uvloop and httptools and writes no access log. It has no request ids, log, metrics or security headers.
"""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, status
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ARRAY, ForeignKey, String, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    column_property,
    defer,
    joinedload,
    mapped_column,
    query_expression,
    relationship,
    undefer,
    with_expression,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import DateTime

from excerpts import excerpt as excerpt_of

KEY = os.environ["JWT_SECRET_KEY"]

engine = create_async_engine(
    os.environ["DATABASE_URL"], pool_size=int(os.environ["DATABASE_POOL_SIZE"]), max_overflow=0
)
new_session = async_sessionmaker(engine, expire_on_commit=False)
oauth2 = OAuth2PasswordBearer(tokenUrl="/api/auth/token")
app = FastAPI()


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class User(Base):
    __tablename__ = "users"

    email: Mapped[str]
    name: Mapped[str | None]
    language: Mapped[str | None]
    is_verified: Mapped[bool]
    is_active: Mapped[bool]
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    avatar_id: Mapped[UUID | None]

    @property
    def avatar_url(self) -> str | None:
        return f"/api/users/{self.id}/avatar?v={self.avatar_id}" if self.is_active and self.avatar_id else None


class Comment(Base):
    __tablename__ = "comments"

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"))


class Post(Base):
    __tablename__ = "posts"

    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    subtitle: Mapped[str | None]
    content: Mapped[str]
    published: Mapped[bool]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    author: Mapped[User] = relationship()
    if TYPE_CHECKING:
        comment_count: Mapped[int]
    beginning: Mapped[str] = query_expression()

    @property
    def excerpt(self) -> str:
        return excerpt_of(self.beginning)


Post.comment_count = column_property(
    select(func.count()).where(Comment.post_id == Post.id).correlate_except(Comment).scalar_subquery(), deferred=True
)


class Status(BaseModel):
    status: str = "ok"


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str | None
    language: str | None
    is_verified: bool
    roles: list[str]
    permissions: list[str] = []
    withheld_roles: list[str] = []
    avatar_url: str | None = None
    created_at: datetime


class PostIn(BaseModel):
    title: Annotated[str, Field(min_length=1, max_length=200)]
    subtitle: Annotated[str | None, Field(min_length=1, max_length=300)] = None
    content: Annotated[str, Field(min_length=1, max_length=50_000)]
    published: bool = False


class AuthorOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str | None
    avatar_url: str | None


class PostBase(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    author: AuthorOut
    title: str
    subtitle: str | None
    published: bool
    version: int
    comment_count: int
    created_at: datetime
    updated_at: datetime


class PostOut(PostBase):
    content: str


class PostSummaryOut(PostBase):
    excerpt: str


class Meta(BaseModel):
    limit: int
    next_cursor: str | None


class StatusAnswer(BaseModel):
    data: Status


class UserAnswer(BaseModel):
    data: UserOut


class PostAnswer(BaseModel):
    data: PostOut


class PostsAnswer(BaseModel):
    data: list[PostSummaryOut]
    meta: Meta


async def get_session() -> AsyncIterator[AsyncSession]:
    async with new_session() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


async def get_current_user(token: Annotated[str, Depends(oauth2)], session: SessionDep) -> User:
    try:
        claims = jwt.decode(token, KEY, algorithms=["HS256"], options={"verify_aud": False})
    except jwt.InvalidTokenError:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED) from None
    user = await session.get(User, UUID(claims["sub"]))
    if user is None or not user.is_active:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED)
    return user


UserDep = Annotated[User, Depends(get_current_user)]


@app.get("/api/ping", response_model=StatusAnswer)
async def ping() -> Any:
    return {"data": Status()}


@app.get("/api/users/me", response_model=UserAnswer)
async def read_current_user(user: UserDep) -> Any:
    return {"data": user}


@app.get("/api/users/{author_id}/posts", response_model=PostsAnswer)
async def list_posts(
    author_id: UUID, session: SessionDep, user: UserDep, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Any:
    posts = await session.scalars(
        select(Post)
        .where(Post.author_id == author_id, or_(Post.published, Post.author_id == user.id))
        .options(
            joinedload(Post.author),
            defer(Post.content),
            undefer(Post.comment_count),
            with_expression(Post.beginning, func.left(Post.content, 281)),
        )
        .order_by(Post.created_at.desc(), Post.id.desc())
        .limit(limit + 1)
    )
    found = posts.all()
    page = found[:limit]
    cursor = str(page[-1].id) if len(found) > limit else None
    return {"data": page, "meta": Meta(limit=limit, next_cursor=cursor)}


@app.post("/api/posts", response_model=PostAnswer, status_code=status.HTTP_201_CREATED)
async def create_post(body: PostIn, session: SessionDep, user: UserDep) -> Any:
    post = Post(author=user, **body.model_dump())
    session.add(post)
    await session.commit()
    set_committed_value(post, "comment_count", 0)  # a new post has no comments
    return {"data": post}
