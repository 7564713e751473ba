"""The list of common passwords, and which words may not make up most of a password."""

import hashlib
import random
import string

import pytest
from hypothesis import strategies as st

from core import product
from domain.user import PasswordTooCommon, PasswordTooPersonal
from service.identity.password_policy import COMMON_PASSWORDS, HASH_BYTES, HEADER_BYTES, PasswordPolicy
from tests.support.properties import given

EMAIL = "grace.hopper@example.com"
# From the first hundred of at least 8 characters in both lists that the file is made of.
MOST_COMMON = [
    "password",
    "12345678",
    "123456789",
    "baseball",
    "football",
    "1234567890",
    "superman",
    "1qaz2wsx",
    "trustno1",
    "jennifer",
    "sunshine",
    "iloveyou",
    "starwars",
    "computer",
    "michelle",
    "princess",
    "11111111",
    "corvette",
    "mercedes",
    "88888888",
    "password1",
    "qwertyuiop",
    "123123123",
    "internet",
    "whatever",
    "samantha",
    "maverick",
    "asdfghjkl",
    "987654321",
    "1q2w3e4r",
    "xxxxxxxx",
    "00000000",
    "victoria",
    "charlie1",
]


@pytest.fixture(scope="module")
def policy() -> PasswordPolicy:
    return PasswordPolicy()


def test_the_file_holds_as_many_sorted_hashes_as_it_says(policy: PasswordPolicy) -> None:
    content = COMMON_PASSWORDS.read_bytes()
    assert content[:4] == b"LCP1"
    assert int.from_bytes(content[4:HEADER_BYTES], "big") == len(policy)
    assert len(content) == HEADER_BYTES + len(policy) * HASH_BYTES
    places = range(HEADER_BYTES, len(content), HASH_BYTES)
    hashes = [content[place : place + HASH_BYTES] for place in places]
    assert hashes == sorted(set(hashes))
    assert len(policy) > 400_000


@pytest.mark.parametrize("password", MOST_COMMON)
def test_the_most_common_passwords_are_refused_in_any_case(policy: PasswordPolicy, password: str) -> None:
    for written in (password, password.upper(), password.title()):
        with pytest.raises(PasswordTooCommon):
            policy.check(written, email=EMAIL)


@given(listed=st.sets(st.text()), other=st.text())
def test_exactly_what_is_listed_is_found(listed: set[str], other: str) -> None:
    hashes = sorted(hashlib.sha256(word.encode()).digest()[:HASH_BYTES] for word in listed)
    policy = PasswordPolicy()
    policy._hashes = bytes(HEADER_BYTES) + b"".join(hashes)
    assert all(policy.is_common(word) for word in listed)
    assert policy.is_common(other) == (other in listed)


def test_hardly_any_random_password_is_taken_for_a_common_one(policy: PasswordPolicy) -> None:
    chance = random.Random(1)
    passwords = ("".join(chance.choices(string.ascii_lowercase + string.digits, k=12)) for _ in range(20_000))
    assert sum(map(policy.is_common, passwords)) == 0  # of 2.3 million one would be expected


def test_a_refusal_names_the_field(policy: PasswordPolicy) -> None:
    with pytest.raises(PasswordTooCommon) as refused:
        policy.check("password", email=EMAIL, field="new_password")
    assert refused.value.field == "new_password"


@pytest.mark.parametrize(
    "password",
    [
        f"{product.NAME}{product.NAME}",
        f"{product.SLUG}-1",
        "grace.hopper",
        "gracegrace!",
        "hopper!hopper",
        "GRACE.HOPPER1",
    ],
)
def test_the_products_name_and_the_address_are_no_password(policy: PasswordPolicy, password: str) -> None:
    with pytest.raises(PasswordTooPersonal):
        policy.check(password, email=EMAIL)


@pytest.mark.parametrize(
    ("password", "email"),
    [
        (f"{product.SLUG} has four layers more, and a fifth", EMAIL),
        ("a graceful exit", EMAIL),
        ("qzjxwvbkgpfmyud", EMAIL),
        ("a-b-a-b-a", "a@example.com"),
        ("ab1ab2ab3c", "ab@example.com"),
    ],
)
def test_a_known_word_may_be_the_smaller_part(policy: PasswordPolicy, password: str, email: str) -> None:
    policy.check(password, email=email)
