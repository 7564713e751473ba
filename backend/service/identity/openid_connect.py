"""OpenID Connect, the relying party: sending the browser to a provider, and verifying the response.

Nothing from a provider is trusted unverified. The issuer comes from the operator; everything else comes from the
provider itself, over https in production, without redirects, within a time and size limit.
"""

import asyncio
import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

import orjson

from core.runtime.bulkhead import Bulkhead
from core.settings import OidcProvider, Settings
from domain.identity.external_identity import (
    SUBJECT_MAX_LENGTH,
    Handshake,
    HandshakeFailed,
    Profile,
    ProviderAnswer,
    ProviderAnswerInvalid,
    ProviderNotFound,
    ProviderRefused,
    ProviderUnavailable,
)
from domain.one_line import invisible_in, one_line
from domain.session import UNKNOWN_PROOF_AGE
from domain.user import NAME_MAX_LENGTH, InvalidAddress
from service.identity.email_addresses import parse_reachable_address
from service.security import CLOCK_SKEW_SECONDS

if TYPE_CHECKING:
    import httpx2 as httpx

# A user is waiting in front of a browser, and the provider may hang.
REQUEST_SECONDS = 5.0
# The most concurrent requests that may wait for providers, so that the others are served in the meantime.
SHARE_OF_REQUESTS = 0.5
MAX_ANSWER_BYTES = 256 * 1024
METADATA_SECONDS = 3600.0
# Any client can cause a look-up of new keys with an id_token of an unknown key, so limit how often.
KEYS_REFETCH_SECONDS = 60.0
# Shorter than any visit to the provider that asked for a password.
SIGN_IN_AGAIN_WITHIN = timedelta(seconds=30)
RANDOM_BYTES = 32

# Asymmetric ones only: with "none", or a shared key, a token proves nothing (RFC 8725 section 3.1).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat"]

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Metadata:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    takes_secret_in_body_only: bool
    names_itself: bool
    fetched_at: float


class OpenIdProviders:
    """The providers in the settings. Building them connects to nothing."""

    def __init__(self, settings: Settings) -> None:
        all_places = settings.api_requests_at_once * SHARE_OF_REQUESTS
        self._providers = {
            provider.name: OpenIdProvider(
                provider,
                redirect_uri=f"{settings.api_origin}/api/auth/oidc/{provider.name}/callback",
                places=max(1, int(all_places / len(settings.oidc_providers))),
                longest=settings.session_longest_lifetime,
            )
            for provider in settings.oidc_providers
        }

    def __iter__(self) -> Iterator["OpenIdProvider"]:
        """Iterate in the order of the settings."""
        return iter(self._providers.values())

    def get(self, name: str) -> "OpenIdProvider":
        """Return the provider of this name.

        Raises:
            ProviderNotFound: there is none.
        """
        if provider := self._providers.get(name):
            return provider
        raise ProviderNotFound

    async def close(self) -> None:
        """Close every connection."""
        for provider in self:
            await provider.close()


