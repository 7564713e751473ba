"""PostgreSQL and Valkey from Python wheels, and the supervisor behind `up` and `dev`.

Development and tests only: a production install has neither the wheels nor a reason to import this package.
`docs/decisions/0002-embedded-services.md` says why it is built as it is.
"""

from embedded.errors import EmbeddedError
from embedded.services import EmbeddedServices, Urls, open_services

__all__ = ["EmbeddedError", "EmbeddedServices", "Urls", "open_services"]
