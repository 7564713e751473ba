"""Limits on guessing passwords and codes, and on the emails that requests can cause.

Only failures count. A device from which a user has signed in before has its own counter, so that guesses from elsewhere
neither lock the owner out nor slow them down. All other devices share the account's counter. docs/decisions/0020
explains the figures.
"""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog

from core.redis.attempts import Allowance, AttemptCounter, Attempts
from domain.errors import DatabaseUnavailable, TooBusy, TooManyAttempts
from domain.identity.client_info import ClientInfo
from domain.mail.mailing import MailKind
from domain.user import User
from service.identity.known_devices import KnownDevices

log = structlog.get_logger()

MINUTE, HOUR, DAY = 60, 3_600, 86_400

# After these many failures the next attempt waits. docs/security.md, "Limits": ten a minute for an address, five for an
# account.
GUESSES_AT_ACCOUNT = Allowance(5, first_delay=15, longest_delay=5 * MINUTE, memory=15 * MINUTE)
GUESSES_AT_ACCOUNT_FROM_ADDRESS = Allowance(5, first_delay=30, longest_delay=HOUR, memory=DAY)
GUESSES_FROM_ADDRESS = Allowance(10, first_delay=MINUTE, longest_delay=15 * MINUTE, memory=MINUTE)
GUESSES_FROM_KNOWN_DEVICE = Allowance(5, first_delay=30, longest_delay=HOUR, memory=DAY)
GUESSES_IN_SESSION = Allowance(5, first_delay=30, longest_delay=HOUR, memory=DAY)
SIGN_UPS_FROM_ADDRESS = Allowance(20, first_delay=MINUTE, longest_delay=15 * MINUTE, memory=10 * MINUTE)
UNREADABLE_PICTURES = Allowance(10, first_delay=MINUTE, longest_delay=15 * MINUTE, memory=10 * MINUTE)
# Emails that a client can request without signing in.
MAILS_FROM_SENDER = Allowance(10, first_delay=MINUTE, longest_delay=15 * MINUTE, memory=10 * MINUTE)
MAILS_TO_RECIPIENT = Allowance(3, first_delay=5 * MINUTE, longest_delay=HOUR, memory=HOUR)
# At most half the life of a link: when an email is left out, the link of the last one works for another 15 minutes.
RESETS_TO_RECIPIENT = Allowance(3, first_delay=5 * MINUTE, longest_delay=15 * MINUTE, memory=HOUR)
# An owner who sets everything up in one sitting receives several; an admin causes some for other users.
NOTICES_FROM_SENDER = Allowance(60, first_delay=MINUTE, longest_delay=15 * MINUTE, memory=10 * MINUTE)
NOTICES_TO_RECIPIENT = Allowance(20, first_delay=MINUTE, longest_delay=HOUR, memory=HOUR)

# The kinds of attempts in metrics. "account" and "device" are guesses at an account from unknown and known devices.
LIMITED_KINDS = ("account", "device", "session", "picture", "proof", "sign-up", "mail-from")


@dataclass(frozen=True, slots=True)
class MailLimits:
    """The limits of a kind of email.

    Beyond the sender's limit a request is refused. Beyond the recipient's it is refused too, or, if `is_quiet`, only
    the email is left out: a stranger must not learn of it, or the owner needs what the request does.
    """

    sender: Allowance | None
    recipient: Allowance
    is_quiet: bool = False


MAILS: dict[MailKind, MailLimits] = {
    MailKind.SIGN_UP: MailLimits(SIGN_UPS_FROM_ADDRESS, MAILS_TO_RECIPIENT, is_quiet=True),
    MailKind.VERIFY_EMAIL: MailLimits(MAILS_FROM_SENDER, MAILS_TO_RECIPIENT),
    MailKind.RESET_PASSWORD: MailLimits(MAILS_FROM_SENDER, RESETS_TO_RECIPIENT, is_quiet=True),
    MailKind.CHANGE_EMAIL: MailLimits(MAILS_FROM_SENDER, MAILS_TO_RECIPIENT),
    MailKind.INVITATION: MailLimits(NOTICES_FROM_SENDER, MAILS_TO_RECIPIENT),
    MailKind.NOTICE: MailLimits(NOTICES_FROM_SENDER, NOTICES_TO_RECIPIENT),
    MailKind.WARNING: MailLimits(None, NOTICES_TO_RECIPIENT, is_quiet=True),
}