class OpenIdProvider:
    """One provider. Its discovery document and keys are cached for a while.

    Args:
        redirect_uri: where browsers come back to.
        longest: how long a sign-in at the provider may take.
        places: how many requests may wait for the provider at once.
    """

    def __init__(self, provider: OidcProvider, *, redirect_uri: str, longest: timedelta, places: int) -> None:
        import httpx2 as httpx

        from service.public_network import PublicNetworkTransport

        self.name = provider.name
        self.label = provider.label
        self.issuer = provider.issuer
        self._provider = provider
        self._redirect_uri = redirect_uri
        self._longest = longest
        self._schemes = {"https", urlsplit(provider.issuer).scheme}  # settings refuse http in production
        host = urlsplit(provider.issuer).hostname or ""
        self._http = httpx.AsyncClient(
            transport=PublicNetworkTransport(trusted_hosts={host}),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},  # no compressed responses
            timeout=REQUEST_SECONDS,
            follow_redirects=False,
            trust_env=False,
        )
        self._known: _Metadata | None = None
        self._keys: list[Claims] = []
        self._keys_fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._bulkhead = Bulkhead(places=places, refusal=ProviderUnavailable)

    async def authorization_url(self, handshake: Handshake) -> str:
        """Return the URL that the browser is sent to.

        Raises:
            ProviderUnavailable: the provider is unavailable.
        """
        with self._bulkhead.call():
            endpoint = (await self._metadata()).authorization_endpoint
        query = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._provider.scopes,
            "state": handshake.state,
            "nonce": handshake.nonce,
            "code_challenge": _challenge(handshake.verifier),
            "code_challenge_method": "S256",
            # If asked for it, a provider tells when its user signed in (OpenID Connect Core 1.0 section 3.1.2.1).
            "max_age": int((SIGN_IN_AGAIN_WITHIN if handshake.again else self._longest).total_seconds()),
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    async def redeem(self, answer: ProviderAnswer, handshake: Handshake) -> Profile:
        """Return the provider's account of the user.

        Raises:
            HandshakeFailed: the response is from another provider.
            ProviderRefused: the provider does not accept the code, or sent none.
            ProviderAnswerInvalid: the response about the user cannot be trusted.
            ProviderUnavailable: the provider is unavailable.
        """
        with self._bulkhead.call():
            return await self._redeem(answer, handshake)

    async def _redeem(self, answer: ProviderAnswer, handshake: Handshake) -> Profile:
        metadata = await self._metadata()
        # RFC 9207: a provider that names itself in its responses cannot be mixed up with another one.
        if answer.issuer != self.issuer and (answer.issuer is not None or metadata.names_itself):
            raise HandshakeFailed
        if answer.error is not None or not answer.code:
            raise ProviderRefused
        tokens = await self._exchange(answer.code, handshake, metadata)
        claims = await self._checked(tokens.get("id_token"), nonce=handshake.nonce)
        if "email" not in claims and metadata.userinfo_endpoint:
            claims = {**await self._userinfo(metadata.userinfo_endpoint, tokens, str(claims["sub"])), **claims}
        return _profile(claims, issuer=self.issuer)

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def _exchange(self, code: str, handshake: Handshake, metadata: _Metadata) -> Claims:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": handshake.verifier,
        }
        name, secret = self._provider.client_id, self._provider.client_secret.get_secret_value()
        if metadata.takes_secret_in_body_only:
            options: dict[str, Any] = {"data": {**form, "client_id": name, "client_secret": secret}}
        else:  # RFC 6749 section 2.3.1 encodes both before they are joined
            options = {"data": form, "auth": (quote(name, safe=""), quote(secret, safe=""))}
        status, tokens = await self._ask("POST", metadata.token_endpoint, **options)
        if status == HTTPStatus.BAD_REQUEST:  # RFC 6749 section 5.2: the code is used, expired or from another client
            raise ProviderRefused
        return _expected(status, tokens)

    async def _userinfo(self, endpoint: str, tokens: Claims, subject: str) -> Claims:
        headers = {"Authorization": f"Bearer {tokens.get('access_token')}"}
        claims = _expected(*await self._ask("GET", endpoint, headers=headers))
        if claims.get("sub") != subject:  # OpenID Connect Core 1.0 section 5.3.2
            raise ProviderAnswerInvalid from ValueError("the subject of the user info is another one")
        return claims

    async def _checked(self, id_token: object, *, nonce: str) -> Claims:
        """Return the token's claims once all of them are verified (OpenID Connect Core 1.0, 3.1.3.7)."""
        import jwt

        if not isinstance(id_token, str):
            raise ProviderAnswerInvalid from ValueError("there is no id_token")
        try:
            header = jwt.get_unverified_header(id_token)
            claims: Claims = jwt.decode(
                id_token,
                jwt.PyJWK(dict(await self._key(header)), algorithm=header["alg"]),
                algorithms=ALGORITHMS,
                audience=self._provider.client_id,
                issuer=self.issuer,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": REQUIRED_CLAIMS},
            )
        except jwt.PyJWTError as error:
            raise ProviderAnswerInvalid from error
        if not self._is_meant_for_us(claims) or not _same(claims.get("nonce"), nonce):
            raise ProviderAnswerInvalid from ValueError("the id_token is not meant for us, or for this sign-in")
        return claims

    def _is_meant_for_us(self, claims: Claims) -> bool:
        has_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        party = claims.get("azp")
        return party == self._provider.client_id or (party is None and not has_several)

    async def _key(self, header: Claims) -> Claims:
        """Return the published key that the token names, after fetching the keys again if it is unknown."""
        if header.get("alg") not in ALGORITHMS:
            raise ProviderAnswerInvalid from ValueError("the id_token has an algorithm that is not allowed")
        key = _fitting(self._keys, header)
        if key is None:
            await self._fetch_keys()
            key = _fitting(self._keys, header)
        if key is None:
            raise ProviderAnswerInvalid from ValueError("no published key is that of the id_token")
        return key

    async def _fetch_keys(self) -> None:
        metadata = await self._metadata()
        async with self._fetching:
            if self._keys_fetched_at > time.monotonic() - KEYS_REFETCH_SECONDS:
                return
            document = _expected(*await self._ask("GET", metadata.jwks_uri))
            keys = document.get("keys")
            self._keys = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
            self._keys_fetched_at = time.monotonic()

    async def _metadata(self) -> _Metadata:
        async with self._fetching:
            if self._known is None or self._known.fetched_at < time.monotonic() - METADATA_SECONDS:
                self._known = await self._discover_once()
            return self._known

    async def _discover_once(self) -> _Metadata:
        """Return the discovery document; callers that waited for a failed fetch do not repeat it."""
        try:
            return await self._discover()
        except ProviderUnavailable:
            self._bulkhead.trip()
            raise

    async def _discover(self) -> _Metadata:
        address = f"{self.issuer.removesuffix('/')}/.well-known/openid-configuration"
        document = _expected(*await self._ask("GET", address))
        if document.get("issuer") != self.issuer:  # OpenID Connect Discovery 1.0 section 4.3
            raise ProviderUnavailable from ValueError("the discovery document names another issuer")
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return _Metadata(
            authorization_endpoint=self._endpoint(document, "authorization_endpoint"),
            token_endpoint=self._endpoint(document, "token_endpoint"),
            jwks_uri=self._endpoint(document, "jwks_uri"),
            userinfo_endpoint=self._endpoint(document, "userinfo_endpoint")
            if "userinfo_endpoint" in document
            else None,
            takes_secret_in_body_only="client_secret_basic" not in methods,
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
            fetched_at=time.monotonic(),
        )

    def _endpoint(self, document: Claims, name: str) -> str:
        address = document.get(name)
        if not isinstance(address, str) or address.partition("://")[0] not in self._schemes:
            raise ProviderUnavailable from ValueError(f"the discovery document has no allowed {name}")
        return address

    async def _ask(self, method: str, address: str, **options: Any) -> tuple[int, Claims]:  # noqa: ANN401
        """Send a request and return status and content. Anything but a small JSON object counts as an outage."""
        import httpx2 as httpx

        self._bulkhead.raise_if_open()  # this call may have waited for another one, which failed
        try:
            async with asyncio.timeout(REQUEST_SECONDS), self._http.stream(method, address, **options) as response:
                content = orjson.loads(await _bounded(response))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise ProviderUnavailable from error
        if not isinstance(content, dict):
            raise ProviderUnavailable from ValueError("the answer is no JSON object")
        return response.status_code, content


