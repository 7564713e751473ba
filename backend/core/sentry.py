"""Error reports to Sentry."""

import sentry_sdk

from core.settings import Settings


def start_sentry(settings: Settings, *, component: str) -> None:
    """Report unhandled errors of this process when `SENTRY_ENABLED` is set; otherwise do nothing.

    Args:
        settings: the DSN and the environment.
        component: the role of this process: `api`, `worker` or `scheduler`.
    """
    if not settings.sentry_enabled or settings.sentry_dsn is None:
        return
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
