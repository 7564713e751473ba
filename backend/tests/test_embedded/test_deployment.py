"""`scripts/deployment.py` fails for every flaw that its linters look for."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.modules import load_module

DEPLOY = REPOSITORY_ROOT / "deploy"
# A flaw for each linter: the file, what is in it, and what it becomes.
FLAWS = {
    "hadolint": ("Dockerfile", 'CMD ["serve"]', "CMD serve"),
    "yamllint": ("compose.yaml", "name: app\n", "name: app\nname: app\n"),
    "compose-lint": ("compose.yaml", "  cap_drop: [ALL]\n", ""),
    "sh": ("image.sh", "esac\n", ""),
    "kubernetes-validate 1.35": ("kubernetes/api.yaml", "maxSurge: 1", "maxSurg: 1"),
    "kubernetes-validate 1.37": ("kubernetes/api.yaml", "periodSeconds: 10", "periodSeconds: often"),
    "caddy": ("caddy/Caddyfile", "lb_policy least_conn", "lb_policy least"),
}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    return load_module(REPOSITORY_ROOT / "scripts" / "deployment.py", monkeypatch)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEPLOY, tmp_path / "deploy"))


def test_every_linter_is_proven_to_fail(script: Any) -> None:
    assert {linter.name for linter in script.LINTERS} == FLAWS.keys()


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_is_found(name: str, script: Any, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, sound, flawed = FLAWS[name]
    text = (copy / file).read_text()
    assert sound in text
    (copy / file).write_text(text.replace(sound, flawed, 1))
    assert script.main([name], copy) == 1
    assert f"{name}: " in capsys.readouterr().out


def test_a_linter_without_its_files_fails(script: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["hadolint"], tmp_path) == 1
    assert "hadolint: there is no Dockerfile" in capsys.readouterr().out
