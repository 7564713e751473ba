"""The reference server `limit`: the same four routes by hand, as fast as Python with this server and driver can be.

Raw ASGI, hand-written SQL on asyncpg, PyJWT, orjson. It verifies the token and its session, and nothing else: no
validation, request ids, log, metrics, security headers or error handling.
"""

import os
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import jwt
import orjson

from excerpts import excerpt

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy
    from starlette.types import Receive, Scope, Send

    Connection = PoolConnectionProxy[asyncpg.Record]

POOL_SIZE = int(os.environ["DATABASE_POOL_SIZE"])
DATABASE_URL = os.environ["DATABASE_URL"].replace("+asyncpg", "")
KEY = os.environ["JWT_SECRET_KEY"]

USER = """SELECT users.id, email, name, language, is_verified, roles, users.created_at
    FROM users JOIN sessions ON sessions.user_id = users.id
    WHERE sessions.id = $1 AND revoked_at IS NULL AND expires_at > now() AND is_active"""
# A list shows excerpts of the contents. Joins, excerpts and counts apply only to the rows of the page.
COLUMNS = """p.id, u.id, u.name, CASE WHEN u.is_active THEN u.avatar_id END, p.title, p.subtitle, {}, p.published, p.version,
    (SELECT count(*) FROM comments WHERE post_id = p.id), p.created_at, p.updated_at"""
# Only the author sees drafts.
LIST = f"""WITH p AS (SELECT * FROM posts WHERE author_id = $1 AND (published OR author_id = $2)
    ORDER BY created_at DESC, id DESC LIMIT $3)
    SELECT {COLUMNS.format("left(p.content, 281)")} FROM p JOIN users u ON u.id = p.author_id
    ORDER BY p.created_at DESC, p.id DESC"""
INSERT = f"""WITH p AS (INSERT INTO posts (author_id, title, subtitle, content, published) VALUES ($1, $2, $3, $4, $5)
    RETURNING *) SELECT {COLUMNS.format("p.content")} FROM p JOIN users u ON u.id = p.author_id"""

PING = orjson.dumps({"data": {"status": "ok"}})
JSON = (b"content-type", b"application/json")


class App:
    """The four routes."""

    pool: asyncpg.Pool

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
            return
        path = scope["path"]
        if path == "/api/ping":
            status, body = 200, PING
        elif path == "/api/users/me":
            status, body = await self.current_user(scope)
        elif path == "/api/posts" and scope["method"] == "POST":
            status, body = await self.create_post(scope, receive)
        else:
            status, body = await self.list_posts(scope, UUID(path.split("/")[3]))
        headers = [JSON, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def lifespan(self, receive: "Receive", send: "Send") -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.pool = await asyncpg.create_pool(DATABASE_URL, min_size=POOL_SIZE, max_size=POOL_SIZE)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def current_user(self, scope: "Scope") -> tuple[int, bytes]:
        async with self.pool.acquire() as connection:
            user_id, email, name, language, is_verified, roles, created_at = await self.user(scope, connection)
        user = {
            "id": user_id,
            "email": email,
            "name": name,
            "language": language,
            "is_verified": is_verified,
            "roles": roles,
            "permissions": [],
            "withheld_roles": [],
            "avatar_url": None,
            "created_at": created_at,
        }
        return 200, orjson.dumps({"data": user}, default=str)

    async def list_posts(self, scope: "Scope", author_id: UUID) -> tuple[int, bytes]:
        limit = 20
        async with self.pool.acquire() as connection:
            user = await self.user(scope, connection)
            rows = await connection.fetch(LIST, author_id, user[0], limit + 1)
        posts = [post(row, "excerpt", excerpt(row[6])) for row in rows[:limit]]
        cursor = None
        if len(rows) > limit:
            last = posts[-1]
            cursor = urlsafe_b64encode(orjson.dumps([last["created_at"], str(last["id"])])).decode()
        return 200, orjson.dumps({"data": posts, "meta": {"limit": limit, "next_cursor": cursor}}, default=str)

    async def create_post(self, scope: "Scope", receive: "Receive") -> tuple[int, bytes]:
        body = b""
        is_complete = False
        while not is_complete:
            message = await receive()
            body += message.get("body", b"")
            is_complete = not message.get("more_body", False)
        new = orjson.loads(body)
        async with self.pool.acquire() as connection:
            user = await self.user(scope, connection)
            row = await connection.fetchrow(
                INSERT,
                user[0],
                new["title"],
                new.get("subtitle"),
                new["content"],
                new.get("published", False),
            )
        assert row
        return 201, orjson.dumps({"data": post(row, "content", row[6])}, default=str)

    async def user(self, scope: "Scope", connection: "Connection") -> asyncpg.Record:
        token = next(value for name, value in scope["headers"] if name == b"authorization")[7:]
        claims = jwt.decode(token, KEY, algorithms=["HS256"], options={"verify_aud": False})
        user = await connection.fetchrow(USER, UUID(claims["sid"]))
        assert user
        return user


def post(row: asyncpg.Record, name: str, text: str) -> dict[str, Any]:
    return {
        "id": row[0],
        "author": {
            "id": row[1],
            "name": row[2],
            "avatar_url": f"/api/users/{row[1]}/avatar?v={row[3]}" if row[3] else None,
        },
        "title": row[4],
        "subtitle": row[5],
        name: text,
        "published": row[7],
        "version": row[8],
        "comment_count": row[9],
        "created_at": row[10],
        "updated_at": row[11],
    }


app = App()