class AttemptLimits:
    """Allows an attempt, or says when the next one is allowed.

    Args:
        client: the client that the attempts come from.
        is_enabled: whether anything is limited at all.
        count_refused: counts a refused attempt, by the kind of its first counter.
    """

    def __init__(
        self,
        attempts: Attempts,
        devices: KnownDevices,
        *,
        client: ClientInfo,
        is_enabled: bool,
        count_refused: Callable[[str], None],
    ) -> None:
        self._count_refused = count_refused
        self._attempts = attempts
        self._devices = devices
        self._client = client
        self._is_enabled = is_enabled

    @asynccontextmanager
    async def sign_in(self, email: str) -> AsyncIterator[None]:
        """Count the block as a guess at the password of the account with this normalised address, if it fails.

        Raises:
            TooManyAttempts: too many guesses came from there, or at this account.
        """
        if (device := self._of_device(email)) is not None:
            own, others = [device], []
        else:
            # A success does not clear the address: otherwise any account would allow unlimited guesses at others.
            own, others = self._of_account(email), [_counter("address", GUESSES_FROM_ADDRESS, self._client.network)]
        async with self._guess(own, others):
            yield

    @asynccontextmanager
    async def reauthentication(self, session_id: UUID) -> AsyncIterator[None]:
        """Count the block as a guess at the password of a session's owner, if it fails.

        Raises:
            TooManyAttempts: too many guesses came from this session.
        """
        async with self._guess([_counter("session", GUESSES_IN_SESSION, str(session_id))]):
            yield

    @asynccontextmanager
    async def picture(self, user_id: UUID) -> AsyncIterator[None]:
        """Count the block as a picture that cost its decoding time for nothing, if it fails.

        Raises:
            TooManyAttempts: too many of the user's pictures could not be read.
        """
        async with self._guess([], [_counter("picture", UNREADABLE_PICTURES, str(user_id))]):
            yield

    @asynccontextmanager
    async def proof(self, user_id: UUID) -> AsyncIterator[None]:
        """Count the block as a guess at the account's password by the recipient of an emailed link, if it fails.

        Raises:
            TooManyAttempts: too many passwords were tried.
        """
        async with self._guess([_counter("proof", GUESSES_IN_SESSION, str(user_id))]):
            yield

    async def forgive(self, email: str) -> str:
        """Forget the guesses at an account whose owner has proved the address, and return the mark of their device.

        Without the mark, further guesses by an attacker would keep the owner out.
        """
        known = self._of_device(email)
        await self._settle(released=[], cleared=[*self._of_account(email), *([known] if known else [])])
        return self._devices.mark(email, self._client)

    async def sign_up(self) -> None:
        """Count a sign-up.

        Raises:
            TooManyAttempts: too many came from this address.
        """
        await self._reserve([_counter("sign-up", SIGN_UPS_FROM_ADDRESS, self._client.network)])

    async def may_mail(self, kind: MailKind, recipient: User | str | None, *, sender: UUID | None) -> bool:
        """Count an email by sender and recipient, and return whether it should be sent.

        Args:
            kind: why it is sent.
            recipient: an account or an address; None to count the sender only.
            sender: the account that causes it; without one the client's address counts.

        Raises:
            TooManyAttempts: the sender caused too many, or the recipient got too many and the kind is not quiet.
        """
        limits = MAILS[kind]
        counters = []
        if limits.sender is not None:
            counters.append(_counter("mail-from", limits.sender, kind, str(sender or self._client.network)))
        if recipient is not None and not limits.is_quiet:
            counters.append(_to_recipient(kind, recipient))
        await self._reserve(counters)
        return recipient is None or not limits.is_quiet or await self.may_reach(recipient, kind)

    async def may_reach(self, recipient: User | str, kind: MailKind) -> bool:
        """Count an email by its recipient alone, and return whether it should be sent."""
        return not self._is_enabled or await self._attempts.reserve([_to_recipient(kind, recipient)]) <= 0

    def _of_device(self, email: str) -> AttemptCounter | None:
        device = self._devices.recognise(email, self._client)
        return None if device is None else _counter("device", GUESSES_FROM_KNOWN_DEVICE, device)

    def _of_account(self, email: str) -> list[AttemptCounter]:
        return [
            _counter("account", GUESSES_AT_ACCOUNT, email),
            _counter("pair", GUESSES_AT_ACCOUNT_FROM_ADDRESS, email, self._client.network),
        ]

    @asynccontextmanager
    async def _guess(
        self, cleared_by_success: list[AttemptCounter], released: list[AttemptCounter] | None = None
    ) -> AsyncIterator[None]:
        """Reserve a guess before it is made, so that concurrent guesses are limited like sequential ones."""
        kept = released or []
        await self._reserve([*cleared_by_success, *kept])
        try:
            yield
        except (TooBusy, DatabaseUnavailable):  # the guess revealed nothing
            await self._settle(released=[*cleared_by_success, *kept], cleared=[])
            raise
        await self._settle(released=kept, cleared=cleared_by_success)

    async def _reserve(self, counters: list[AttemptCounter]) -> None:
        if not self._is_enabled or not counters:
            return
        wait = await self._attempts.reserve(counters)
        if wait > 0:
            kinds = [counter.key.partition(":")[0] for counter in counters]
            self._count_refused(kinds[0])
            log.warning("too many attempts", kinds=kinds)
            raise TooManyAttempts(wait)

    async def _settle(self, *, released: list[AttemptCounter], cleared: list[AttemptCounter]) -> None:
        if self._is_enabled:
            await self._attempts.settle(released=released, cleared=cleared)


def _to_recipient(kind: MailKind, recipient: User | str) -> AttemptCounter:
    return _counter("mail-to", MAILS[kind].recipient, kind, _subject(recipient))


def _subject(recipient: User | str) -> str:
    """Return what emails to a recipient are counted by.

    An account whose address is verified is counted by itself, because strangers cannot have one in its mailbox. Other
    addresses with a tag are counted together: `ada+one@` and `ada+two@` reach one mailbox. `ada@` is not among them, so
    that they do not use up its emails.
    """
    if isinstance(recipient, User):
        if recipient.is_verified:
            return str(recipient.id)
        recipient = recipient.email
    local, at, domain = recipient.rpartition("@")
    name, plus, _ = local.partition("+")
    return name + plus + at + domain


def _counter(kind: str, allowance: Allowance, *subject: str) -> AttemptCounter:
    """Return the counter of a subject. Its name is hashed, so that Redis holds no list of addresses."""
    digest = hashlib.sha256("\0".join(subject).encode()).hexdigest()[:32]
    return AttemptCounter(f"{kind}:{digest}", allowance)
