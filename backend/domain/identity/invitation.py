"""Invitations: accounts that an admin creates. Their users set the password."""

from dataclasses import dataclass

from domain.errors import AppError
from domain.language import Language
from domain.permissions import Role


class EmailHasAccount(AppError):
    """An admin invited an address that has an account. Admins see all accounts, so they may know."""

    message = "An account with this email address already exists."


class NotInvited(AppError):
    """The account's user accepted already, signed up without an invitation, or is deactivated."""

    message = "This user has no open invitation."


class InvitationExpired(AppError):
    """The user did not accept in time."""

    message = "Your invitation has expired. Ask an admin for a new one."


class SignUpClosed(AppError):
    """Only an invitation makes an account here."""

    message = "Sign-up is by invitation only. Ask an admin to invite you."


@dataclass(frozen=True, slots=True)
class Invitation:
    """The address, name and roles of an invited user. Without a language, emails are in that of the admin's browser."""

    email: str
    name: str | None
    roles: tuple[Role, ...]
    language: Language | None = None
