"""Says which setting names a port that is taken. The parent of the server processes imports this, and stays small."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.addresses import try_port
from core.settings import SettingsError


def check_port(host: str, port: int | None, *, setting: str) -> None:
    """Check that no other program listens on the port, if there is one.

    Raises:
        SettingsError: one does.
    """
    if port is not None:
        with taken_port_named(host, port, setting=setting):
            try_port(host, port)


@contextmanager
def taken_port_named(host: str, port: int, *, setting: str) -> Iterator[None]:
    """Translate the block's error of a port that it cannot listen on.

    Raises:
        SettingsError: with the setting's name.
    """
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"{setting} is {port}, but nothing can listen on {host}:{port} ({error.strerror}). "
            "Each program on a machine needs a port of its own."
        ) from error
