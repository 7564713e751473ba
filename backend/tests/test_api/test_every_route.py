"""What holds for every route, asked of every route: a new one cannot escape.

Cross-site requests are in test_same_origin.py, and who may do what to whose posts in test_scope.py.
"""

import re
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from api.dependencies import require_recent_authentication
from api.documentation import api_routes, dependencies
from core.settings import Settings
from domain.permissions import Permission, permissions_of
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of, recorded_statements, write_comment, write_post
from tests.support.routes import ROLES, Asking, address, routes
from tests.support.second_factors import FORGOT_WHO_IT_IS
from tests.test_api.test_errors import SECURITY_HEADERS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Sent as a form.
PICTURE = {"file": ("a.png", b"no picture", "image/png")}


class Access:
    """Who gets past the door of a route. What lies behind it may still be missing."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"


# One line for each route: who may use it, and a body that is well formed. Whose posts and comments one may read and
# change is test_scope.py's.
ACCESS: dict[tuple[str, str], tuple[str | Permission, Any]] = {
    ("GET", "/api/"): (Access.EVERYBODY, None),
    ("GET", "/api/ping"): (Access.EVERYBODY, None),
    ("GET", "/api/health"): (Access.EVERYBODY, None),
    ("GET", "/api/ready"): (Access.EVERYBODY, None),
    ("GET", "/metrics"): (Access.EVERYBODY, None),
    ("GET", "/api/openapi.json"): (Access.EVERYBODY, None),
    ("GET", "/api/docs"): (Access.EVERYBODY, None),
    ("GET", "/api/docs/assets/{name}"): (Access.EVERYBODY, None),
    ("POST", "/api/client-errors"): (Access.EVERYBODY, {"message": "x is undefined"}),
    ("POST", "/api/auth/signup"): (Access.EVERYBODY, {"email": "new@example.com", "password": "a long password"}),
    ("POST", "/api/auth/signin"): (Access.EVERYBODY, {}),
    ("POST", "/api/auth/token"): (Access.EVERYBODY, {}),
    ("POST", "/api/auth/signout"): (Access.EVERYBODY, None),
    ("POST", "/api/auth/refresh"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/reauthenticate"): (Access.SIGNED_IN, {"password": "a wrong password"}),
    ("POST", "/api/auth/verify-email"): (Access.EVERYBODY, {"token": "no such token"}),
    ("POST", "/api/auth/resend-verification"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/forgot-password"): (Access.EVERYBODY, {"email": "a@example.com"}),
    ("POST", "/api/auth/reset-password"): (Access.EVERYBODY, {"token": "no such token", "password": "a long password"}),
    ("POST", "/api/auth/change-password"): (
        Access.SIGNED_IN,
        {"current_password": "a wrong password", "new_password": "a long password"},
    ),
    ("POST", "/api/auth/change-email"): (Access.SIGNED_IN, {"email": "a@example.com"}),
    ("POST", "/api/auth/confirm-email-change"): (Access.EVERYBODY, {"token": "no such token"}),
    ("GET", "/api/auth/mfa"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/mfa/enroll"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/mfa/confirm"): (Access.SIGNED_IN, {"code": "000000"}),
    ("POST", "/api/auth/mfa/disable"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/mfa/recovery-codes"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/mfa/verify"): (Access.EVERYBODY, {"code": "000000"}),
    ("GET", "/api/auth/passkeys"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/passkeys"): (Access.SIGNED_IN, {"name": "A", "credential": {}}),
    ("POST", "/api/auth/passkeys/authentication"): (Access.EVERYBODY, {"credential": {}}),
    ("POST", "/api/auth/passkeys/authentication-options"): (Access.EVERYBODY, None),
    ("POST", "/api/auth/passkeys/reauthentication-options"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/passkeys/registration-options"): (Access.SIGNED_IN, None),
    ("PATCH", "/api/auth/passkeys/{passkey_id}"): (Access.SIGNED_IN, {"name": "A"}),
    ("DELETE", "/api/auth/passkeys/{passkey_id}"): (Access.SIGNED_IN, None),
    ("PATCH", "/api/users/me"): (Access.SIGNED_IN, {"name": "A"}),
    ("DELETE", "/api/users/me"): (Access.SIGNED_IN, None),
    ("GET", "/api/jobs/overview"): (Permission.READ_JOBS, None),
    ("GET", "/api/auth/tokens"): (Access.SIGNED_IN, None),
    ("POST", "/api/auth/tokens"): (Access.SIGNED_IN, {"name": "A", "scopes": ["read"], "expires_in_days": 1}),
    ("DELETE", "/api/auth/tokens/{token_id}"): (Access.SIGNED_IN, None),
    ("GET", "/api/auth/oidc"): (Access.EVERYBODY, None),
    ("GET", "/api/auth/oidc/{provider}/start"): (Access.EVERYBODY, None),
    ("GET", "/api/auth/oidc/{provider}/callback"): (Access.EVERYBODY, None),
    ("POST", "/api/auth/oidc/{provider}/link"): (Access.SIGNED_IN, {"redirect": "/"}),
    ("GET", "/api/auth/identities"): (Access.SIGNED_IN, None),
    ("DELETE", "/api/auth/identities/{identity_id}"): (Access.SIGNED_IN, None),
    ("GET", "/api/auth/sessions"): (Access.SIGNED_IN, None),
    ("DELETE", "/api/auth/sessions"): (Access.SIGNED_IN, None),
    ("DELETE", "/api/auth/sessions/{session_id}"): (Access.SIGNED_IN, None),
    ("GET", "/api/users/me"): (Access.SIGNED_IN, None),
    ("PUT", "/api/users/me/avatar"): (Access.SIGNED_IN, PICTURE),
    ("DELETE", "/api/users/me/avatar"): (Access.SIGNED_IN, None),
    ("GET", "/api/users/{user_id}/avatar"): (Access.EVERYBODY, None),
    ("GET", "/api/users/me/security-events"): (Access.SIGNED_IN, None),
    ("GET", "/api/security-events"): (Permission.READ_AUDIT, None),
    ("GET", "/api/users"): (Permission.READ_USERS, None),
    ("GET", "/api/users/{user_id}"): (Permission.READ_USERS, None),
    ("PUT", "/api/users/{user_id}"): (
        Permission.WRITE_USERS,
        {"roles": ["member"], "is_active": True, "is_verified": True},
    ),
    ("PATCH", "/api/users/{user_id}"): (Permission.WRITE_USERS, {"name": "A"}),
    ("DELETE", "/api/users/{user_id}"): (Permission.WRITE_USERS, None),
    ("GET", "/api/users/{user_id}/sessions"): (Permission.READ_USERS, None),
    ("DELETE", "/api/users/{user_id}/sessions"): (Permission.WRITE_USERS, None),
    ("DELETE", "/api/users/{user_id}/sessions/{session_id}"): (Permission.WRITE_USERS, None),
    ("GET", "/api/users/{user_id}/second-factors"): (Permission.READ_USERS, None),
    ("DELETE", "/api/users/{user_id}/second-factors"): (Permission.WRITE_USERS, None),
    ("GET", "/api/users/{user_id}/posts"): (Access.EVERYBODY, None),
    ("GET", "/api/posts"): (Access.EVERYBODY, None),
    ("POST", "/api/posts"): (Access.SIGNED_IN, {"title": "A", "content": "B"}),
    ("GET", "/api/posts/{post_id}"): (Access.EVERYBODY, None),
    ("PUT", "/api/posts/{post_id}"): (Access.SIGNED_IN, {"title": "A", "content": "B"}),
    ("PATCH", "/api/posts/{post_id}"): (Access.SIGNED_IN, {"title": "A"}),
    ("DELETE", "/api/posts/{post_id}"): (Access.SIGNED_IN, None),
    ("GET", "/api/posts/{post_id}/comments"): (Access.EVERYBODY, None),
    ("POST", "/api/posts/{post_id}/comments"): (Access.SIGNED_IN, {"content": "A"}),
    ("DELETE", "/api/comments/{comment_id}"): (Access.SIGNED_IN, None),
    ("GET", "/api/reports"): (Access.SIGNED_IN, None),
    ("POST", "/api/reports"): (Access.SIGNED_IN, {"kind": "activity"}),
    ("GET", "/api/reports/{report_id}"): (Access.SIGNED_IN, None),
    ("GET", "/api/reports/{report_id}/download"): (Access.SIGNED_IN, None),
    ("GET", "/api/dashboard"): (Access.SIGNED_IN, None),
    ("GET", "/api/events"): (Access.SIGNED_IN, None),
    ("GET", "/api/notifications"): (Access.SIGNED_IN, None),
    ("POST", "/api/notifications/read-all"): (Access.SIGNED_IN, None),
    ("POST", "/api/notifications/{notification_id}/read"): (Access.SIGNED_IN, None),
    ("GET", "/api/jobs"): (Permission.READ_JOBS, None),
    ("GET", "/api/jobs/{job_id}"): (Permission.READ_JOBS, None),
    ("POST", "/api/jobs/{job_id}/retry"): (Permission.WRITE_JOBS, None),
    ("POST", "/api/jobs/{job_id}/cancel"): (Permission.WRITE_JOBS, None),
    ("DELETE", "/api/jobs/{job_id}"): (Permission.WRITE_JOBS, None),
}


# What reading answers when there is nothing to show, or another page to go to.
NOT_OK = {
    "/api/users/{user_id}/avatar": 404,
    "/api/reports/{report_id}/download": 409,
    "/api/auth/oidc/{provider}/start": 303,
    "/api/auth/oidc/{provider}/callback": 303,
}


# Answers that last as long as the session; who gets one is tested with them.
STREAMS = {"/api/events"}


def test_every_route_has_its_line(app: FastAPI) -> None:
    assert set(routes(app)) == set(ACCESS)


def expected_refusal(role: str, access: str | Permission) -> int | None:
    """Return the status that keeps the role out, or None."""
    roles = ROLES[role]
    if access == Access.EVERYBODY:
        return None
    if roles is None:
        return 401
    return 403 if isinstance(access, Permission) and access not in permissions_of(roles) else None


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_use_its_routes_and_no_others(ask: Asking, role: str) -> None:
    for (method, path), (access, body) in ACCESS.items():
        refusal = expected_refusal(role, access)
        if path in STREAMS and refusal is None:
            continue
        sent = {"files": body} if body is PICTURE else {"json": body}
        response = await ask(role, method, address(path), **sent)
        codes = {401: ("NOT_AUTHENTICATED", "SESSION_EXPIRED"), 403: ("PERMISSION_DENIED",)}
        if refusal is None and response.is_error:  # a wrong proof may be refused behind the door
            assert error_of(response)["code"] not in ("NOT_AUTHENTICATED", "PERMISSION_DENIED"), (method, path)
        elif refusal is None:
            assert response.status_code < 400
        else:
            assert response.status_code == refusal, (method, path, response.text)
            assert error_of(response)["code"] in codes[refusal], (method, path)


async def test_every_route_that_reads_json_reads_nothing_else(ask: Asking, app: FastAPI) -> None:
    asked = 0
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            if "application/json" not in operation.get("requestBody", {}).get("content", {}):
                continue
            for content_type in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
                headers = {"Content-Type": content_type}
                response = await ask("admin", method.upper(), address(path), content=b'{"a": 1}', headers=headers)
                assert response.status_code == 415, (method, path, response.text)
                asked += 1
    assert asked


async def test_every_other_method_is_refused_and_told_which_are_allowed(ask: Asking, app: FastAPI) -> None:
    known: dict[str, set[str]] = {}
    for method, path in routes(app):
        known.setdefault(path, set()).add(method)
    for path, methods in known.items():
        for method in set(METHODS) - methods:
            response = await ask("admin", method, address(path))
            assert response.status_code == 405, (method, path)
            assert {*response.headers["Allow"].split(", ")} == methods, (method, path)


async def test_reading_never_writes(clients: dict[str, httpx.AsyncClient], app: FastAPI) -> None:
    admin = clients["admin"]
    post = await write_post(admin)
    comment = await write_comment(admin, post)
    (session,) = (await admin.get("/api/auth/sessions")).json()["data"]
    job = (await admin.get("/api/jobs")).json()["data"][0]
    me = (await admin.get("/api/users/me")).json()["data"]
    report = (await admin.post("/api/reports", json={"kind": "activity"})).json()["data"]
    ids = {
        "report_id": report["id"],
        "post_id": post["id"],
        "comment_id": comment["id"],
        "job_id": job["id"],
        "user_id": me["id"],
    }
    for method, path in routes(app):
        if method != "GET" or path in STREAMS:
            continue
        for asked in ("GET", "HEAD") if path.startswith("/api/") else ("GET",):
            with recorded_statements() as recorded:
                response = await admin.request(asked, address(path, session_id=session["id"], **ids))
            assert response.status_code == NOT_OK.get(path, 200), (asked, path)
            written = [statement.sql for statement in recorded if _writes(statement.sql)]
            assert written == [], (asked, path)


def _writes(sql: str) -> bool:
    return re.search(r"\b(INSERT|UPDATE|DELETE|TRUNCATE|MERGE)\b", sql, re.IGNORECASE) is not None


def test_what_writes_is_recognised() -> None:
    assert _writes("INSERT INTO a") and _writes("WITH x AS (UPDATE a SET b = 1) SELECT 1")  # noqa: PT018
    assert not _writes("SELECT updated_at FROM posts")


async def test_an_old_proof_is_refused_by_every_route_that_needs_one_and_nothing_is_changed(
    ask: Asking, app: FastAPI, connection: AsyncConnection
) -> None:
    await connection.execute(text(FORGOT_WHO_IT_IS))
    asked = []
    for route in api_routes(app):
        if require_recent_authentication not in {dependency.call for dependency in dependencies(route.dependant)}:
            continue
        for method in route.methods or ():
            _, body = ACCESS[method, route.path]
            response = await ask("admin", method, address(route.path), json=body)
            assert response.status_code == 403, (method, route.path, response.text)
            assert error_of(response)["code"] == "REAUTHENTICATION_REQUIRED", (method, route.path)
            asked.append(route.path)
    assert {"/api/users/{user_id}", "/api/users/{user_id}/sessions", "/api/auth/sessions"} <= set(asked)


async def test_no_other_origin_may_read_or_is_asked_to(ask: Asking, app: FastAPI) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for _, path in routes(app):
        for method in ("GET", "OPTIONS"):
            role = "guest" if path in STREAMS else "admin"
            response = await ask(role, method, address(path), headers=headers)
            allowed = [name for name in response.headers if name.startswith("access-control-")]
            assert allowed == [], (method, path)


async def test_every_answer_has_the_security_headers(
    settings: Settings, factory: Factory, tmp_path: Path, ask: Asking
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "a.js").write_text("1")
    app = create_app(settings.model_copy(update={"frontend_directory": tmp_path}), factory=factory)
    asked = [(method, address(path)) for method, path in ACCESS]
    elsewhere = ["/", "/posts/7", "/assets/a.js", "/assets/missing.js", "/api/nowhere"]
    async with browser(app) as guest:
        for method, path in [*asked, *(("GET", path) for path in elsewhere), ("POST", "/"), ("DELETE", "/api/ping")]:
            response = await guest.request(method, path)
            for header in SECURITY_HEADERS:
                assert header in response.headers, (method, path, response.status_code)
        large = await guest.post("/api/auth/signin", content=b"x" * (settings.max_body_bytes + 1))
        assert large.status_code == 413
        assert all(header in large.headers for header in SECURITY_HEADERS)
