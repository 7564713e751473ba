"""Error reports to Sentry. Its library is loaded when it is enabled, and takes 50 ms and 5 MB."""

import sys

from core.settings import Settings


def start_sentry(settings: Settings, *, component: str) -> None:
    """Report unhandled errors of this process when `SENTRY_ENABLED` is set; otherwise do nothing.

    Args:
        settings: the DSN and the environment.
        component: the role of this process: `api`, `worker` or `scheduler`.
    """
    if not settings.sentry_enabled or settings.sentry_dsn is None:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        environment=settings.environment,
        # Sentry would parse bodies before the routes do, and without a size limit.
        max_request_body_size="never",
        # Bodies, cookies, queries and local variables contain passwords and tokens.
        data_collection={
            "user_info": False,
            "cookies": {"mode": "off"},
            "http_bodies": [],
            "database_query_data": False,
            "queues": False,
            "stack_frame_variables": False,
        },
    )
    sentry_sdk.set_tag("component", component)


def report_error(error: BaseException) -> None:
    """Send `error` to Sentry, if it was started."""
    if _is_started():
        import sentry_sdk

        sentry_sdk.capture_exception(error)


def report_warning(message: str) -> None:
    """Send `message` to Sentry, if it was started."""
    if _is_started():
        import sentry_sdk

        sentry_sdk.capture_message(message, level="warning")


def _is_started() -> bool:
    return "sentry_sdk" in sys.modules