def new_handshake(provider: str, *, redirect: str, session_id: UUID | None = None, again: bool = False) -> Handshake:
    """Return the handshake that the browser keeps while it is at `provider`, with the random values to verify."""
    state, nonce, verifier = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3))
    return Handshake(provider, state, nonce, verifier, redirect, session_id, again)


def answers(answer: ProviderAnswer, handshake: Handshake, *, provider: str) -> bool:
    """Return whether the response came to the browser that left for this provider with this handshake."""
    return handshake.provider == provider and _same(answer.state, handshake.state)


async def _bounded(response: "httpx.Response") -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise ProviderUnavailable from ValueError("the answer is too large")
    return bytes(content)


def _expected(status: int, content: Claims) -> Claims:
    if status != HTTPStatus.OK:
        raise ProviderUnavailable from ValueError(f"the answer has the status {status}")
    return content


def _fitting(keys: list[Claims], header: Claims) -> Claims | None:
    """Return the key that may have signed a token with this header. Without a key id there must be exactly one."""
    fitting = [
        key
        for key in keys
        if key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and header.get("kid", key.get("kid")) == key.get("kid")
    ]
    return fitting[0] if len(fitting) == 1 else None


def _profile(claims: Claims, *, issuer: str) -> Profile:
    subject = claims["sub"]
    if not subject or len(subject) > SUBJECT_MAX_LENGTH or invisible_in(subject) is not None:
        raise ProviderAnswerInvalid from ValueError("the subject is empty, too long or unreadable")
    email = _address(claims.get("email"))
    is_verified = email is not None and claims.get("email_verified") in (True, "true")  # some send it as text
    return Profile(issuer, subject, email, is_verified, _display_name(claims.get("name")), _proof_age(claims))


def _proof_age(claims: Claims) -> timedelta:
    """Return the age of the sign-in at the provider, capped at the age that no longer counts as recent."""
    moment = claims.get("auth_time")
    if type(moment) is not int:
        return UNKNOWN_PROOF_AGE
    seconds = int(time.time()) - moment
    if seconds < -CLOCK_SKEW_SECONDS:
        raise ProviderAnswerInvalid from ValueError("the sign-in at the provider lies in the future")
    return timedelta(seconds=min(max(seconds, 0), int(UNKNOWN_PROOF_AGE.total_seconds())))


def _address(claim: object) -> str | None:
    try:
        return parse_reachable_address(str(claim))
    except InvalidAddress:
        return None


def _display_name(claim: object) -> str | None:
    if not isinstance(claim, str):
        return None
    return one_line(one_line(claim)[:NAME_MAX_LENGTH]) or None


def _challenge(verifier: str) -> str:
    """Return the code challenge, which ties the code to this client (RFC 7636 section 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and given.isascii() and hmac.compare_digest(given, expected)  # as `expected` is
