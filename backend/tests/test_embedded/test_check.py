"""`scripts/check.py` runs what is due, skips what would pass again, and says how to fix what fails."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.modules import load_module

# Writes down that it ran, and fails if the file says so.
PROGRAM = (
    "open('../runs', 'a').write('x'); text = open('a.py').read(); print(text, end=''); raise SystemExit('no' in text)"
)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, in a small repository of its own."""
    module = load_module(REPOSITORY_ROOT / "scripts" / "check.py", monkeypatch)
    root = tmp_path / "a product"
    (root / "backend").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("runs\n.venv/\n")
    (root / "backend" / "a.py").write_text("yes\n")
    monkeypatch.setattr(module, "ROOT", root)
    return module


def check_of(script: Any, **fields: Any) -> Any:
    command = (sys.executable, "-c", PROGRAM)
    return script.Check(**{"name": "words", "command": command, "reads": ["backend"], "fix": "write yes", **fields})


def run(script: Any, *checks: Any, is_skipping: bool = True) -> int:
    record = script.Record(script.ROOT / ".venv" / "passed.json")
    status: int = script.run_all(checks, record, is_skipping=is_skipping)
    return status


def runs(script: Any) -> int:
    file = script.ROOT / "runs"
    return len(file.read_text()) if file.exists() else 0


def test_a_check_that_passed_is_skipped_until_a_file_that_it_reads_changes(script: Any) -> None:
    check = check_of(script)
    assert [run(script, check), run(script, check), runs(script)] == [0, 0, 1]
    (script.ROOT / "README.md").write_text("It does not read this.")
    assert [run(script, check), runs(script)] == [0, 1]
    (script.ROOT / "backend" / "new.py").write_text("")
    assert [run(script, check), runs(script)] == [0, 2]
    (script.ROOT / "backend" / "new.py").unlink()
    assert [run(script, check), runs(script)] == [0, 3]


def test_a_check_that_failed_is_run_again_and_says_how_to_fix_it(
    script: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    check = check_of(script)
    (script.ROOT / "backend" / "a.py").write_text("no\n")
    assert [run(script, check), run(script, check), runs(script)] == [1, 1, 2]
    assert capsys.readouterr().out.endswith(
        "\n── words ──\nno\n\n0 passed, 0 unchanged, 1 failed in 0 s\n  words: write yes\n"
    )


@pytest.mark.parametrize(
    ("module", "fix"),
    [
        ("from parts.clock import now, noon", "write `noon` in `parts.clock`, or delete what imports it"),
        ("from parts.bell import ring", "write the module `parts.bell`, or delete what imports it"),
        ("import not_installed", "write yes"),
        ("import circular", "write yes"),
    ],
)
def test_an_import_of_what_is_not_there_is_named_as_what_to_correct(
    script: Any, capsys: pytest.CaptureFixture[str], module: str, fix: str
) -> None:
    backend = script.ROOT / "backend"
    (backend / "parts").mkdir()
    (backend / "parts" / "clock.py").write_text("now = 0\n")
    (backend / "circular.py").write_text("from circular import later\nlater = 0\n")
    (backend / "a.py").write_text(f"{module}\n")
    assert run(script, check_of(script, command=(sys.executable, "a.py"))) == 1
    assert capsys.readouterr().out.endswith(f"\n  words: {fix}\n")


def test_a_check_that_passed_and_then_failed_is_not_skipped_on_the_content_that_passed_before(script: Any) -> None:
    check, file = check_of(script), script.ROOT / "backend" / "a.py"
    for content in ("yes\n", "no\n", "yes\n"):
        file.write_text(content)
        run(script, check)
    assert runs(script) == 3


def test_another_command_or_all_runs_what_passed(script: Any) -> None:
    run(script, check_of(script))
    run(script, check_of(script), is_skipping=False)
    run(script, check_of(script, command=(sys.executable, "-c", f"{PROGRAM}  ")))
    assert runs(script) == 3


def test_an_output_must_equal_the_file_that_holds_it(script: Any) -> None:
    check = check_of(script, equals="example")
    (script.ROOT / "example").write_text("yes, but\n")
    assert run(script, check) == 1
    (script.ROOT / "example").write_text("yes\n")
    assert [run(script, check), run(script, check), runs(script)] == [0, 0, 2]
    (script.ROOT / "example").write_text("changed by hand\n")
    assert run(script, check) == 1


@pytest.fixture
def write(script: Any) -> Callable[..., None]:
    def write(**modules: str) -> None:
        for name, text in modules.items():
            file = (
                script.ROOT / "frontend" / "src" / name.replace("__", "/").replace("_vue", ".vue").replace("_ts", ".ts")
            )
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return write


def test_a_changed_module_is_linted_with_all_that_import_it(script: Any, write: Callable[..., None]) -> None:
    write(
        time_ts="export const now = 1",
        parts__Clock_vue="<script setup lang=\"ts\">\nimport { now } from '../time'\n</script>",
        parts__index_ts="export * from './Clock.vue'",
        Page_vue="<script setup lang=\"ts\">\nconst clock = import('@/parts')\n</script>",
        other_ts="import axios from 'axios'",
    )
    command = script.lint_changed({"frontend/src/time.ts"})
    assert sorted(command[-4:]) == ["src/Page.vue", "src/parts/Clock.vue", "src/parts/index.ts", "src/time.ts"]
    assert script.lint_changed({"frontend/src/other.ts"})[-2:] == ("0", "src/other.ts")


def test_modules_that_import_a_removed_one_are_linted(script: Any, write: Callable[..., None]) -> None:
    write(other_ts="import { gone } from './gone'")
    assert script.lint_changed({"frontend/src/gone.ts"})[-2:] == ("0", "src/other.ts")


@pytest.mark.parametrize("name", ["frontend/package.json", "frontend/src/env.d.ts", "frontend/eslint.config.js"])
def test_what_may_change_the_meaning_of_every_module_lints_them_all(script: Any, name: str) -> None:
    assert script.lint_changed({"frontend/src/time.ts", name}) is None


def test_every_check_reads_files_that_exist_and_has_a_name_of_its_own(script: Any) -> None:
    assert len({check.name for check in script.CHECKS}) == len(script.CHECKS)
    read = {path for check in script.CHECKS for path in (*check.reads, check.equals or "")} | {*script.ALWAYS_READ}
    assert [path for path in read if not (REPOSITORY_ROOT / path).exists()] == []


def test_a_test_of_the_architecture_that_reads_documents_is_run_when_they_change(script: Any) -> None:
    backend = REPOSITORY_ROOT / "backend"
    files = (backend / script.ARCHITECTURE).glob("test_*.py")
    reading = {
        str(file.relative_to(backend)) for file in files if re.search(r"_ROOT\b|BACKEND\.parent", file.read_text())
    }
    # The settings' test reads .env.example alone.
    expected = {*script.READ_ALL, script.BLOCKS, f"{script.ARCHITECTURE}/test_settings.py"}
    assert reading <= expected, f"Add to READ_ALL in scripts/check.py: {sorted(reading - expected)}"
    assert all((backend / name).is_file() for name in expected)
