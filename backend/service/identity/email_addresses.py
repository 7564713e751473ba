"""Parsing email addresses, and deciding which can receive email."""

from email.headerregistry import Address

import idna
from email_validator import EmailNotValidError, validate_email

from core.translation import mark
from domain.user import EMAIL_MAX_LENGTH, InvalidAddress, normalise_email

# Names that cannot be registered, beyond those that the validator knows: RFC 2606, RFC 9476, ICANN for private use.
RESERVED_DOMAINS = ("example", "alt", "internal")

# The validator's sentences for common mistakes. It has more, some with the characters that it found.
REASONS = frozenset(
    {
        mark("An email address must have an @-sign."),
        mark("There must be something before the @-sign."),
        mark("There must be something after the @-sign."),
        mark("The part after the @-sign is not valid. It should have a period."),
        mark("The part after the @-sign is not valid. It is not within a valid top-level domain."),
        mark("The part after the @-sign is a special-use or reserved name that cannot be used with email."),
        mark("An email address cannot have two periods in a row."),
        mark("An email address cannot start with a period."),
        mark("An email address cannot have a period immediately before the @-sign."),
        mark("An email address cannot have a period immediately after the @-sign."),
        mark("An email address cannot end with a period."),
        mark("A display name and angle brackets around the email address are not permitted here."),
        mark("Quoting the part before the @-sign is not allowed here."),
        mark("A bracketed IP address after the @-sign is not allowed here."),
    }
)


def parse_address(text: str, *, is_strict: bool = False) -> str:
    """Return the address in the form that identifies accounts.

    Args:
        text: as a user typed it.
        is_strict: whether lengths that some mail servers allow and others do not are refused.

    Raises:
        InvalidAddress: there can be no such address; the message says why.
    """
    try:
        address = normalise_email(validate_email(text.strip(), check_deliverability=False, strict=is_strict).normalized)
    except EmailNotValidError as error:
        reason = str(error)
        raise InvalidAddress(reason if reason in REASONS else mark("This email address is not valid.")) from error
    if len(address) > EMAIL_MAX_LENGTH:
        raise InvalidAddress(mark("Use at most {max_length} characters."), max_length=EMAIL_MAX_LENGTH)
    return address


def parse_reachable_address(text: str) -> str:
    """Return the address as `parse_address` does, if it can receive email.

    Raises:
        InvalidAddress: no mail would ever arrive; the message says why.
    """
    address = parse_address(text, is_strict=True)
    local, _, domain = address.rpartition("@")
    if not local.isascii():  # few mail servers relay to such addresses (RFC 6531), so links would never arrive
        raise InvalidAddress(mark("The part before the @-sign can only have unaccented letters, digits and symbols."))
    if domain.rpartition(".")[2] in RESERVED_DOMAINS:
        raise InvalidAddress(mark("The part after the @-sign is a reserved name that can’t receive email."))
    return address


def recipient_of(address: str) -> Address:
    """Return the address as an email header has it, with the domain in the form of the Domain Name System."""
    local, _, domain = address.rpartition("@")
    return Address(username=local, domain=_in_ascii(domain))


def _in_ascii(domain: str) -> str:
    try:
        return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:  # the mail server will reject it
        return domain
