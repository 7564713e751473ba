"""The imports of the product's packages, as import-linter and the tests see them."""

from pathlib import Path
from tempfile import TemporaryDirectory

import grimp
from importlinter import api as _configured  # noqa: F401  (importing it sets import-linter up)
from importlinter.application import use_cases

from tests.test_architecture.source import BACKEND

CONFIGURATION = use_cases.read_user_options(str(BACKEND / "pyproject.toml"))
use_cases._register_contract_types(CONFIGURATION)
PACKAGES: list[str] = CONFIGURATION.session_options["root_packages"]
# Of every file the imports that were read last; a file that a test changed is read again.
_KNOWN_IMPORTS = TemporaryDirectory(prefix="imports-")
CACHE = _KNOWN_IMPORTS.name


def build_graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        *PACKAGES, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=CACHE
    )


def append(file: Path, line: str) -> None:
    file.write_text(f"{file.read_text()}\n{line}\n")
