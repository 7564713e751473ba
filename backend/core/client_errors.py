"""Reports of errors in users' browsers."""

import sentry_sdk
import structlog

log = structlog.get_logger()


def report_client_error(message: str, *, stack: str, page: str) -> None:
    """Tell operators of an error in a user's browser.

    A warning, not an error: the text comes from outside, and anyone may send it.
    """
    log.warning("front-end error", message=message, stack=stack, page=page)
    sentry_sdk.capture_message(f"Front end: {message}", level="warning")
