"""Passwords, access tokens and random tokens."""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from core import product
from core.settings import Settings
from domain.session import NotAuthenticated
from domain.user import User
from service.identity.password_policy import PasswordPolicy
from service.operations.cpu_pool import CpuPool

# OWASP password storage cheat sheet: argon2id with at least 19 MiB, two passes, one lane.
ARGON2_MEMORY_KIB = 19_456
ARGON2_PASSES = 2
ARGON2_LANES = 1

TOKEN_BYTES = 32
SEAL_BYTES = 16
JWT_ALGORITHM = "HS256"
JWT_AUDIENCE = product.SLUG
# How far the clocks of two hosts may be apart (RFC 7519, sections 4.1.4 to 4.1.6).
CLOCK_SKEW_SECONDS = 30
JWT_TYPE = "at+jwt"  # RFC 9068 section 2.1, so that no other kind of token passes for an access token


class PasswordHasher:
    """Argon2id in its own threads, so that many sign-ins neither block the event loop nor exhaust memory."""

    def __init__(self, settings: Settings) -> None:
        self._argon2 = Argon2(time_cost=ARGON2_PASSES, memory_cost=ARGON2_MEMORY_KIB, parallelism=ARGON2_LANES)
        self._threads = CpuPool("argon2", threads=settings.password_hash_threads, queue=settings.password_hash_queue)
        self._policy = PasswordPolicy()
        # The hash of an unknown password, so that addresses without an account take the same time.
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """Return the hash of `password` with a fresh salt.

        Raises:
            TooBusy: too many hashes are waiting.
        """
        return await self._threads.run(self._argon2.hash, password)

    async def hash_new(self, password: str, *, email: str, field: str = "password") -> str:
        """Return the hash of a newly chosen password, unless it is one that attackers try first.

        Args:
            password: as it was typed.
            email: the address of the account that it is for.
            field: the field of the request that it came in.

        Raises:
            PasswordTooCommon: the password is common.
            PasswordTooPersonal: it is easily guessed.
            TooBusy: too many hashes are waiting.
        """
        self._policy.check(password, email=email, field=field)
        return await self.hash(password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Return whether `password` matches `password_hash`. Without a hash, take the same time and return False.

        Raises:
            TooBusy: too many hashes are waiting.
        """
        if password_hash is None:
            await self._threads.run(self._matches, await self._decoy_hash(), password)
            return False
        return await self._threads.run(self._matches, password_hash, password)

    def is_outdated(self, password_hash: str | None) -> bool:
        """Return whether the hash was made with parameters other than today's."""
        return password_hash is not None and self._argon2.check_needs_rehash(password_hash)

    def close(self) -> None:
        """End the threads once the hashes in progress are finished."""
        self._threads.close()

    async def _decoy_hash(self) -> str:
        if self._decoy is None:
            self._decoy = await self._threads.run(self._argon2.hash, secrets.token_urlsafe())
        return self._decoy

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """The claims of a valid access token."""

    user_id: UUID
    session_id: UUID


class AccessTokens:
    """Signs and verifies the short-lived tokens that name a user and a session."""

    def __init__(self, settings: Settings) -> None:
        self._keys = {_key_id(key): key for key in reversed(settings.jwt_keys)}
        self._key_id = _key_id(settings.jwt_keys[0])
        self._lifetime = settings.access_token_lifetime
        self._issuer = settings.public_origin

    def issue(self, user: User, session_id: UUID) -> tuple[str, timedelta]:
        """Return a signed token for the user's session, and how long it is valid."""
        import jwt

        now = int(time.time())
        claims = {
            "sub": str(user.id),
            "sid": str(session_id),
            "permissions": sorted(user.permissions),
            "iss": self._issuer,
            "aud": JWT_AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + int(self._lifetime.total_seconds()),
        }
        headers = {"typ": JWT_TYPE, "kid": self._key_id}
        return jwt.encode(claims, self._keys[self._key_id], JWT_ALGORITHM, headers=headers), self._lifetime

    def read(self, token: str) -> AccessClaims:
        """Return the claims, once key, signature, type, issuer, audience and times are verified.

        Raises:
            NotAuthenticated: any of them is wrong.
        """
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != JWT_TYPE:
                raise NotAuthenticated
            claims = jwt.decode(
                token,
                self._keys[header["kid"]],
                algorithms=[JWT_ALGORITHM],
                audience=JWT_AUDIENCE,
                issuer=self._issuer,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": ["sub", "sid", "exp", "nbf", "iat", "iss", "aud"]},
            )
            if claims["exp"] <= time.time():  # the leeway applies to its beginning only
                raise NotAuthenticated
            return AccessClaims(user_id=UUID(claims["sub"]), session_id=UUID(claims["sid"]))
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotAuthenticated from error

    def is_signed(self, token: str) -> bool:
        """Return whether `read` accepts the token."""
        try:
            self.read(token)
        except NotAuthenticated:
            return False
        return True


class RefreshTokens:
    """Creates refresh tokens. A token's successor is derived from it, so repeated refreshes give the same one."""

    def __init__(self, settings: Settings) -> None:
        self._key = hmac.digest(settings.jwt_secret_key.get_secret_value().encode(), b"refresh-successor", "sha256")

    def fresh(self) -> str:
        """Return a new random token of 256 bits."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def successor(self, token: str) -> str:
        """Return the token that follows `token`. It cannot be derived without the key."""
        return urlsafe_b64encode(hmac.digest(self._key, token.encode(), "sha256")).rstrip(b"=").decode()


class OneTimeSecrets:
    """Derives one-time tokens from their ids, so that a job that emails one carries no secret."""

    def __init__(self, settings: Settings) -> None:
        self._key = hmac.digest(settings.jwt_secret_key.get_secret_value().encode(), b"one-time-token", "sha256")

    def text_of(self, token_id: UUID) -> str:
        """Return the text of the token with this id: 256 bits that cannot be derived without the key."""
        return urlsafe_b64encode(hmac.digest(self._key, token_id.bytes, "sha256")).rstrip(b"=").decode()


class Signer:
    """Signs text that clients carry. They can read it, but neither forge nor change it."""

    def __init__(self, settings: Settings, *, purpose: bytes) -> None:
        self._key = hmac.digest(settings.jwt_secret_key.get_secret_value().encode(), purpose, "sha256")

    def sign(self, content: bytes, context: str) -> str:
        """Return `content` signed; it verifies in the same context only."""
        return urlsafe_b64encode(self._mark(content, context) + content).rstrip(b"=").decode()

    def verify(self, signed: str, context: str) -> bytes | None:
        """Return the signed text, or None if it was not signed in this context, or was changed."""
        try:
            marked = urlsafe_b64decode(signed.encode() + b"=" * (-len(signed) % 4))
        except ValueError:
            return None
        mark, content = marked[:SEAL_BYTES], marked[SEAL_BYTES:]
        return content if hmac.compare_digest(mark, self._mark(content, context)) else None

    def _mark(self, content: bytes, context: str) -> bytes:
        return hmac.digest(self._key, context.encode() + b"\0" + content, "sha256")[:SEAL_BYTES]


def _key_id(key: str) -> str:
    """Return a public name for the key. It does not help to guess the key, which has 256 bits."""
    return hashlib.sha256(b"kid\0" + key.encode()).hexdigest()[:16]


def hash_token(token: str) -> bytes:
    """Return the stored hash of a random token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
