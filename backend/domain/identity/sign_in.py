"""How a sign-in ends: with a session, or with the request for a second factor."""

from dataclasses import dataclass

from domain.identity.mfa import MfaMethod
from domain.session import SessionTokens
from domain.user import User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user, and the tokens of their new session."""

    user: User
    tokens: SessionTokens


@dataclass(frozen=True, slots=True)
class SecondFactorRequired:
    """The first factor was right, and the account requires a second one, by one of `methods`.

    `token` identifies the waiting sign-in. It is None for clients without cookies, which cannot continue.
    """

    methods: tuple[MfaMethod, ...]
    token: str | None
