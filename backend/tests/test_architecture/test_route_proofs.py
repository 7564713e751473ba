"""Which routes need more than a signed-in user: no API token, or recent authentication."""

import pytest
from fastapi import APIRouter, Depends, FastAPI

from api.dependencies import (
    public_unit_of_work_dep,
    refuse_api_tokens,
    require_recent_authentication,
    unit_of_work_dep,
)
from api.documentation import asks_who, dependencies
from api.routers import route_modules
from tests.support.routes import unconnected_app
from tests.test_architecture.findings import Finding, assert_none, found_at
from tests.test_architecture.test_routes import UNSAFE_METHODS, contexts, endpoints


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return unconnected_app()


REFUSE_TOKENS = "Put the route on a router with `dependencies=[Depends(refuse_api_tokens)]`."


def forgotten_refusals(app: FastAPI) -> list[Finding]:
    """Return the routes that concern credentials and look at who asks, but would let an API token in."""
    return [
        found_at(context.endpoint, "no-token-for-credentials", f"{context.name} lets API tokens in", REFUSE_TOKENS)  # type: ignore[arg-type]
        for context in contexts(app)
        for calls in [{dependency.call for dependency in dependencies(context.dependant)}]
        if (context.path_format or "").startswith("/api/auth") or require_recent_authentication in calls
        if asks_who(context.dependant) and not calls & {refuse_api_tokens, require_recent_authentication}
    ]


def test_no_route_that_concerns_credentials_lets_api_tokens_in(app: FastAPI) -> None:
    assert_none(forgotten_refusals(app))


def test_a_route_that_lets_api_tokens_in_is_found() -> None:
    app, router = FastAPI(), APIRouter(prefix="/api/auth")

    @router.get("/secrets")
    async def forgetful(work: unit_of_work_dep) -> None: ...

    @router.get("/public")
    async def anonymous(work: public_unit_of_work_dep) -> None: ...

    @router.get("/careful", dependencies=[Depends(refuse_api_tokens)])
    async def careful(work: unit_of_work_dep) -> None: ...

    app.include_router(router)
    assert [found.wrong for found in forgotten_refusals(app)] == ["forgetful lets API tokens in"]


# Every operation that changes something and asks for no recent authentication, with the reason why it need not. Those
# of features are not listed: they change what the caller wrote, or what moderators look after all day; no account is
# lost by it.
GIVES_THE_PROOF = "gives the proof itself: a password, a second factor, or the token of a mail"
HARMLESS = "locks no user out and hands nothing over"
NEEDS_NO_PROOF = {
    "sign_up": GIVES_THE_PROOF,
    "sign_in": GIVES_THE_PROOF,
    "create_token": GIVES_THE_PROOF,
    "reauthenticate": GIVES_THE_PROOF,
    "verify_second_factor": GIVES_THE_PROOF,
    "sign_in_with_passkey": GIVES_THE_PROOF,
    "change_password": GIVES_THE_PROOF,
    "reset_password": GIVES_THE_PROOF,
    "verify_email": GIVES_THE_PROOF,
    "accept_invitation": GIVES_THE_PROOF,
    "get_invitation": "reads what the emailed token invites to; a POST keeps the token out of logs",
    "confirm_email_change": GIVES_THE_PROOF,
    "refresh_session": "goes on with a session and makes its proof no younger",
    "sign_out": "ends the caller's own session, which must always be possible",
    "create_client_error": "writes to the log and changes nothing",
    "request_password_reset": "mails the owner, who has to act",
    "resend_verification": "mails the owner, who has to act",
    "get_passkey_authentication_options": "begins to give the proof",
    "get_passkey_reauthentication_options": "begins to give the proof",
    "rename_passkey": HARMLESS,
    "update_current_user": HARMLESS,
    "replace_avatar": HARMLESS,
    "remove_avatar": HARMLESS,
    "read_notification": HARMLESS,
    "read_all_notifications": HARMLESS,
    "retry_job": "does once more what was meant to be done",
    "retry_dead_jobs": "does once more what was meant to be done",
}


def changes_without_proof(app: FastAPI) -> set[str]:
    """Return the operations that change something and ask for no recent authentication."""
    return {
        context.name or ""
        for context in contexts(app)
        if {method.lower() for method in context.methods or ()} & UNSAFE_METHODS
        if not (context.path_format or "").startswith("/dev")  # production has none of these
        if require_recent_authentication not in {dependency.call for dependency in dependencies(context.dependant)}
    }


def changes_of_features(app: FastAPI) -> set[str]:
    """Return the operations of the modules directly in `api/routes`, except those of accounts."""
    features = {module.name for module in route_modules() if module.name.count(".") == 2} - {"api.routes.users"}
    return {context.name or "" for context in contexts(app) if context.endpoint.__module__ in features}


def test_every_change_needs_a_recent_proof_or_has_a_reason_why_not(app: FastAPI) -> None:
    forgotten = changes_without_proof(app) - changes_of_features(app) - set(NEEDS_NO_PROOF)
    instead = "Write `dependencies=[Depends(require_recent_authentication)]`, or add its reason to NEEDS_NO_PROOF."
    assert_none(
        found_at(endpoints(app)[name], "changes-need-a-proof", f"{name} changes something without a proof", instead)
        for name in forgotten
    )
    assert set(NEEDS_NO_PROOF) <= changes_without_proof(app)


def test_a_change_without_a_proof_is_found() -> None:
    app, router = FastAPI(), APIRouter()

    @router.get("/")
    async def read(work: unit_of_work_dep) -> None: ...

    @router.delete("/", dependencies=[Depends(require_recent_authentication)])
    async def careful(work: unit_of_work_dep) -> None: ...

    @router.post("/")
    async def careless(work: unit_of_work_dep) -> None: ...

    app.include_router(router)
    assert changes_without_proof(app) == {"careless"}
