"""The manifests of `deploy/kubernetes` fit together, and fit the product.

`scripts/deployment.py` compares them with the schemas.
"""

import copy
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from core.settings import SettingsError, load_settings
from tests.support.manifests import DIRECTORY, SECRETS, Document, Manifests, problems, read_manifests
from tests.support.settings import PRODUCTION, without_environment

MANIFESTS = read_manifests()
Change = Callable[[Manifests], Any]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_environment(monkeypatch, tmp_path)


def pod(manifests: Manifests, name: str = "api") -> Document:
    spec: Document = manifests.pods[name]["spec"]
    return spec


def container(manifests: Manifests, name: str = "api") -> Document:
    found: Document = pod(manifests, name)["containers"][0]
    return found


def spec(manifests: Manifests, kind: str, name: str) -> Document:
    found: Document = manifests.named(kind, name)["spec"]
    return found


def test_the_manifests_fit_together() -> None:
    assert problems(MANIFESTS) == []


FLAWS: dict[str, tuple[Change, str]] = {
    "a file": (lambda m: m.files.update({"more.yaml": []}), "no kustomization lists more.yaml"),
    "a listed file": (lambda m: m.files.pop("namespace.yaml"), "lists namespace.yaml, which is not there"),
    "an image": (lambda m: container(m).update(image="api"), "api has the image api"),
    "a setting": (lambda m: m.settings.update(PORTS="1"), "settings.env has PORTS"),
    "a secret": (lambda m: m.named("Secret", "app")["stringData"].pop("smtp-url"), "the secret smtp-url, which is not"),
    "an unread secret": (lambda m: m.settings.pop("SMTP_URL_FILE"), "the secret smtp-url is read by no setting"),
    "a label": (
        lambda m: m.pods["api"]["metadata"].update(labels={"app.kubernetes.io/name": "web"}),
        "Service api finds no pods",
    ),
    "a selector": (
        lambda m: spec(m, "Deployment", "worker")["selector"].update(matchLabels={}),
        "the selector of worker does not find its pods alone",
    ),
    "a constraint": (
        lambda m: pod(m)["topologySpreadConstraints"][0].update(labelSelector={}),
        "a topology constraint of api does not find its pods alone",
    ),
    "a budget": (
        lambda m: spec(m, "PodDisruptionBudget", "api").update(selector={"matchLabels": {"a": "b"}}),
        "PodDisruptionBudget api finds no pods",
    ),
    "a policy": (
        lambda m: spec(m, "NetworkPolicy", "proxy-to-api").update(podSelector={"matchLabels": {"a": "b"}}),
        "NetworkPolicy proxy-to-api finds no pods",
    ),
    "an autoscaler": (
        lambda m: spec(m, "HorizontalPodAutoscaler", "worker")["scaleTargetRef"].update(name="jobs"),
        "scales jobs, which is not there",
    ),
    "a probe's port": (
        lambda m: container(m)["livenessProbe"]["httpGet"].update(port="web"),
        "a probe of api names the port web",
    ),
    "a service's port": (
        lambda m: spec(m, "Service", "api")["ports"][0].update(targetPort="web"),
        "Service api names the port web",
    ),
    "a policy's port": (
        lambda m: spec(m, "NetworkPolicy", "monitoring-to-metrics")["ingress"][0].update(
            ports=[{"port": "prometheus"}]
        ),
        "names the port prometheus",
    ),
    "a monitor's port": (
        lambda m: spec(m, "PodMonitor", "app")["podMetricsEndpoints"][0].update(port="web"),
        "PodMonitor app names the port web",
    ),
    "a backend": (
        lambda m: spec(m, "Service", "api")["ports"][0].update(name="web"),
        "the Ingress leads to api:http, which is not there",
    ),
    "a port": (lambda m: container(m)["ports"][0].update(containerPort=80), "api listens on 8000 and not on 80"),
    "a metrics port": (lambda m: m.settings.update(METRICS_PORT="9100"), "api listens on 9100 and not on 9000"),
    "a command": (lambda m: container(m).update(args=["server"]), "api runs server, which is not a command"),
    "a probe": (
        lambda m: container(m)["readinessProbe"]["httpGet"].update(path="/ready"),
        "asks for /ready, which is not a route",
    ),
    "a root file system": (
        lambda m: container(m, "worker")["securityContext"].update(readOnlyRootFilesystem=False),
        "worker has a container that may do more than it needs",
    ),
    "a limit": (lambda m: container(m)["resources"].pop("limits"), "api has a container without a limit of memory"),
    "root": (lambda m: pod(m)["securityContext"].pop("runAsNonRoot"), "the pods of api may do more than they need"),
    "a user": (lambda m: pod(m)["securityContext"].update(runAsUser=1), "run as 1, the image as 10001"),
    "a token": (lambda m: pod(m).pop("automountServiceAccountToken"), "the pods of api have a token of the cluster"),
    "an account": (lambda m: pod(m).update(serviceAccountName="web"), "api uses the ServiceAccount web"),
    "a configuration": (
        lambda m: container(m).update(envFrom=[{"configMapRef": {"name": "config"}}]),
        "api uses the ConfigMap config",
    ),
    "a grace period": (
        lambda m: pod(m).update(terminationGracePeriodSeconds=40),
        "api may need more than 40 seconds to stop",
    ),
    "a worker's grace period": (
        lambda m: pod(m, "worker").update(terminationGracePeriodSeconds=7),
        "worker may need more than 7 seconds",
    ),
    "a single pod": (
        lambda m: spec(m, "Deployment", "scheduler").update(replicas=1),
        "the disruption budget of scheduler lets all of its pods go",
    ),
    "connections": (
        lambda m: spec(m, "HorizontalPodAutoscaler", "worker").update(maxReplicas=20),
        "DATABASE_RESERVED_CONNECTIONS must be",
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_found(flaw: str) -> None:
    change, problem = FLAWS[flaw]
    changed = copy.deepcopy(MANIFESTS)
    change(changed)
    assert problem in "\n".join(problems(changed))


def set_from(manifests: Manifests, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    """Set the variables of a pod, with the files of its secrets."""
    monkeypatch.setenv("ENVIRONMENT", "production")
    for key, value in secrets.items():
        (directory / key).write_text(value)
    for name, value in manifests.settings.items():
        monkeypatch.setenv(name, value.replace(SECRETS, f"{directory}/"))


def test_the_product_refuses_each_secret_of_the_example(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    examples = MANIFESTS.named("Secret", "app")["stringData"]
    set_from(MANIFESTS, examples, monkeypatch, tmp_path)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    names = [key.replace("-", "_").upper() for key in examples]
    assert [name for name in names if name not in str(refused.value)] == []


def test_the_product_starts_with_secrets_that_are_filled_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = MANIFESTS.named("Secret", "app")["stringData"]
    own = {key: PRODUCTION.get(key.replace("-", "_").upper(), sha256(key.encode()).hexdigest()) for key in keys}
    set_from(MANIFESTS, own | {"storage-url": "s3://bucket/prefix?region=eu-1"}, monkeypatch, tmp_path)
    assert load_settings().is_production


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl")
def test_kustomize_renders_them_with_all_components(tmp_path: Path) -> None:
    directory = tmp_path / "kubernetes"
    shutil.copytree(DIRECTORY, directory)
    file = directory / "kustomization.yaml"
    file.write_text(file.read_text().replace("# components:", "components:").replace("#   - comp", "  - comp"))
    rendered = subprocess.run(["kubectl", "kustomize", directory], capture_output=True, text=True, check=True).stdout
    documents = list(yaml.safe_load_all(rendered))
    images = {container["image"] for each in documents if each["kind"] == "Deployment" for container in pod_of(each)}
    assert images == {"registry.example.com/app:1"}
    assert {"PodMonitor", "HorizontalPodAutoscaler"} <= {each["kind"] for each in documents}
    [worker] = [each for each in documents if (each["kind"], each["metadata"]["name"]) == ("Deployment", "worker")]
    assert "replicas" not in worker["spec"]


def pod_of(deployment: Document) -> list[Document]:
    spec = deployment["spec"]["template"]["spec"]
    return [*spec["initContainers"], *spec["containers"]]
