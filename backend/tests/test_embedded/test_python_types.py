"""`scripts/python_types.py` finds mistakes in programs beside the backend as well."""

import sys
from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.modules import load_module

OLD = sys.version_info < (3, 12)
FILES = {
    "backend/pyproject.toml": '[tool.mypy]\nstrict = true\nfiles = ["core"]\n',
    "backend/core/__init__.py": "",
    "backend/core/pool.py": "def open_pool(size: int) -> int:\n    return size\n",
    "benchmarks/http/stack.py": "from core.pool import open_pool\n\nPOOL = open_pool(1)\n",
    "benchmarks/http/bench.py": "from stack import POOL\n\nprint(POOL)\n",
    "scripts/check.py": "print(1)\n",
}
MISTAKES = {
    "in the backend": ("backend/core/pool.py", "return size", "return str(size)"),
    "what a benchmark calls has changed": ("backend/core/pool.py", "size: int", "size: int, metrics: str"),
    "what a benchmark imports is gone": ("benchmarks/http/stack.py", "POOL =", "SERVERS ="),
    # Python 3.12 allows it.
    **({"syntax that this Python lacks": ("scripts/check.py", "print(1)", "print(f'{'1'}')")} if OLD else {}),
    "in a script": ("scripts/check.py", "print(1)", 'print(1 + "1")'),
}


@pytest.mark.process
@pytest.mark.parametrize("mistake", [None, *MISTAKES])
def test_mistakes_are_found_in_the_backend_and_in_what_imports_it(
    mistake: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script: Any = load_module(REPOSITORY_ROOT / "scripts" / "python_types.py", monkeypatch)
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    if mistake:
        name, right, wrong = MISTAKES[mistake]
        (tmp_path / name).write_text(FILES[name].replace(right, wrong))
    assert script.main(tmp_path) == bool(mistake)
