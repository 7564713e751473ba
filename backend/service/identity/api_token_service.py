"""Personal API tokens: making, listing, revoking and recognising them."""

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.api_token import (
    EXPIRED_TOKENS_KEPT,
    TOKEN_HINT_LENGTH,
    WRITE_SCOPE,
    ApiToken,
    ApiTokenNotFound,
    ScopeNotHeld,
    permissions_lent,
)
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from domain.session import Identity, NotAuthenticated
from repository.identity.api_token_repository import ApiTokenRepository
from service.base_service import BaseService
from service.identity.api_token_format import SECRET_BYTES, assemble_token, is_well_formed
from service.identity.audit_trail import AuditTrail
from service.identity.credential_changes import CredentialChanges
from service.identity.mfa_requirement import MfaRequirement
from service.security import hash_token


class ApiTokenService(BaseService):
    """Makes, lists, revokes and recognises personal API tokens.

    Args:
        note_use: takes the id of a token that has just been used.
    """

    def __init__(
        self,
        actor: Actor,
        tokens: ApiTokenRepository,
        *,
        requirement: MfaRequirement,
        changes: CredentialChanges,
        audit: AuditTrail,
        note_use: Callable[[UUID], None],
    ) -> None:
        super().__init__(actor)
        self._tokens = tokens
        self._requirement = requirement
        self._changes = changes
        self._audit = audit
        self._note_use = note_use

    async def create(self, name: str, *, scopes: Sequence[str], lifetime: timedelta) -> tuple[ApiToken, str]:
        """Make a token for the actor, and return it with the secret text, which cannot be had again.

        Raises:
            NotAuthenticated: the caller is not signed in, or the session has just ended.
            EmailUnverified: the account's address is not verified.
            ScopeNotHeld: a scope is a permission that the actor does not hold.
        """
        user_id = self._require_verified()
        if not permissions_lent(tuple(scopes)) <= self._actor.permissions:
            raise ScopeNotHeld
        await self._changes.require_open_session()
        text = assemble_token(secrets.token_bytes(SECRET_BYTES))
        token = await self._tokens.add(
            user_id,
            name=name,
            scopes=scopes,
            token_hash=hash_token(text),
            hint=text[-TOKEN_HINT_LENGTH:],
            lifetime=lifetime,
        )
        self._audit.record(SecurityEventKind.API_TOKEN_CREATED, user_id, **_described(token))
        self._audit.warn_owner(user_id, CredentialsChange.API_TOKEN_CREATED)
        return token, text

    async def find(self) -> list[ApiToken]:
        """Return the actor's tokens, expired ones among them, the newest first.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        return await self._tokens.find(self._require_signed_in())

    async def revoke(self, token_id: UUID) -> None:
        """Revoke one of the actor's tokens.

        Raises:
            NotAuthenticated: the caller is not signed in.
            ApiTokenNotFound: it does not exist, or it belongs to another user.
        """
        user_id = self._require_signed_in()
        token = await self._tokens.delete(token_id, user_id=user_id)
        if token is None:
            raise ApiTokenNotFound
        self._audit.record(SecurityEventKind.API_TOKEN_REVOKED, user_id, **_described(token))

    async def authenticate(self, text: str) -> Identity:
        """Return the identity of the token's owner, with the permissions that the token lends.

        Raises:
            NotAuthenticated: the token is mistyped, revoked or expired, or the user is deactivated.
        """
        found = await self._tokens.get_user_of_valid(hash_token(text)) if is_well_formed(text) else None
        if found is None:
            raise NotAuthenticated
        owner, token, is_use_due = found
        if is_use_due:
            self._note_use(token.id)
        user = await self._requirement.apply(owner)
        lent = user.permissions & permissions_lent(token.scopes)
        actor = Actor(user.id, permissions=lent, token_id=token.id, withheld_roles=user.withheld_roles)
        return Identity(user, actor, is_recently_authenticated=False, may_write=WRITE_SCOPE in token.scopes)

    async def delete_expired(self) -> int:
        """Delete the tokens that expired over a month ago, and return how many."""
        return await self._tokens.delete_expired(older_than=EXPIRED_TOKENS_KEPT)


def _described(token: ApiToken) -> dict[str, object]:
    return {"token_id": str(token.id), "name": token.name, "scopes": list(token.scopes)}
