"""An OpenID Connect provider on loopback that tells the truth, or whatever lie a test wants to see found out."""

import hashlib
import hmac
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from pydantic import SecretStr

from core.settings import OidcProvider

CLIENT_ID = "client"
CLIENT_SECRET = "client-secret-of-the-tests"
Claims = dict[str, Any]


@dataclass
class Key:
    """A key pair under a name."""

    kid: str
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def public(self) -> Claims:
        return {**RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True), "kid": self.kid, "use": "sig"}


KEY = Key("first")
OTHER_KEY = Key("second")


def signed(claims: Claims, *, key: Key = KEY, kid: str | None = None) -> str:
    """Return an honest token."""
    return jwt.encode(claims, key.private, "RS256", headers={"kid": kid or key.kid})


@dataclass
class Provider:
    """The responses of the provider; a test changes them before it signs in."""

    port: int = 0
    user: Claims = field(default_factory=dict)
    keys: list[Key] = field(default_factory=lambda: [KEY])
    metadata: Claims = field(default_factory=dict)
    userinfo: Claims | None = None
    sign: Callable[[Claims], object] = signed
    token_answer: tuple[int, bytes] | None = None
    location: str | None = None
    delay: float = 0
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def reset(self) -> None:
        """Tell the truth again, without a user."""
        vars(self).update(vars(Provider(self.port)))

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def approve(self, location: str) -> tuple[str, str]:
        """Sign the user in and return code and state, as the browser would bring them back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return code, query["state"]

    def discovery(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **({"userinfo_endpoint": f"{self.issuer}/userinfo"} if self.userinfo else {}),
            **self.metadata,
        }

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        request = self.codes.pop(form.get("code", ""), None)
        credentials = f"{CLIENT_ID}:{CLIENT_SECRET}"
        given = b64decode(authorization.removeprefix("Basic ")).decode() if authorization else _in_body(form)
        if unquote(given) != credentials:
            return 401, {"error": "invalid_client"}
        if request is None or request["redirect_uri"] != form["redirect_uri"] or not _fits(form, request):
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "auth_time": int(time.time()),
            "nonce": request["nonce"],
            **self.user,
        }
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.sign(claims)}


def _in_body(form: dict[str, str]) -> str:
    return f"{form.get('client_id')}:{form.get('client_secret')}"


def _fits(form: dict[str, str], request: dict[str, str]) -> bool:
    challenge = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    return request["code_challenge_method"] == "S256" and challenge == request["code_challenge"]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        provider = self.provider
        provider.asked.append(self.path)
        answers: dict[str, Callable[[], Claims]] = {
            "/.well-known/openid-configuration": provider.discovery,
            "/keys": lambda: {"keys": [key.public() for key in provider.keys]},
            "/userinfo": lambda: provider.userinfo or {},
        }
        self._answer(200, json.dumps(answers[self.path]()).encode())

    def do_POST(self) -> None:
        provider = self.provider
        provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        time.sleep(provider.delay)
        if provider.token_answer is not None:
            self._answer(*provider.token_answer)
            return
        status, answer = provider.redeem(form, self.headers.get("Authorization", ""))
        self._answer(status, json.dumps(answer).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.provider.location:
            self.send_header("Location", self.provider.location)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # the client has closed the connection
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider on a free port."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.provider = provider = Provider(server.server_port)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def configured(name: str, issuer: str) -> OidcProvider:
    """Return the setting of a provider like this one."""
    return OidcProvider(
        name=name, label=name.title(), issuer=issuer, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET)
    )


def unsigned(claims: Claims) -> str:
    """Return an unsigned token."""
    parts = ({"alg": "none", "kid": KEY.kid}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def signed_with_what_we_know(secret: bytes) -> Callable[[Claims], str]:
    """Return how to sign with a symmetric key that the other side also knows."""

    def sign(claims: Claims) -> str:
        header = {"alg": "HS256", "kid": KEY.kid}
        body = ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
        mark = hmac.digest(secret, body.encode(), "sha256")  # by hand, because no library signs with a public key
        return f"{body}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"

    return sign
