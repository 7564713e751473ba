"""Reports of errors in users' browsers."""

import structlog

from core.sentry import report_warning

log = structlog.get_logger()


def report_client_error(message: str, *, stack: str, page: str) -> None:
    """Log an error from a user's browser and send it to Sentry.

    It is a warning, not an error: the text is untrusted, any client can send it.
    """
    log.warning("front-end error", message=message, stack=stack, page=page)
    report_warning(f"Front end: {message}")
