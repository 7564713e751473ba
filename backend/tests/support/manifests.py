"""The manifests of `deploy/kubernetes`, and what a schema cannot see in them.

These are names that lead nowhere, and times that do not fit.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from dotenv import dotenv_values
from typer.main import get_command

from core.settings import REPOSITORY_ROOT, Settings, load_settings
from service.operations.connection_budget import connections_needed

DIRECTORY = REPOSITORY_ROOT / "deploy" / "kubernetes"
DOCKERFILE = REPOSITORY_ROOT / "deploy" / "Dockerfile"
KUSTOMIZATION = "kustomization.yaml"
NAME_LABEL = "app.kubernetes.io/name"
SECRETS = "/run/secrets/app/"
# The kinds that have a template of pods.
PROGRAMS = ("Deployment", "Job")
# Connections of administrators.
BY_HAND = 10

Document = dict[str, Any]


@dataclass
class Manifests:
    """The files of a directory.

    Attributes:
        files: the documents of each file, components included.
        settings: what `settings.env` sets.
        dockerfile: the text of the image's file.
    """

    files: dict[str, list[Any]]
    settings: dict[str, str]
    dockerfile: str

    def of_kind(self, *kinds: str) -> list[Document]:
        documents = [document for found in self.files.values() for document in found]
        return [document for document in documents if document["kind"] in kinds]

    def named(self, kind: str, name: str) -> Document:
        """Return the document of that name.

        Raises:
            KeyError: there is none.
        """
        for document in self.of_kind(kind):
            if document["metadata"]["name"] == name:
                return document
        raise KeyError(name)

    @property
    def pods(self) -> dict[str, Document]:
        """The template of each program, by its name."""
        return {each["metadata"]["name"]: each["spec"]["template"] for each in self.of_kind(*PROGRAMS)}


def read_manifests(directory: Path = DIRECTORY) -> Manifests:
    files = {
        str(file.relative_to(directory)): list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
        for file in sorted(directory.rglob("*.yaml"))
    }
    settings = {name: value or "" for name, value in dotenv_values(directory / "settings.env").items()}
    return Manifests(files, settings, DOCKERFILE.read_text(encoding="utf-8"))


def problems(manifests: Manifests) -> list[str]:
    """Return what does not fit together."""
    found = (
        *_lists(manifests),
        *_settings(manifests),
        *_selectors(manifests),
        *_ports(manifests),
        *_programs(manifests),
        *_numbers(manifests),
    )
    return sorted(set(found))


def _lists(manifests: Manifests) -> Iterator[str]:
    """Yield files that no kustomization lists, and what they list that is not there."""
    lists = {name: documents[0] for name, documents in manifests.files.items() if name.endswith(KUSTOMIZATION)}
    listed = {str(Path(name).with_name(file)) for name, each in lists.items() for file in each["resources"]}
    there = manifests.files.keys() - lists.keys()
    yield from (f"no kustomization lists {name}" for name in there - listed)
    yield from (f"a kustomization lists {name}, which is not there" for name in listed - there)
    known = {image["name"] for image in lists[KUSTOMIZATION]["images"]}
    for name, container in _containers(manifests):
        if container["image"] not in known:
            yield f"{name} has the image {container['image']}, whose release the kustomization does not set"


def _settings(manifests: Manifests) -> Iterator[str]:
    known = {name.upper() for name in Settings.model_fields}
    for name in manifests.settings:
        if name not in known and name.removesuffix("_FILE") not in known:
            yield f"settings.env has {name}, which is not a setting"
    keys = set(manifests.named("Secret", "app")["stringData"])
    read = {value.removeprefix(SECRETS) for value in manifests.settings.values() if value.startswith(SECRETS)}
    yield from (f"the secret {key} is read by no setting" for key in keys - read)
    yield from (f"a setting reads the secret {key}, which is not there" for key in read - keys)


def _selectors(manifests: Manifests) -> Iterator[str]:
    """Yield selectors that find no pod, or that find pods of other programs."""
    for document in manifests.of_kind("Deployment"):
        name, template = document["metadata"]["name"], document["spec"]["template"]
        if _selected(manifests, document["spec"]["selector"]) != [name]:
            yield f"the selector of {name} does not find its pods alone"
        for constraint in template["spec"]["topologySpreadConstraints"]:
            if _selected(manifests, constraint["labelSelector"]) != [name]:
                yield f"a topology constraint of {name} does not find its pods alone"
    for document in manifests.of_kind("Service", "PodDisruptionBudget", "NetworkPolicy", "PodMonitor"):
        if not _selected(manifests, _selector_of(document)):
            yield f"{document['kind']} {document['metadata']['name']} finds no pods"
    for document in manifests.of_kind("HorizontalPodAutoscaler"):
        target = document["spec"]["scaleTargetRef"]
        if target["name"] not in [each["metadata"]["name"] for each in manifests.of_kind(target["kind"])]:
            yield f"the autoscaler {document['metadata']['name']} scales {target['name']}, which is not there"


def _selector_of(document: Document) -> Document:
    selector: Document = document["spec"].get("podSelector", document["spec"].get("selector"))
    return {"matchLabels": selector} if document["kind"] == "Service" else selector


def _selected(manifests: Manifests, selector: Document) -> list[str]:
    """Return the programs whose pods a selector finds."""
    labels = {name: template["metadata"]["labels"] for name, template in manifests.pods.items()}
    return [name for name, own in labels.items() if _fits(own, selector)]


def _fits(labels: Mapping[str, str], selector: Document) -> bool:
    wanted = selector.get("matchLabels", {}).items() <= labels.items()
    return wanted and all(labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", ()))


def _ports(manifests: Manifests) -> Iterator[str]:
    """Yield names of ports that pods do not have, and ports on which the programs do not listen."""
    for name, template in manifests.pods.items():
        [container] = template["spec"]["containers"]
        probes = [container[key]["httpGet"]["port"] for key in container if key.endswith("Probe")]
        yield from _missing_ports(manifests, f"a probe of {name}", [name], probes)
    for document in manifests.of_kind("Service", "NetworkPolicy", "PodMonitor"):
        place = f"{document['kind']} {document['metadata']['name']}"
        selected = _selected(manifests, _selector_of(document))
        yield from _missing_ports(manifests, place, selected, _ports_of(document))
    services = {each["metadata"]["name"]: each for each in manifests.of_kind("Service")}
    for ingress in manifests.of_kind("Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                if service["port"]["name"] not in _service_ports(services.get(service["name"])):
                    yield f"the Ingress leads to {service['name']}:{service['port']['name']}, which is not there"
    listened = {"http": _of_image(manifests, "PORT=")} | {
        f"metrics of {name}": manifests.settings.get(variable, "")
        for name, variable in {
            "api": "METRICS_PORT",
            "worker": "WORKER_METRICS_PORT",
            "scheduler": "SCHEDULER_METRICS_PORT",
        }.items()
    }
    for name, template in manifests.pods.items():
        for port in _container_ports(template):
            expected = listened["http"] if port["name"] == "http" else listened[f"metrics of {name}"]
            if str(port["containerPort"]) != expected:
                yield f"{name} listens on {expected} and not on {port['containerPort']}, the port {port['name']}"


def _missing_ports(manifests: Manifests, place: str, selected: list[str], ports: list[Any]) -> Iterator[str]:
    there = {port["name"] for name in selected for port in _container_ports(manifests.pods[name])}
    yield from (f"{place} names the port {port}, which is not there" for port in ports if port not in there)


def _ports_of(document: Document) -> list[Any]:
    spec = document["spec"]
    match document["kind"]:
        case "Service":
            return [port["targetPort"] for port in spec["ports"]]
        case "PodMonitor":
            return [endpoint["port"] for endpoint in spec["podMetricsEndpoints"]]
        case _:
            return [port["port"] for rule in spec.get("ingress", ()) for port in rule["ports"]]


def _container_ports(template: Document) -> list[Document]:
    return [port for container in template["spec"]["containers"] for port in container.get("ports", ())]


def _service_ports(service: Document | None) -> list[str]:
    return [port["name"] for port in service["spec"]["ports"]] if service else []


def _of_image(manifests: Manifests, prefix: str) -> str:
    """Return what follows `prefix` in the Dockerfile, up to a space."""
    return manifests.dockerfile.partition(f" {prefix}")[2].split(maxsplit=1)[0]


def _containers(manifests: Manifests) -> Iterator[tuple[str, Document]]:
    for name, template in manifests.pods.items():
        for container in (*template["spec"].get("initContainers", ()), *template["spec"]["containers"]):
            yield name, container


def _programs(manifests: Manifests) -> Iterator[str]:
    """Yield programs that are not ours, or that may do more than they need."""
    from cli.app import app

    commands = set(get_command(app).commands)  # type: ignore[attr-defined]  # a group of commands
    user = manifests.dockerfile.partition("\nUSER ")[2].split(":")[0]
    routes = json.loads((REPOSITORY_ROOT / "frontend" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    for name, container in _containers(manifests):
        if container["args"][0] not in commands:
            yield f"{name} runs {container['args'][0]}, which is not a command"
        yield from _loose_container(name, container)
        for key in container:
            if key.endswith("Probe") and container[key]["httpGet"]["path"] not in routes:
                yield f"a probe of {name} asks for {container[key]['httpGet']['path']}, which is not a route"
    for name, template in manifests.pods.items():
        yield from _loose_pod(name, template["spec"], user)
        yield from _references(manifests, name, template["spec"])


def _loose_container(name: str, container: Document) -> Iterator[str]:
    wanted = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    if container.get("securityContext") != wanted:
        yield f"{name} has a container that may do more than it needs"
    if "memory" not in container.get("resources", {}).get("limits", {}):
        yield f"{name} has a container without a limit of memory"


def _loose_pod(name: str, spec: Document, user: str) -> Iterator[str]:
    context = spec["securityContext"]
    if not context.get("runAsNonRoot") or context["seccompProfile"] != {"type": "RuntimeDefault"}:
        yield f"the pods of {name} may do more than they need"
    if str(context["runAsUser"]) != user:
        yield f"the pods of {name} run as {context['runAsUser']}, the image as {user}"
    if spec.get("automountServiceAccountToken") is not False:
        yield f"the pods of {name} have a token of the cluster"


def _references(manifests: Manifests, name: str, spec: Document) -> Iterator[str]:
    generated = {each["name"] for each in manifests.files[KUSTOMIZATION][0]["configMapGenerator"]}
    there = {
        "ServiceAccount": {each["metadata"]["name"] for each in manifests.of_kind("ServiceAccount")},
        "Secret": {each["metadata"]["name"] for each in manifests.of_kind("Secret")},
        "ConfigMap": generated,
    }
    containers = [*spec.get("initContainers", ()), *spec["containers"]]
    used = [
        ("ServiceAccount", spec["serviceAccountName"]),
        *(("Secret", volume["secret"]["secretName"]) for volume in spec["volumes"] if "secret" in volume),
        *(("ConfigMap", one["configMapRef"]["name"]) for container in containers for one in container["envFrom"]),
    ]
    yield from (f"{name} uses the {kind} {used}, which is not there" for kind, used in used if used not in there[kind])


def _numbers(manifests: Manifests) -> Iterator[str]:
    """Yield times and numbers that contradict each other."""
    from api.server.granian import WORKER_STOP_SECONDS
    from worker.worker import SHUTDOWN_GRACE_SECONDS

    drain = float(manifests.settings["DRAIN_SECONDS"])
    needed = {"api": drain + WORKER_STOP_SECONDS, "worker": SHUTDOWN_GRACE_SECONDS}
    for name, seconds in needed.items():
        if manifests.pods[name]["spec"]["terminationGracePeriodSeconds"] <= seconds:
            yield f"{name} may need more than {seconds:.0f} seconds to stop, and is killed before"
    for document in manifests.of_kind("PodDisruptionBudget"):
        for name in _selected(manifests, document["spec"]["selector"]):
            if _pods_at_least(manifests, name) <= document["spec"]["maxUnavailable"]:
                yield f"the disruption budget of {name} lets all of its pods go"
    if (reserve := _reserve_needed(manifests)) > int(manifests.settings["DATABASE_RESERVED_CONNECTIONS"]):
        yield f"DATABASE_RESERVED_CONNECTIONS must be {reserve} at least for all pods that may run"


def _autoscalers(manifests: Manifests) -> dict[str, Document]:
    found = manifests.of_kind("HorizontalPodAutoscaler")
    return {document["spec"]["scaleTargetRef"]["name"]: document["spec"] for document in found}


def _pods_at_least(manifests: Manifests, name: str) -> int:
    scaler = _autoscalers(manifests).get(name)
    return int(scaler["minReplicas"] if scaler else manifests.named("Deployment", name)["spec"]["replicas"])


def _pods_at_most(manifests: Manifests, name: str) -> int:
    """Return how many pods there may be during a rollout."""
    scaler, spec = _autoscalers(manifests).get(name), manifests.named("Deployment", name)["spec"]
    return int(scaler["maxReplicas"] if scaler else spec["replicas"]) + int(
        spec["strategy"]["rollingUpdate"]["maxSurge"]
    )


def _reserve_needed(manifests: Manifests) -> int:
    """Return the connections of all pods but one of each kind, and of administrators."""
    settings = load_settings()
    of_each = {
        "api": settings.database_pool_size,
        "worker": settings.worker_pool_size,
        "scheduler": settings.database_pool_size,
    }
    assert sum(of_each.values()) + settings.database_reserved_connections == connections_needed(settings)
    return BY_HAND + sum((_pods_at_most(manifests, name) - 1) * number for name, number in of_each.items())
