"""The entry point of a server process."""

import signal

from starlette.types import ASGIApp

from api.server.granian import end_with_parent
from core.runtime.garbage import pause_collection
from core.runtime.lean import leave_out_unused_libraries
from core.runtime.signals import ENDING


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
    _end_when_told()
    end_with_parent()
    pause_collection()
    leave_out_unused_libraries()
    from api.app import serve as serve_application  # importing it takes most of the start-up time

    return serve_application(checks_start=checks_start)


def _end_when_told() -> None:
    """End at SIGTERM until Granian handles it. Ctrl-C reaches the parent as well, which then sends SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
