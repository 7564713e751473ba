"""Reports of errors in users' browsers."""

import sentry_sdk
import structlog

log = structlog.get_logger()


def report_client_error(message: str, *, stack: str, page: str) -> None:
    """Log an error from a user's browser and send it to Sentry.

    It is a warning, not an error: the text is untrusted, any client can send it.
    """
    log.warning("front-end error", message=message, stack=stack, page=page)
    sentry_sdk.capture_message(f"Front end: {message}", level="warning")
