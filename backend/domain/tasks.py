"""Everything that happens in the background, in the order in which users meet it.

A task opens nothing itself: it gets a unit of work, whose effects are committed together with the mark that the job is
done. It may run twice, so what it does outside of the database must be recognisable as a repetition.
"""

from dataclasses import dataclass

from domain.events import (
    AccountDeleted,
    CommentWritten,
    CredentialsChanged,
    OneTimeTokenIssued,
    PasswordResetRequested,
    SignUpRepeated,
    UserSignedUp,
)
from domain.taskiq_broker import TaskRegistry
from service.factory import UnitOfWork

broker = TaskRegistry()


@broker.event_handler(UserSignedUp)
async def welcome_new_user(work: UnitOfWork, event: UserSignedUp) -> None:
    """Greet a new user by mail, with a link that verifies their address, unless it is verified.

    Raises:
        NotAuthenticated: the account was deleted at the same moment; the next attempt finds nothing to do.
    """
    if not await work.email_addresses.welcome(event.user_id):
        await work.mails.send_welcome(event.user_id)


@broker.event_handler(SignUpRepeated)
async def tell_owner_of_repeated_sign_up(work: UnitOfWork, event: SignUpRepeated) -> None:
    """Tell somebody who forgot that they have an account, or of whom somebody else forgot it."""
    await work.mails.send_account_exists(event.email)


@broker.event_handler(PasswordResetRequested)
async def issue_password_reset(work: UnitOfWork, event: PasswordResetRequested) -> None:
    """Make the link to a new password, if the address has an account; the request itself must not look.

    Raises:
        NotAuthenticated: the account was deleted at the same moment; the next attempt finds nothing to do.
    """
    await work.password_resets.issue(event)


@broker.event_handler(OneTimeTokenIssued)
async def send_one_time_link(work: UnitOfWork, event: OneTimeTokenIssued) -> None:
    """Mail the link of a one-time token to its address."""
    await work.mails.send_link(event.token_id)


@broker.event_handler(AccountDeleted)
async def say_farewell(work: UnitOfWork, event: AccountDeleted) -> None:
    """Tell the owner of a deleted account, who may not be the one who deleted it."""
    await work.mails.send_farewell(event)


@broker.event_handler(CredentialsChanged)
async def warn_of_changed_credentials(work: UnitOfWork, event: CredentialsChanged) -> None:
    """Tell the owner of an account, who may not be the one who changed it."""
    await work.mails.send_security_notice(event)


@broker.event_handler(CommentWritten)
async def notify_of_comment(work: UnitOfWork, event: CommentWritten) -> None:
    """Tell the author of a post that somebody commented on it."""
    await work.notifications.notify_of_comment(event.comment_id)


@dataclass(frozen=True, slots=True)
class CountProduct:
    """Count what there is in all."""


@broker.task(CountProduct, cron="*/5 * * * *")
async def count_product(work: UnitOfWork, _: CountProduct) -> None:
    """Keep the numbers that operators see on their dashboards fresh, so that none of them has to wait for a count."""
    await work.statistics.recount_product()


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Delete what nobody needs any more."""


@broker.task(CleanUp, cron="17 3 * * *")
async def clean_up(work: UnitOfWork, _: CleanUp) -> None:
    """Delete what has ended, expired or been answered long ago, at an hour when few are awake.

    A batch at a time, each in a run of its own, so that no transaction is long.
    """
    await work.sessions.delete_ended()
    await work.idempotency.delete_expired()
    await work.notifications.delete_old()
    await work.links.delete_expired()
    has_more_sign_ins = await work.sign_ins.delete_expired()
    if await work.jobs.delete_finished() or has_more_sign_ins:
        work.outbox.enqueue(CleanUp())
