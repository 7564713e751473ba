"""The entry point of a server process."""

from starlette.types import ASGIApp

from core.runtime.garbage import pause_collection
from core.runtime.lean import leave_out_unused_libraries


def serve() -> ASGIApp:
    """Return the application of a server process, configured from the environment.

    Raises:
        SettingsError: a setting is missing or malformed.
    """
    pause_collection()
    leave_out_unused_libraries()
    from api.app import serve as serve_application  # importing it takes most of the start-up time

    return serve_application()
