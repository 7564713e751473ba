"""The product's name is in two files; everything else reads it there."""

import re
import subprocess

import pytest

from core import product
from tests.test_architecture.source import BACKEND

ROOT = BACKEND.parent
OURS = "backend/core/product.py"
FRONT_END = "frontend/src/product.ts"
MAY_NAME_IT = (
    OURS,
    FRONT_END,
    "README.md",
    "LICENSE",
    "docs/",
    # `make format` writes these.
    ".env.example",
    "frontend/openapi.json",
)
# Of cookies (RFC 9110 section 5.6.2), Redis keys, file names and, with underscores for hyphens, PostgreSQL's users.
SLUG = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
# PostgreSQL cuts `application_name` at 63 bytes, and a socket's path may have 103.
SLUG_LENGTHS = range(3, 31)


def test_only_two_files_name_the_product() -> None:
    """A product that is called after a word of the code, such as Post, has to do without this test."""
    lines = _lines_with_the_name()
    assert any(line.startswith(OURS) for line in lines)
    elsewhere = [line for line in lines if not line.startswith(MAY_NAME_IT)]
    assert elsewhere == [], f"use NAME or SLUG of {OURS} or {FRONT_END}, or a neutral word in tools and tests"


def _lines_with_the_name() -> list[str]:
    spellings = {product.NAME, product.SLUG, product.IDENTIFIER}
    patterns = [option for spelling in spellings for option in ("-e", spelling)]
    command = ["git", "grep", "--untracked", "--line-number", "-I", "--ignore-case", "--fixed-strings", *patterns]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "not a git repository" in found.stderr:
        pytest.skip("asks Git which files are ours")
    return found.stdout.splitlines()


def test_both_halves_agree_about_the_name() -> None:
    text = (ROOT / FRONT_END).read_text()
    said = {
        name: value for name, _, value in re.findall(r"""^export const (\w+) = (['"])(.*)\2$""", text, re.MULTILINE)
    }
    assert said == {name: getattr(product, name) for name in ("NAME", "SLUG", "DESCRIPTION")}


def test_the_slug_fits_everything_that_is_made_of_it() -> None:
    assert re.fullmatch(SLUG, product.SLUG)
    assert len(product.SLUG) in SLUG_LENGTHS


def test_the_name_is_one_line() -> None:
    assert " ".join(product.NAME.split()) == product.NAME
    assert not set(product.NAME) & set('<>"\\@,;:')  # it stands before an address in MAIL_FROM
