"""The Dockerfile, the steps of the image, compose.yaml and the code agree on users, paths, ports and settings."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]

from cli import app as cli
from core.setting_values import FILE_SUFFIX
from core.settings import REPOSITORY_ROOT, Settings, load_settings
from tests.support.image import DEPLOY, DOCKERFILE, image_config, instructions, last_stage

STEPS = (DEPLOY / "image.sh").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: Mapping[str, Any] = COMPOSE["services"]
# The services that run the image.
PROGRAMS = {name: service for name, service in SERVICES.items() if "build" in service}
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
FILLED_IN = {
    "DOMAIN": "app.example.com",
    "SMTP_URL": "smtps://user:password@smtp.example.com:465",
    "MAIL_FROM": "no-reply@app.example.com",
}


def constant(name: str) -> str:
    """Return a constant of image.sh."""
    found = re.search(rf"^{name}=(\S+)$", STEPS, re.MULTILINE)
    assert found is not None
    return found[1]


def steps_of(function: str) -> list[str]:
    body = re.search(rf"^{function}\(\) {{\n(.*?)^}}", STEPS, re.MULTILINE | re.DOTALL)
    assert body is not None
    return [line.strip().replace("_", "-") for line in body[1].splitlines()]


def substituted(value: str, values: Mapping[str, str] = FILLED_IN) -> str:
    """Return a text of compose.yaml as compose reads it."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[3] if found[2] == "-" else ""), value)


def environment_of(service: Mapping[str, Any]) -> dict[str, str]:
    given: Mapping[str, object] = service.get("environment", {})
    return {**image_config().environment, **{name: substituted(str(value)) for name, value in given.items()}}


def unknown_settings(names: set[str]) -> Iterator[str]:
    for name in names:
        setting = name.lower().removesuffix(FILE_SUFFIX)
        if setting not in Settings.model_fields and not name.startswith("PYTHON"):
            yield name


def test_the_dockerfile_runs_every_step_once() -> None:
    run = re.findall(
        r"sh /image\.sh (\S+)$", "\n".join(text for _, text in instructions(DOCKERFILE.read_text())), re.MULTILINE
    )
    assert sorted(run) == sorted(steps_of("all"))
    assert all(name != "RUN" for name, _ in last_stage(DOCKERFILE.read_text())), "a step belongs in image.sh"


def test_dockerfile_and_steps_name_the_same_account_and_folders() -> None:
    config = image_config()
    assert config.user == f"{constant('ACCOUNT_ID')}:{constant('ACCOUNT_ID')}"
    assert config.environment["VAR_DIRECTORY"] == constant("VAR_DIRECTORY")
    assert config.directory == constant("APP")
    assert config.port == config.environment["PORT"]
    for name, text in last_stage(DOCKERFILE.read_text()):
        if name == "COPY":
            source, target = text.split()[-2:]
            assert source == target
            assert source.startswith(f"{constant('APP')}/")


def test_the_context_has_what_is_copied_and_starts_empty() -> None:
    lines = (REPOSITORY_ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert "**/.env*" in rules[rules.index("!frontend") :]
    for name, text in instructions(DOCKERFILE.read_text()):
        if name == "COPY" and not text.startswith("--from"):
            assert {Path(source).parts[0] for source in text.split()[:-1]} <= let_in


def test_what_is_named_in_the_environment_is_a_setting() -> None:
    for name, service in PROGRAMS.items():
        if name != "secrets":
            assert list(unknown_settings({*environment_of(service)})) == [], name
    assert list(unknown_settings({"DATABASE_URLS", "SMTP_URL_FILE"})) == ["DATABASE_URLS"]


def test_commands_exist() -> None:
    known = set(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]
    called = [service["command"] for service in PROGRAMS.values() if "entrypoint" not in service]
    assert {words[0] for words in [*called, image_config().command]} <= known
    assert {"serve", "worker", "scheduler", "upgrade-database"} <= {words[0] for words in called}


def test_every_variable_of_compose_is_in_its_example_and_the_others_there_are_settings() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.MULTILINE))
    used = {name for name, _, _ in VARIABLE.findall((DEPLOY / "compose.yaml").read_text())}
    assert used <= named
    assert list(unknown_settings(named - used)) == []


def test_a_stranger_fills_in_three_values_and_all_settings_are_right(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The secrets are generated once, by the command of their service."""
    required = {found[1] for found in VARIABLE.finditer((DEPLOY / "compose.yaml").read_text()) if found[2] == "?"}
    assert required == FILLED_IN.keys()
    made = [generate_secrets(tmp_path) for _ in range(2)]
    assert made[0] == made[1]
    assert len(set(made[0].values())) == len(made[0])
    environment = environment_of(SERVICES["api"])
    assert {Path(path).name for name, path in environment.items() if name.endswith("_FILE")} < made[0].keys()
    for name, value in {**FILLED_IN, **environment}.items():  # `env_file` gives them all
        monkeypatch.setenv(name, value.replace("/run/", f"{tmp_path}/run/"))
    settings = load_settings()
    assert settings.is_production
    assert settings.require_database_url() == f"postgresql+asyncpg://app:{made[0]['password']}@database/app"
    assert [str(network) for network in settings.trusted_networks] == [subnet("proxy")]


def generate_secrets(directory: Path) -> dict[str, str]:
    """Run the service that generates them with `directory` for the root, and return its files."""
    for folder in ("app", "database"):
        (directory / "run" / folder).mkdir(parents=True, exist_ok=True)
    service = SERVICES["secrets"]
    script = service["command"][0].replace("$$", "$").replace("/run/", f"{directory}/run/")
    environment = {"PATH": "/usr/bin:/bin", **environment_of(service)}
    subprocess.run([*service["entrypoint"], script], env=environment, check=True)
    return {file.name: file.read_text() for file in (directory / "run").rglob("*") if file.is_file()}


def subnet(network: str) -> str:
    return substituted(COMPOSE["networks"][network]["ipam"]["config"][0]["subnet"])


def test_the_proxy_reaches_the_api_and_nothing_else() -> None:
    assert {name for name, service in SERVICES.items() if "proxy" in service.get("networks", [])} == {"proxy", "api"}
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert SERVICES["proxy"]["environment"]["API_UPSTREAMS"] == f"api:{image_config().port}"
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_checks_of_worker_and_scheduler_ask_their_port_for_metrics() -> None:
    for name in ("worker", "scheduler"):
        port = SERVICES[name]["environment"][f"{name.upper()}_METRICS_PORT"]
        assert f'"127.0.0.1", {port}, ' in SERVICES[name]["healthcheck"]["test"][-1]


def test_programs_start_after_the_migrations_and_these_after_the_database() -> None:
    for name in ("api", "worker", "scheduler"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"


def test_a_folder_that_is_written_is_a_volume() -> None:
    for name, service in PROGRAMS.items():
        if name != "secrets":
            assert f"files:{constant('VAR_DIRECTORY')}" in service["volumes"]
            assert service["tmpfs"][0].startswith("/tmp:")
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith(".")} == COMPOSE["volumes"].keys()
    files = [name for name in mounted if name.startswith(".")]
    assert all((DEPLOY / name).is_file() for name in files)


@pytest.mark.parametrize("name", [".github/workflows/image.yml", ".gitlab-ci.yml"])
def test_workflows_give_the_image_every_label(name: str) -> None:
    given = set(re.findall(r"--build-arg (\w+)=", (REPOSITORY_ROOT / name).read_text()))
    assert given == {text for kind, text in last_stage(DOCKERFILE.read_text()) if kind == "ARG"}
