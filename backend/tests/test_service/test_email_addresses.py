"""Addresses are told apart by what they mean, and only those that mails reach get an account."""

import pytest

from domain.user import normalise_email
from service.identity.email_addresses import parse_address, parse_reachable_address, recipient_of


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Ada@MÜNCHEN.de",
            " ada@münchen.de ",
            "ada@xn--mnchen-3ya.de",
            "ADA@XN--MNCHEN-3YA.DE",
            "ada@mu\u0308nchen.de",
        ),
        *("ada@münchen\u3002de", "ada@münchen\uff0ede", "ada@\uff4dünchen.de"),
    ],
)
def test_one_mailbox_is_one_address_however_its_domain_is_written(text: str) -> None:
    assert parse_reachable_address(text) == normalise_email(text) == "ada@münchen.de"
    assert recipient_of("ada@münchen.de").addr_spec == "ada@xn--mnchen-3ya.de"


def test_a_domain_that_only_looks_encoded_stays_as_it_is() -> None:
    for domain in ("xn--\u00e9.de", "xn--ib9b.com", "xn--oo-qz3n.de"):  # no Punycode, a surrogate, a full-width letter
        assert normalise_email(f"ada@{domain}") == f"ada@{domain}"


@pytest.mark.parametrize(
    "text",
    [
        "jörg@example.com",
        "\u0430da@example.com",  # the first letter is Cyrillic
        "用户@example.com",
        "ada@host.example",
        "ada@printer.local",
        "ada@intranet.internal",
        "ada@x.test",
        "ada@x.invalid",
        "ada@localhost",
        "ada@[127.0.0.1]",
        '"ada lovelace"@example.com',
        "Ada <ada@example.com>",
        "ada@ex ample.com",
        "a" * 65 + "@example.com",
        "ada@" + "ü" * 60 + ".de",
        "ada@example.com\r\nBcc: eve@example.com",
    ],
)
def test_an_address_that_gets_no_mail_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_reachable_address(text)


def test_an_account_whose_address_is_beyond_ascii_is_still_found() -> None:
    assert parse_address("Jörg@Example.com") == "jörg@example.com"
