"""The product's names and version. Change names here and in `frontend/src/product.ts`, then run `make format`.

A new `NAME` only changes texts. A new `SLUG` is for a product without users yet: sessions, API tokens, waiting
messages in Redis and the embedded database keep the old one, and are no longer found.
"""

NAME = "Lamina"
# Lower-case letters, digits and single hyphens: part of cookies, Redis keys, storage keys and file names.
SLUG = "lamina"
DESCRIPTION = "A full-stack Python project template that is itself a running product."
# The same as in pyproject.toml, which does not have to be there at run time.
VERSION = "0.2.0"
# An SPDX expression; `LicenseRef-Proprietary` when all rights are reserved.
LICENSE = "MIT"

# The slug where no hyphen may stand, such as a PostgreSQL user.
IDENTIFIER = SLUG.replace("-", "_")
