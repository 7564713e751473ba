"""Loads a file that belongs to no package, such as a script."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load_module(file: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module in `file`, which has its name among the loaded modules until the test ends."""
    specification = importlib.util.spec_from_file_location(file.stem, file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, file.stem, module)
    specification.loader.exec_module(module)
    return module
