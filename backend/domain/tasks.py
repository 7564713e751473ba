"""Everything that happens in the background.

A task receives a unit of work. Its effects are committed together with the mark that the job is done. A task may run
twice, so its effects outside the database must be idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import domain.identity.data_export_tasks  # noqa: F401  (declares its tasks on the broker)
from domain.comment import CommentWritten
from domain.events import (
    AccountDeleted,
    CredentialsChanged,
    OneTimeTokenIssued,
    PasswordResetRequested,
    SignUpRepeated,
    UserSignedUp,
)
from domain.files.avatar import AvatarChanged
from domain.report import ReportFinished, ReportGivenUp, ReportRequested
from domain.taskiq_broker import broker, exported_files, files_clean_up, rows_clean_up

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from service.factory import Work

# Importing `broker` from this module declares every task on it.
__all__ = ["broker"]

# Tasks that call remote servers have queues of their own, so that a slow server delays nothing else. RFC 5321 4.5.4.1:
# emails are retried for four or five days.
mail_handler = partial(broker.event_handler, queue="mails", timeout=timedelta(minutes=1), retry_for=timedelta(days=4))
file_handler = partial(broker.event_handler, queue="files", timeout=timedelta(minutes=5), retry_for=timedelta(days=1))


@mail_handler(UserSignedUp)
async def welcome_new_user(work: Work, event: UserSignedUp) -> None:
    """Send a welcome email, with a link that verifies the address unless it is verified.

    Raises:
        NotAuthenticated: the account was deleted at the same moment; the next attempt finds nothing to do.
        PermanentError: the mail server rejected the email permanently.
    """
    if not await work.identity.email_addresses.welcome(event.user_id):
        await work.emails.send_welcome(event.user_id)


@mail_handler(SignUpRepeated)
async def tell_owner_of_repeated_sign_up(work: Work, event: SignUpRepeated) -> None:
    """Tell the owner of an account that a sign-up used their address.

    Raises:
        PermanentError: the mail server rejected the email permanently.
    """
    await work.emails.send_account_exists(event.email, language=event.language)


@broker.event_handler(PasswordResetRequested)
async def issue_password_reset(work: Work, event: PasswordResetRequested) -> None:
    """Issue a reset link if the address has an account. The request does not look, so that its timing tells nothing.

    Raises:
        NotAuthenticated: the account was deleted at the same moment; the next attempt finds nothing to do.
    """
    await work.identity.password_resets.issue(event)


@mail_handler(OneTimeTokenIssued)
async def send_one_time_link(work: Work, event: OneTimeTokenIssued) -> None:
    """Email the link of a one-time token to its address.

    Raises:
        PermanentError: the mail server rejected the email permanently.
    """
    await work.emails.send_link(event.token_id, language=event.language)


@mail_handler(AccountDeleted)
async def say_farewell(work: Work, event: AccountDeleted) -> None:
    """Tell the owner that their account was deleted, perhaps by an admin.

    Raises:
        PermanentError: the mail server rejected the email permanently.
    """
    await work.emails.send_farewell(event)


@file_handler(AvatarChanged)
async def make_thumbnails(work: Work, event: AvatarChanged) -> None:
    """Make the smaller sizes of a new picture.

    Raises:
        UnsupportedPicture: the stored file was not written by the product; so with the next three.
        TooManyPixels: it would take too much memory.
        BrokenPicture: it ends early or contradicts itself.
        PictureTooCostly: decoding takes too long.
        TooBusy: too many pictures wait.
        StorageUnavailable: the files cannot be read or written.
    """
    if event.shown is not None:
        await work.avatars.make_thumbnails(event.shown)


@file_handler(AvatarChanged)
async def delete_replaced_picture(work: Work, event: AvatarChanged) -> None:
    """Delete the files of a picture that is no longer shown, after the commit that removed it.

    Raises:
        StorageUnavailable: the files cannot be deleted.
    """
    if event.replaced is not None:
        await work.avatars.delete_files([event.replaced])


@exported_files
async def picture_of_user(work: Work, user_id: UUID) -> Mapping[str, str]:
    """Return the profile picture."""
    return await work.avatars.files_of(user_id)


@files_clean_up
async def delete_orphaned_pictures(work: Work) -> None:
    """Delete the files of pictures that no account shows.

    Raises:
        StorageUnavailable: the files cannot be listed or deleted.
    """
    await work.avatars.delete_orphans()


@broker.event_handler(CommentWritten)
async def notify_of_comment(work: Work, event: CommentWritten) -> None:
    """Notify the author of a post about a comment."""
    if notice := await work.comments.notice(event.comment_id):
        await work.live.notifications.notify(notice)


@broker.task(
    ReportRequested,
    queue="reports",
    timeout=timedelta(minutes=2),
    retry_for=timedelta(minutes=15),
    on_dead=ReportGivenUp,
)
async def make_report(work: Work, event: ReportRequested) -> None:
    """Build a report. It has a queue of its own because it keeps a core busy.

    Raises:
        TooBusy: too many documents wait.
        TooCostly: laying it out takes too long.
        StorageUnavailable: the document cannot be stored.
    """
    await work.report_builder.make(event.report_id)


@broker.event_handler(ReportFinished)
async def notify_of_report(work: Work, event: ReportFinished) -> None:
    """Notify the user that the report is ready.

    Raises:
        NotAuthenticated: the account was deleted at the same moment; the next attempt fails in the same way.
    """
    await work.live.notifications.notify(event.notice())


@broker.event_handler(ReportGivenUp)
async def tell_of_failed_report(work: Work, event: ReportGivenUp) -> None:
    """Mark the report as failed."""
    await work.report_builder.give_up(event.report_id)


@exported_files
async def reports_of_user(work: Work, user_id: UUID) -> Mapping[str, str]:
    """Return the documents of finished reports."""
    return await work.reports.files_of(user_id)


@rows_clean_up
async def delete_old_reports(work: Work) -> None:
    """Delete reports that have been kept long enough."""
    await work.reports.delete_older()


@files_clean_up
async def delete_orphaned_reports(work: Work) -> None:
    """Delete the files of deleted reports.

    Raises:
        StorageUnavailable: the files cannot be listed or deleted.
    """
    await work.reports.delete_orphans()


@mail_handler(CredentialsChanged)
async def warn_of_changed_credentials(work: Work, event: CredentialsChanged) -> None:
    """Tell the owner of an account that its credentials changed.

    Raises:
        PermanentError: the mail server rejected the email permanently.
    """
    await work.emails.send_security_notice(event)


@dataclass(frozen=True, slots=True)
class CountProduct:
    """Count the totals of the product."""


@broker.task(CountProduct, cron="*/5 * * * *")
async def count_product(work: Work, _: CountProduct) -> None:
    """Refresh the totals on operators' dashboards, so that no request has to count."""
    await work.operations.statistics.recount_product()


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Delete a batch of expired and old rows: of this step, or of each step in a job of its own."""

    step: str | None = None


@broker.task(CleanUp, cron="17 3 * * *")
async def clean_up(work: Work, payload: CleanUp) -> None:
    """Delete expired and old rows, at night."""
    for step in await rows_clean_up.run(work, payload.step):
        work.outbox.enqueue(CleanUp(step))


@dataclass(frozen=True, slots=True)
class CleanUpFiles:
    """Delete files that belong to no row: of this step, or of each step in a job of its own."""

    step: str | None = None


@broker.task(CleanUpFiles, queue="files", cron="47 3 * * *", timeout=timedelta(minutes=30))
async def clean_up_files(work: Work, payload: CleanUpFiles) -> None:
    """Delete the files of deleted rows and of interrupted uploads, at night.

    Raises:
        StorageUnavailable: the files cannot be listed or deleted.
    """
    for step in await files_clean_up.run(work, payload.step):
        work.outbox.enqueue(CleanUpFiles(step))


@rows_clean_up
async def delete_old_sign_ins(work: Work) -> bool:
    """Delete ended sessions, and sign-ins that were never finished."""
    await work.identity.sessions.delete_ended()
    return await work.identity.sign_ins.delete_expired()


@rows_clean_up
async def delete_old_links(work: Work) -> None:
    """Delete expired one-time tokens."""
    await work.identity.links.delete_expired()


@rows_clean_up
async def delete_abandoned_accounts(work: Work) -> bool:
    """Delete accounts whose address was never confirmed."""
    return await work.identity.registration.delete_abandoned()


@rows_clean_up
async def delete_unaccepted_invitations(work: Work) -> bool:
    """Delete accounts whose users never accepted the invitation."""
    return await work.identity.invitations.delete_unaccepted()


@rows_clean_up
async def delete_expired_api_tokens(work: Work) -> None:
    """Delete expired API tokens."""
    await work.identity.api_tokens.delete_expired()


@rows_clean_up
async def delete_old_security_events(work: Work) -> int:
    """Delete old entries of the audit log."""
    return await work.identity.security_events.delete_old()


@rows_clean_up
async def delete_old_responses(work: Work) -> None:
    """Delete responses that were stored for repeated requests."""
    await work.operations.idempotency.delete_expired()


@rows_clean_up
async def delete_finished_jobs(work: Work) -> int:
    """Delete jobs that finished long ago."""
    return await work.jobs.delete_finished()


@rows_clean_up
async def delete_old_notifications(work: Work) -> None:
    """Delete old notifications."""
    await work.live.notifications.delete_old()
