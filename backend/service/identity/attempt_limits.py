"""Limits on guessing passwords and codes, and on the emails that requests can cause.

Only failures count. A device from which a user has signed in before has its own counter, so that guesses from elsewhere
neither lock the owner out nor slow them down. All other devices share the account's counter. docs/decisions/0020
explains the figures.
"""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from core.redis.attempts import Allowance, AttemptCounter, Attempts
from domain.errors import DatabaseUnavailable, TooBusy, TooManyAttempts
from domain.identity.client_info import ClientInfo
from domain.mail.mailing import CausesMail, MailKind
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
MAILS_TO_RECIPIENT = Allowance(3, first_delay=5 * MINUTE, longest_delay=DAY, memory=HOUR)
# An owner who sets everything up in one sitting receives several; an admin causes some for other users.
NOTICES_FROM_SENDER = Allowance(60, first_delay=MINUTE, longest_delay=15 * MINUTE, memory=10 * MINUTE)
NOTICES_TO_RECIPIENT = Allowance(20, first_delay=MINUTE, longest_delay=HOUR, memory=HOUR)

# What `_reserve` is called with first, as metrics show it: guesses at an account from unknown and from known devices,
# and others.
LIMITED_KINDS = ("account", "device", "session", "picture", "proof", "sign-up", "mail-from")

# By kind of email: limits for its sender and its recipient.
MAILS: dict[MailKind, tuple[Allowance, Allowance]] = {
    MailKind.SIGN_UP: (SIGN_UPS_FROM_ADDRESS, MAILS_TO_RECIPIENT),
    MailKind.VERIFY_EMAIL: (MAILS_FROM_SENDER, MAILS_TO_RECIPIENT),
    MailKind.RESET_PASSWORD: (MAILS_FROM_SENDER, MAILS_TO_RECIPIENT),
    MailKind.CHANGE_EMAIL: (MAILS_FROM_SENDER, MAILS_TO_RECIPIENT),
    MailKind.INVITATION: (NOTICES_FROM_SENDER, MAILS_TO_RECIPIENT),
    MailKind.NOTICE: (NOTICES_FROM_SENDER, NOTICES_TO_RECIPIENT),
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

    async def may_mail(self, mailing: CausesMail, *, sender: UUID | None) -> bool:
        """Count an email by sender and recipient, and return whether it should be sent.

        Args:
            mailing: the cause of the email.
            sender: the account that causes it; without one the client's address counts.

        Raises:
            TooManyAttempts: the sender caused too many, or the recipient got too many and the sender may learn that.
        """
        mail = mailing.counted_as
        from_sender, to_recipient = MAILS[mail.kind]
        by_sender = _counter("mail-from", from_sender, mail.kind, str(sender or self._client.network))
        by_recipient = _counter("mail-to", to_recipient, mail.kind, _mailbox(mail.recipient))
        if not mailing.is_quiet:
            await self._reserve([by_sender, by_recipient])
            return True
        await self._reserve([by_sender])
        return not self._is_enabled or await self._attempts.reserve([by_recipient]) <= 0

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
        if not self._is_enabled:
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


def _mailbox(recipient: str) -> str:
    """Return the part that all addresses of a mailbox share: `ada+one@` and `ada+two@` reach one person."""
    local, at, domain = recipient.rpartition("@")
    return local.partition("+")[0] + at + domain


def _counter(kind: str, allowance: Allowance, *subject: str) -> AttemptCounter:
    """Return the counter of a subject. Its name is hashed, so that Redis holds no list of addresses."""
    digest = hashlib.sha256("\0".join(subject).encode()).hexdigest()[:32]
    return AttemptCounter(f"{kind}:{digest}", allowance)
