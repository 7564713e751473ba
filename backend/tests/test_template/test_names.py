"""The template's name is in two files; `make new` changes it there, and everything else reads it."""

import subprocess

from core import product
from core.settings import REPOSITORY_ROOT

OURS = "backend/core/product.py"
FRONT_END = "frontend/src/product.ts"
MAY_NAME_IT = (
    OURS,
    FRONT_END,
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "docs/releasing.md",
    "docs/decisions/",
    "docs/images/requests.svg",  # only the benchmarks show it
    # `make format` writes it.
    "frontend/openapi.json",
)


def test_only_two_files_name_the_product() -> None:
    lines = _lines_with_the_name()
    assert any(line.startswith(OURS) for line in lines)
    elsewhere = [line for line in lines if not line.startswith(MAY_NAME_IT)]
    assert elsewhere == [], f"use NAME or SLUG of {OURS} or {FRONT_END}, or a neutral word in tools and tests"


def _lines_with_the_name() -> list[str]:
    spellings = {product.NAME, product.SLUG, product.IDENTIFIER}
    patterns = [option for spelling in spellings for option in ("-e", spelling)]
    command = ["git", "grep", "--untracked", "--line-number", "-I", "--ignore-case", "--fixed-strings", *patterns]
    found = subprocess.run(command, cwd=REPOSITORY_ROOT, capture_output=True, text=True, check=False)
    assert found.stdout, found.stderr
    return found.stdout.splitlines()
