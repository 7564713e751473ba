"""Variables that other projects have set in the shell do not change the installation."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from core import product
from core.settings import REPOSITORY_ROOT, child_environment
from tests.support.modules import load_module


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load_module(REPOSITORY_ROOT / "scripts" / "bootstrap.py", monkeypatch)


@pytest.mark.parametrize(
    "variable",
    [
        *("NODE_ENV", "NODE_OPTIONS", "NODE_PATH", "npm_config_omit", "npm_config_production", "NPM_CONFIG_PREFIX"),
        *("npm_config_global", "npm_config_location", "npm_config_ignore_scripts", "npm_config_dry_run"),
        *("PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_DRY_RUN", "PIP_REQUIRE_VIRTUALENV", "PIP_CONSTRAINT"),
        *("UV_PYTHON", "UV_PROJECT_ENVIRONMENT", "UV_NO_DEPS", "UV_CONSTRAINT", "UV_TARGET"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "PYTHONWARNINGS", "VIRTUAL_ENV"),
    ],
)
def test_what_would_install_something_else_or_elsewhere_is_not_passed_on(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    assert variable not in bootstrap.environment()


@pytest.mark.parametrize(
    "variable",
    [
        *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CERT", "PIP_TRUSTED_HOST", "PIP_CACHE_DIR", "PIP_PROXY"),
        *("UV_DEFAULT_INDEX", "UV_CACHE_DIR", "UV_NATIVE_TLS", "UV_HTTP_TIMEOUT", "UV_INSECURE_HOST"),
        *("npm_config_registry", "npm_config_cafile", "npm_config_ca", "npm_config_cache", "npm_config_https_proxy"),
        *("npm_config_userconfig", "npm_config_strict_ssl", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "CI", "HOME"),
    ],
)
def test_how_packages_are_reached_is_passed_on(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    assert bootstrap.environment()[variable] == "1"


def test_the_bootstrap_itself_minds_no_python_variable() -> None:
    broken = child_environment(PYTHONHOME="/nowhere", PYTHONPATH="/nowhere", PYTHON=sys.executable)
    script = str(REPOSITORY_ROOT / "scripts" / "bootstrap.sh")
    run = subprocess.run(["sh", script, "nothing"], env=broken, capture_output=True, text=True, check=False)
    assert "KeyError: 'nothing'" in run.stderr


def test_the_command_is_named_after_the_product_and_runs_from_anywhere(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", Path(sys.executable))
    (tmp_path / "bin").mkdir()
    bootstrap.write_command()
    run = subprocess.run(
        [tmp_path / "bin" / product.SLUG, "jobs", "lst"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (
        2,
        f"{product.SLUG}: No such command 'lst'. Did you mean 'list'? See `{product.SLUG} jobs --help`.\n",
    )


@pytest.mark.process
def test_make_minds_no_variable_of_other_projects() -> None:
    broken = child_environment(PYTHONHOME="/nowhere", PYTHONSAFEPATH="1", NODE_ENV="production", PYTHONOPTIMIZE="2")
    printed = subprocess.run(
        ["make", "--no-print-directory", "--file", "-", "show"],
        input="include Makefile\nshow:\n\t@env\n",
        env=broken,
        cwd=REPOSITORY_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = {line.partition("=")[0] for line in printed.splitlines()}
    assert names.isdisjoint({"PYTHONHOME", "PYTHONSAFEPATH", "NODE_ENV", "PYTHONOPTIMIZE"})


def _failing_to_build(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: Path, *, routes: str) -> str:
    """Return the message of a failed build, when the client was generated of `[]`."""
    (folder / "openapi.json").write_text("[]")
    (folder / "main.py").write_text(f"print({routes!r}, end='')")
    for name, value in {"FRONTEND": folder, "BACKEND": folder, "VENV_PYTHON": Path(sys.executable)}.items():
        monkeypatch.setattr(bootstrap, name, value)
    monkeypatch.setattr(bootstrap, "node_environment", lambda: {"PATH": "/nowhere"})
    monkeypatch.setattr(bootstrap, "run", _fail(bootstrap))
    with pytest.raises(bootstrap.BootstrapError) as failed:
        bootstrap.bundle()
    return str(failed.value)


def _fail(bootstrap: ModuleType) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise bootstrap.BootstrapError("`npm run bundle` failed; see the lines above.")

    return fail


def test_a_build_with_a_client_older_than_the_routes_says_what_to_run(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "make format" in _failing_to_build(bootstrap, monkeypatch, tmp_path, routes='["/api/notes"]')


def test_any_other_failed_build_speaks_of_neither_the_client_nor_the_network(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    message = _failing_to_build(bootstrap, monkeypatch, tmp_path, routes="[]")
    assert message == "`npm run bundle` failed; see the lines above."


def test_a_failed_program_names_the_network_only_if_it_needs_it(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.BootstrapError, match=r"`false` failed; see the lines above\.$"):
        bootstrap.run(["false"])
    with pytest.raises(bootstrap.BootstrapError, match="needs the network"):
        bootstrap.run(["false"], hint=bootstrap.FROM_THE_NETWORK)
