"""The entry point of a server process."""

from starlette.types import ASGIApp

from core.runtime.garbage import pause_collection
from core.runtime.lean import leave_out_unused_libraries


def serve() -> ASGIApp:
    """Return the application of a server process, configured from the environment.

    Raises:
        SettingsError: a setting is missing or malformed.
    """
    return _serve(checks_start=False)


def check_and_serve() -> ASGIApp:
    """Return the same in the process that checks, for all of them, that PostgreSQL and Redis accept the configuration.

    Raises:
        SettingsError: a setting is missing or malformed.
    """
    return _serve(checks_start=True)


def _serve(*, checks_start: bool) -> ASGIApp:
    pause_collection()
    leave_out_unused_libraries()
    from api.app import serve as serve_application  # importing it takes most of the start-up time

    return serve_application(checks_start=checks_start)
