"""Everything that happens in the background, in the order in which users meet it.

A task opens nothing itself: it gets a unit of work, whose effects are committed together with the mark that the job is
done. It may run twice, so what it does outside of the database must be recognisable as a repetition.
"""

from dataclasses import dataclass

from domain.events import CredentialsChanged, UserSignedUp
from domain.taskiq_broker import TaskRegistry
from service.factory import UnitOfWork

broker = TaskRegistry()


@broker.event_handler(UserSignedUp)
async def welcome_new_user(work: UnitOfWork, event: UserSignedUp) -> None:
    """Greet a new user by mail."""
    await work.mails.send_welcome(event.user_id)


@broker.event_handler(CredentialsChanged)
async def warn_of_changed_credentials(work: UnitOfWork, event: CredentialsChanged) -> None:
    """Tell the owner of an account, who may not be the one who changed it."""
    await work.mails.send_security_notice(event)


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Delete what nobody needs any more."""


@broker.task(CleanUp, cron="17 3 * * *")
async def clean_up(work: UnitOfWork, _: CleanUp) -> None:
    """Delete ended sessions, old entries of the audit log, finished jobs, old ticks and answers that nobody asks for again, at an hour when few are awake.

    A batch of jobs at a time, each in a run of its own, so that no transaction is long.
    """
    await work.sessions.delete_ended()
    await work.idempotency.delete_expired()
    old_events = await work.security_events.delete_old()
    if await work.jobs.delete_finished() or old_events:
        work.outbox.enqueue(CleanUp())
