"""The entry point of a server process."""

from starlette.types import ASGIApp

from core.runtime.garbage import put_off_collections


def serve() -> ASGIApp:
    """Return the application of a server process, configured from the environment.

    Raises:
        SettingsError: a setting is missing or malformed.
    """
    put_off_collections()
    from api.app import serve as serve_application  # importing it is most of a start

    return serve_application()
