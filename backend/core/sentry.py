"""Error reports to Sentry, when the settings ask for them."""

import sentry_sdk

from core.settings import Settings


def start_sentry(settings: Settings, *, component: str) -> None:
    """Report unhandled errors of this process when `SENTRY_ENABLED` is set; otherwise do nothing.

    Args:
        settings: where Sentry listens.
        component: the process's part in the product: `api`, `worker` or `scheduler`.
    """
    if not settings.sentry_enabled or settings.sentry_dsn is None:
        return
    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        environment=settings.environment,
        # Sentry would parse bodies before the routes do, and without their limits.
        max_request_body_size="never",
        # Passwords and tokens pass through bodies, cookies, queries and the variables of a frame.
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
