"""Shared by benchmarks of whole programs: settings as in production, and a place for the programs they start."""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

# As deployed: JSON log lines, HSTS, no development guards.
VARIABLES = {
    "ENVIRONMENT": "production",
    "JWT_SECRET_KEY": "only-for-this-benchmark-" * 3,
    "SMTP_URL": "smtp://127.0.0.1:1?tls=none",
    "MAIL_FROM": "Product <no-reply@benchmark.invalid>",
    "PUBLIC_URL": "https://benchmark.invalid",
    "ALLOWED_HOSTS": "127.0.0.1",
    "TRUSTED_PROXIES": "none",
}


class Closed(Protocol):
    """A place for programs, which stops them when it is closed."""

    def close(self) -> None:
        """Stop everything."""


S = TypeVar("S", bound=Closed)


@contextmanager
def opened(open_in: Callable[[Path], S]) -> Iterator[S]:
    """Yield what `open_in` returns for a temporary directory.

    It is closed with the block, even if a signal or a lost terminal ends the benchmark.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("ended by a signal"))
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, closing(open_in(Path(directory))) as servers:
        yield servers
