"""Assembles the mail area."""

from repository.identity.one_time_token_repository import OneTimeTokenRepository
from repository.user_repository import UserRepository
from service.mail.email_service import EmailService
from service.resources import Resources
from service.unit_of_work import UnitOfWork


def assemble_emails(work: UnitOfWork, resources: Resources) -> EmailService:
    """Return the service that sends emails in `work`."""
    return EmailService(
        UserRepository(work.connection),
        OneTimeTokenRepository(work.connection),
        resources.mailer,
        resources.email_templates,
        secrets=resources.identity.one_time_secrets,
        job_id=work.job_id,
        count=resources.metrics.count_email,
    )
