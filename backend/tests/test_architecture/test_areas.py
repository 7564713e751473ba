"""Areas have small doors: `rules/imports.py` refuses imports past them."""

from rules.imports import area_of, offered
from tests.test_architecture.source import BACKEND, LAYERS


def test_what_an_area_offers_exists() -> None:
    inits = [file for layer in LAYERS for file in (BACKEND / layer).rglob("__init__.py")]
    names = [
        (file.parent, name)
        for file in inits
        for name in offered(file.parent)
        if area_of(".".join((*file.parent.relative_to(BACKEND).parts, "x")))
    ]
    assert names
    missing = [f"{package}/{name}.py" for package, name in names if not (package / f"{name}.py").exists()]
    assert missing == [], "Take these names out of `__all__` in the package's `__init__.py`"
