"""Background work that did not go well.

All of it may be tried again: its accounts are gone, so there is nothing to do.
"""

from domain.events import CredentialsChange
from domain.jobs.job import JobState
from service.operations.demo.world import Examples, World

REFUSED = "PermanentError: The mail server refused the mail: (550, '5.1.1 <old.address@example.com>: Recipient address rejected')"
UNREACHABLE = "SMTPConnectTimeoutError: Timed out connecting to smtp.example.com on port 587"


def examples(world: World) -> Examples:
    """Return a job that was given up, and one that waits for its next attempt."""
    dead = {"state": JobState.DEAD, "attempt": 1, "last_error": REFUSED, "finished_at": world.ago(days=3.1)}
    waiting = {"state": JobState.PENDING, "attempt": 4, "last_error": UNREACHABLE, "finished_at": None}
    return Examples(
        {
            "jobs": [
                {**_notice("dead", world, days=3.1), **dead, "available_at": world.ago(days=3.1)},
                {**_notice("waiting", world, days=0.1), **waiting, "available_at": world.in_hours(6)},
            ]
        }
    )


def _notice(name: str, world: World, *, days: float) -> dict[str, object]:
    payload = {
        "user_id": str(world.id_of("person", f"gone-{name}")),
        "change": CredentialsChange.PASSWORD_CHANGED,
        "ip_address": None,
        "user_agent": None,
        "email": None,
    }
    return {
        "id": world.id_of("job", name),
        "created_at": world.ago(days=days),
        "task": "warn_of_changed_credentials",
        "queue": "mails",
        "payload": payload,
        "max_attempts": 12,
    }
