"""The name of the product is in two files, and fits everything that is made of it."""

import ast
import re
import tomllib

from core import product
from tests.test_architecture.source import BACKEND

FRONT_END = BACKEND.parent / "frontend" / "src" / "product.ts"
# Of cookies (RFC 9110 section 5.6.2), Redis keys, file names and, with underscores for hyphens, PostgreSQL's users.
SLUG = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
# PostgreSQL cuts `application_name` at 63 bytes, and a socket's path may have 103.
SLUG_LENGTHS = range(3, 31)


def test_both_halves_agree_about_the_name() -> None:
    literals = re.findall(r"^export const (\w+) = (.*)$", FRONT_END.read_text(encoding="utf-8"), re.MULTILINE)
    said = {name: ast.literal_eval(literal) for name, literal in literals}  # in escapes, both languages agree
    wanted = {name: getattr(product, name) for name in ("NAME", "SLUG", "DESCRIPTION")}
    assert said == wanted, f"write the same in {FRONT_END.name} and product.py"


def test_the_packages_have_the_products_version_and_description() -> None:
    project = tomllib.loads((BACKEND / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    written = (project["version"], project["description"])
    assert written == (product.VERSION, product.DESCRIPTION), "write the same in pyproject.toml and core/product.py"


def test_the_slug_fits_everything_that_is_made_of_it() -> None:
    assert re.fullmatch(SLUG, product.SLUG)
    assert len(product.SLUG) in SLUG_LENGTHS


def test_the_name_is_one_line_and_fits_an_authenticator_app() -> None:
    assert " ".join(product.NAME.split()) == product.NAME
    assert product.NAME.isprintable()
    assert ":" not in product.NAME
