"""Passwords and tokens."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from pydantic import SecretStr

from core.settings import Settings
from domain.errors import TooBusy
from domain.permissions import Role
from domain.session import NotAuthenticated
from domain.user import User
from service.security import AccessTokens, PasswordHasher, RefreshTokens
from tests.support.properties import given


@pytest.mark.real_hashes
async def test_a_password_beyond_the_72nd_byte_still_counts(settings: Settings) -> None:
    hasher = PasswordHasher(settings)
    stored = await hasher.hash("x" * 100 + "a")
    assert await hasher.verify("x" * 100 + "a", stored)
    assert not await hasher.verify("x" * 100 + "b", stored)
    assert not await hasher.verify("anything", None)
    assert not await hasher.verify("anything", "not a hash")
    hasher.close()


@pytest.mark.real_hashes
async def test_hashes_beyond_the_queue_are_refused_at_once() -> None:
    hasher = PasswordHasher(Settings(_env_file=None, password_hash_threads=1, password_hash_queue=2))
    attempts = [asyncio.create_task(hasher.hash("password")) for _ in range(10)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, TooBusy) for result in results) == 7
    assert await hasher.hash("password")
    hasher.close()


@given(token=st.text(min_size=1))
def test_a_tokens_successor_is_always_the_same_and_differs_by_key(token: str) -> None:
    ours = RefreshTokens(Settings(_env_file=None, jwt_secret_key="a" * 32))
    theirs = RefreshTokens(Settings(_env_file=None, jwt_secret_key="b" * 32))
    assert ours.successor(token) == ours.successor(token) != token
    assert ours.successor(token) != theirs.successor(token)


def test_fresh_tokens_carry_256_bits_and_never_repeat(settings: Settings) -> None:
    tokens = {RefreshTokens(settings).fresh() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) == 43 for token in tokens)


def test_after_a_change_of_keys_old_access_tokens_are_good_until_the_old_key_is_dropped(settings: Settings) -> None:
    user = User(uuid4(), "ada@example.com", None, True, True, (Role.MEMBER,), datetime.now(UTC))
    session_id = uuid4()
    old = settings.jwt_secret_key
    before, _ = AccessTokens(settings).issue(user, session_id)
    rotated = AccessTokens(
        settings.model_copy(update={"jwt_secret_key": SecretStr("n" * 32), "jwt_previous_secret_keys": old})
    )
    dropped = AccessTokens(settings.model_copy(update={"jwt_secret_key": SecretStr("n" * 32)}))
    assert rotated.read(before).session_id == session_id
    after, _ = rotated.issue(user, session_id)
    assert dropped.read(after).session_id == session_id
    with pytest.raises(NotAuthenticated):
        dropped.read(before)
