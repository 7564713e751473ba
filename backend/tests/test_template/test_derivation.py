"""A product that starts from the template has its own name everywhere, whatever that name is."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from core import product
from tests.test_architecture.source import tool
from tests.test_template.conftest import put

# Each with the slug that is made of it.
NAMES = {
    "Acme Billing": "acme-billing",
    'Übergröße & Söhne "Quote"': "uebergroesse-soehne-quote",
    'Ada\'s "Shop" \\ <b>&amp;</b> ${HOME} {{ x }} %NAME% $&': "adas-shop-b-amp-b-home-x-name",
    "Señor Łukasz Ærø, Inc.": "senor-lukasz-aeroe-inc",
    "🚀 Rocket [red]": "rocket-red",
    "Class": "class",
    "Order": "order",
    "Test": "test",
    f"{product.NAME}r": f"{product.SLUG}r",
    "n" * 60: "n" * 30,
    "Twelve words that are far too long to be a key of Redis": "twelve-words-that-are-far-too",
}
# Every name that a user, a browser or a mail program reads in the running product, from one start of Python.
SAYS = """
import json
from email import message_from_bytes, policy

from api.app import create_app
from core.settings import Settings, environment_reference
from service.mail.email_previews import mail_previews
from service.mail.emails import EmailTemplates

settings = Settings(_env_file=None, database_url="postgresql://a:b@h/d", redis_url="redis://h")
document = create_app(settings).openapi()
mail = mail_previews(EmailTemplates(settings))["welcome"]()
welcome = message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)
said = {
    "title": document["info"]["title"],
    "cookie": document["components"]["securitySchemes"]["SessionCookie"]["name"],
    "document": document,
    "environment": environment_reference(),
    "from": welcome["From"].addresses[0].display_name,
    "subject": welcome["Subject"],
}
print(json.dumps(said))
"""


def answers(project: Any, name: str, slug: str | None = None, **more: str) -> Any:
    more = {"description": f"{name}, a web application.", "license": "MIT"} | more
    return project.Names(name=name, slug=slug or NAMES[name], **more)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_right_in_every_file_that_says_it(project: Any, release: Any, answering: Any, name: str) -> None:
    wanted = answers(project, name, answering.slug_of(name))
    assert wanted.slug == NAMES[name]
    tree = project.derive(release, wanted)
    text = {path: file.content.decode() for path, file in tree.items() if file != release.tree.get(path)}
    for path in [path for path in text if path.endswith(".py")]:
        ast.parse(text[path])
    said = project.constants(text[project.PRODUCT])
    assert [said[key] for key in ("NAME", "SLUG", "DESCRIPTION", "LICENSE", "VERSION")] == [
        *(wanted.name, wanted.slug, wanted.description, "MIT", "0.1.0")
    ]
    literals = re.findall(r"^export const (\w+) = (.*)$", text[project.FRONT_END_PRODUCT], re.MULTILINE)
    assert {key: ast.literal_eval(value) for key, value in literals} == {
        key: said[key] for key in ("NAME", "SLUG", "DESCRIPTION")
    }
    assert json.loads(text["frontend/openapi.json"])["info"]["title"] == name
    assert tomllib.loads(text["backend/pyproject.toml"])["project"]["description"] == wanted.description
    assert tomllib.loads(text[f".{product.SLUG}.toml"]) == {
        "source": "https://example.com/template",
        "release": product.VERSION,
        "commit": "c" * 40,
        "answers": {"name": name, "slug": wanted.slug, "description": wanted.description, "license": "MIT"},
    }
    assert f"Copyright (c) The {name} authors" in text["LICENSE"]
    assert tree[f"LICENSE-{product.SLUG.upper()}"] == release.tree["LICENSE"]


def test_a_product_has_nothing_that_is_only_about_the_template(project: Any, release: Any) -> None:
    tree = project.derive(release, answers(project, "Acme Billing"))
    assert not any(
        path.startswith(("benchmarks/", "backend/tests/test_template/", "scripts/project/")) for path in tree
    )
    assert {"CHANGELOG.md", "docs/releasing.md"}.isdisjoint(tree)
    assert not any(path.endswith(".png") for path in tree if path.startswith("docs/"))
    naming = [path for path, file in tree.items() if product.NAME.lower().encode() in file.content.lower()]
    assert [path for path in naming if not project.may_name_the_template(path, release.names)] == []
    assert not re.search(r"\b(bench|new|release)\b", tree["Makefile"].content.decode().split("##@")[0])
    assert "PROJECT_" not in tree["Makefile"].content.decode()
    assert not re.search(r"make (bench|new|release)\b", tree["docs/reference/commands.md"].content.decode())
    assert "releasing" not in tree["docs/index.md"].content.decode()


def test_what_is_derived_twice_is_the_same(project: Any, release: Any) -> None:
    assert project.derive(release, answers(project, "Acme Billing")) == project.derive(
        release, answers(project, "Acme Billing")
    )


@pytest.mark.parametrize("path", ["CHANGELOG.md", "Makefile", "scripts/project/readme.md", "backend/core/product.py"])
def test_a_rule_that_finds_nothing_is_an_error(project: Any, release: Any, path: str) -> None:
    tree = {key: file for key, file in release.tree.items() if key != path}
    with pytest.raises((project.RuleBroken, KeyError)):
        project.derive(project.Release(tree=tree, source="", commit=""), answers(project, "Acme Billing"))


def test_a_file_that_still_names_the_template_is_an_error(project: Any, release: Any) -> None:
    tree = release.tree | {"backend/core/stray.py": project.File(f"# of {product.NAME}\n".encode())}
    with pytest.raises(project.RuleBroken, match=r"stray\.py still names"):
        project.derive(project.Release(tree=tree, source="", commit=""), answers(project, "Acme Billing"))


@pytest.mark.process
@pytest.mark.timeout(300)
def test_a_derived_product_says_its_name_and_passes_its_own_checks(project: Any, release: Any, tmp_path: Path) -> None:
    name = 'Übergröße & Söhne "Quote"'
    wanted = answers(project, name, license="LicenseRef-Proprietary")
    root = put(project.derive(release, wanted), tmp_path)
    says = json.loads(_run(root, sys.executable, "-c", SAYS))
    assert (says["title"], says["from"], says["subject"]) == (name, name, f"Welcome to {name}")
    assert says["cookie"] == f"{wanted.slug}-access"
    assert says["document"] == json.loads((root / "frontend" / "openapi.json").read_text())
    assert says["environment"] == (root / ".env.example").read_text()
    _run(root, tool("ruff"), "check", "--quiet", "core")
    _run(root, tool("ruff"), "format", "--check", "core")
    tests = [
        f"tests/test_architecture/test_{name}.py"
        for name in ("product_name", "documents", "proof_pages", "blocks", "surroundings")
    ]
    _run(root, sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", *tests)


def _run(root: Path, *command: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    backend = root / "backend"
    done = subprocess.run(command, cwd=backend, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
