"""The files around the product, which no program of ours reads, name commands, files and checks that exist."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from cli import servers
from core.settings import REPOSITORY_ROOT

WORKFLOWS = sorted((REPOSITORY_ROOT / ".github" / "workflows").glob("*.yml"))
ON_CHANGE = (REPOSITORY_ROOT / ".github" / "workflows" / "ci.yml", REPOSITORY_ROOT / ".gitlab-ci.yml")
HOOKS = REPOSITORY_ROOT / ".pre-commit-config.yaml"
EDITOR = REPOSITORY_ROOT / ".vscode"
CONTAINER = REPOSITORY_ROOT / ".devcontainer" / "devcontainer.json"
# Files in which commands stand.
CALLING = (*WORKFLOWS, ON_CHANGE[1], HOOKS, EDITOR / "tasks.json", CONTAINER)
# The parts in the order in which .ci/run runs them.
PART = re.compile(r"^part ([\w-]+) ", re.MULTILINE)
PARTS_CALLED = re.compile(r"(?:\.ci/run|parts:) ([a-z][a-z -]*)$", re.MULTILINE)
MAKE_CALLED = re.compile(r"\bmake ([a-z-]+)")
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
MADE_BY_TOOLS = (
    *(
        ".coverage",
        ".coverage.host.1",
        "htmlcov/index.html",
        ".mypy_cache/a",
        ".pytest_cache/a",
        ".ruff_cache/a",
        ".venv/a",
        "uv.lock",
    ),
)


def load(file: Path) -> Any:
    """Return what a file says. YAML takes `on` for a truth value, and JSON is YAML."""
    return yaml.safe_load(file.read_text())


def parts() -> list[str]:
    return PART.findall((REPOSITORY_ROOT / ".ci" / "run").read_text())


def parts_called(text: str) -> set[str]:
    return {name for names in PARTS_CALLED.findall(text) for name in names.split()}


def unknown_targets(text: str) -> set[str]:
    return set(MAKE_CALLED.findall(text)) - set(TARGET.findall((REPOSITORY_ROOT / "Makefile").read_text()))


def unpinned(text: str) -> list[str]:
    used = re.findall(r"uses: (.*)", text)
    return [action for action in used if not PINNED.fullmatch(action)]


def checks_called(hooks: Any) -> Iterator[str]:
    """Yield the names of checks in what hooks run."""
    for words in (shlex.split(hook["entry"]) for repository in hooks["repos"] for hook in repository["hooks"]):
        if "scripts/check.py" in words:
            yield from words[words.index("scripts/check.py") + 1 :]


@pytest.mark.parametrize("file", ON_CHANGE, ids=lambda file: file.name)
def test_the_jobs_of_a_change_are_the_parts_of_ci(file: Path) -> None:
    assert parts_called(file.read_text()) == set(parts()), f"{file.name}: name every part of .ci/run, and no other"


@pytest.mark.parametrize("file", CALLING, ids=lambda file: file.name)
def test_commands_that_are_called_exist(file: Path) -> None:
    text = file.read_text()
    assert parts_called(text) <= set(parts()), f"{file.name}: name parts of .ci/run"
    assert unknown_targets(text) == set(), f"{file.name}: name targets of the Makefile"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_may_only_read_or_push_the_image_and_run_what_is_pinned(file: Path) -> None:
    workflow = load(file)
    more = {"packages": "write"} if file.stem == "image" else {}
    assert workflow["permissions"] == {"contents": "read", **more}, f"{file.name}: permissions: {{contents: read}}"
    assert unpinned(file.read_text()) == [], f"{file.name}: write owner/action@COMMIT # vVERSION"
    for job in workflow["jobs"].values():
        assert "permissions" not in job, f"{file.name}: a job has the permissions of its workflow"
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, f"{file.name}: persist-credentials: false"


def test_both_ends_of_the_supported_versions_are_tested() -> None:
    supported = re.search(r'requires-python = ">=([\d.]+)"', (REPOSITORY_ROOT / "backend/pyproject.toml").read_text())
    assert supported is not None
    matrix = load(ON_CHANGE[0])["jobs"]["part"]["strategy"]["matrix"]["include"]
    tested = [entry["python"] for entry in matrix if "tests" in entry["parts"].split()]
    assert tested[0] == supported[1]
    assert load(ON_CHANGE[1])["tests"]["parallel"]["matrix"] == [{"PYTHON_VERSION": tested}]


def test_hooks_download_nothing_and_run_checks_that_exist() -> None:
    hooks = load(HOOKS)
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}
    assert {hook["language"] for repository in hooks["repos"] for hook in repository["hooks"]} == {"system"}
    named = re.findall(r'Check\(\s*"([^"]+)"', (REPOSITORY_ROOT / "scripts" / "check.py").read_text())
    assert set(checks_called(hooks)) <= set(named)


def test_updates_are_looked_for_where_packages_are_named() -> None:
    dependabot = load(REPOSITORY_ROOT / ".github" / "dependabot.yml")["updates"]
    manifests = {"pip": "pyproject.toml", "npm": "package.json", "github-actions": ".github/workflows"}
    looked = {update["package-ecosystem"]: update["directory"] for update in dependabot}
    assert looked.keys() == manifests.keys()
    for ecosystem, directory in looked.items():
        assert (REPOSITORY_ROOT / directory.strip("/") / manifests[ecosystem]).exists()
    [pattern] = load(REPOSITORY_ROOT / "renovate.json")["pip-compile"]["managerFilePatterns"]
    locks = [f"backend/{lock.name}" for lock in sorted((REPOSITORY_ROOT / "backend").glob("*.lock"))]
    matching = [lock for lock in locks if re.search(pattern.strip("/"), lock)]
    assert matching == ["backend/requirements-dev.lock", "backend/requirements.lock"]


def test_what_the_editor_starts_exists() -> None:
    launch = json.loads((EDITOR / "launch.json").read_text())
    tasks = {task["label"] for task in json.loads((EDITOR / "tasks.json").read_text())["tasks"]}
    commands = {command.callback.__name__ for command in servers.commands.registered_commands if command.callback}
    names = [configuration["name"] for configuration in launch["configurations"]]
    assert {name for compound in launch["compounds"] for name in compound["configurations"]} <= set(names)
    for configuration in launch["configurations"]:
        assert configuration.get("preLaunchTask", "make node") in tasks
        if "program" in configuration:
            assert (REPOSITORY_ROOT / configuration["program"].removeprefix("${workspaceFolder}/")).is_file()
            assert configuration["args"][0] in commands


def test_paths_of_the_editors_settings_exist() -> None:
    settings = (EDITOR / "settings.json").read_text()
    named = re.findall(r'"(?:\$\{workspaceFolder\}/|(?=frontend/))([^"]+)"', settings)
    installed = ("frontend/node_modules/", ".venv/")
    assert len(named) >= 5
    assert [path for path in named if not path.startswith(installed) and not (REPOSITORY_ROOT / path).exists()] == []
    assert all(name.count(".") == 1 for name in json.loads((EDITOR / "extensions.json").read_text())["recommendations"])


def test_the_container_has_the_ports_of_the_product() -> None:
    container = json.loads(CONTAINER.read_text())
    assert container["forwardPorts"] == [8000, 5173]
    assert set(container["portsAttributes"]) == {"8000", "5173"}


def test_git_ignores_what_tools_leave(tmp_path: Path) -> None:
    paths = [f"backend/{name}" for name in MADE_BY_TOOLS] + [".venv/a", ".cache/pip", "frontend/coverage/index.html"]
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    shutil.copy(REPOSITORY_ROOT / ".gitignore", tmp_path)
    command = ["git", "check-ignore", *paths]
    ignored = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert [path for path in paths if path not in ignored.stdout.splitlines()] == []


def test_a_missing_part_a_foreign_target_and_a_loose_action_are_found() -> None:
    assert parts_called("run: .ci/run packages checks\nparts: tests") == {"packages", "checks", "tests"}
    assert unknown_targets("- make test-all\n- make tests") == {"tests"}
    loose = "uses: actions/checkout@v7\nuses: actions/checkout@main # v7.0.1"
    assert unpinned(loose) == ["actions/checkout@v7", "actions/checkout@main # v7.0.1"]
    assert list(checks_called({"repos": [{"hooks": [{"entry": 'python scripts/check.py "Python lint" layers'}]}]})) == [
        "Python lint",
        "layers",
    ]
