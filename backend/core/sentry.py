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
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,  # a frame's variables may hold a password or a token
    )
    sentry_sdk.set_tag("component", component)
