"""The files of `deploy/monitoring` ask for metrics that the programs have."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx2 as httpx
import promql_parser
import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from core.settings import REPOSITORY_ROOT
from tests.support.ports import free_port
from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process

MONITORING = REPOSITORY_ROOT / "deploy" / "monitoring"
GUIDES = REPOSITORY_ROOT / "docs" / "guides"
# Labels that Prometheus adds to every series.
SCRAPE_LABELS = {"job", "instance"}
OWN_METRICS = {"up", "ALERTS"}
COUNTING = {"rate", "increase"}
# Grafana replaces it; any duration will do.
INTERVAL = ("$__rate_interval", "5m")
# Only programs with DATABASE_REPLICA_URL have them.
WITH_REPLICA_ONLY = {"database_replica_reads_total", "database_replica_lag_seconds"}
CODE = re.compile(r"`([a-z_]+)(\{[^`]*\})?(\[[0-9a-z]+\])?( [<>=!]+ [0-9.]+)?`")


class Programs:
    """The three programs, each with its metrics on a port of its own."""

    def __init__(self, stack: Stack) -> None:
        self.ports = {name: free_port() for name in ("api", "worker", "scheduler")}
        stack.start("serve", API_WORKERS="2", METRICS_PORT=str(self.ports["api"]))
        stack.start("worker", WORKER_METRICS_PORT=str(self.ports["worker"]))
        stack.start("scheduler", SCHEDULER_METRICS_PORT=str(self.ports["scheduler"]))
        for port in self.ports.values():
            eventually(partial(reachable, port), within=60)
        stack.sign_up("ada@example.com")
        eventually(lambda: stack.mails_to("ada@example.com") >= 1, within=30)

    def scrape(self) -> dict[str, Metric]:
        """Return the metrics of all, by the name of each series."""
        found: dict[str, Metric] = {}
        for port in self.ports.values():
            for family in text_string_to_metric_families(httpx.get(address_of(port)).text):
                for sample in family.samples:
                    found.setdefault(sample.name, Metric(family.name, family.documentation, family.type))
                    found[sample.name].samples.append(sample)
        return found


def address_of(port: int) -> str:
    return f"http://127.0.0.1:{port}/metrics"


def reachable(port: int) -> bool:
    try:
        return httpx.get(address_of(port)).is_success
    except httpx.TransportError:
        return False


@cache
def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / "rules.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panel_queries() -> Iterator[str]:
    dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"].replace(*INTERVAL)


def selectors(query: str) -> Iterator[tuple[Any, set[str], set[str]]]:
    """Yield each selector of a query, with the functions and the labels of the aggregations around it."""

    def visit(node: Any, functions: set[str], labels: set[str]) -> Iterator[tuple[Any, set[str], set[str]]]:
        match node:
            case promql_parser.VectorSelector():
                yield node, functions, labels
            case promql_parser.MatrixSelector():
                yield node.vector_selector, functions, labels
            case promql_parser.Call():
                for argument in node.args:
                    yield from visit(argument, functions | {node.func.name}, labels)
            case promql_parser.AggregateExpr():
                grouped = set(node.modifier.labels) if node.modifier else set()
                yield from visit(node.expr, functions, labels | grouped)
            case promql_parser.BinaryExpr():
                yield from visit(node.lhs, functions, labels)
                yield from visit(node.rhs, functions, labels)
            case promql_parser.ParenExpr() | promql_parser.UnaryExpr():
                yield from visit(node.expr, functions, labels)

    return visit(promql_parser.parse(query), set(), set())


def faults(query: str, scraped: dict[str, Metric]) -> Iterator[str]:
    """Yield what does not fit in a query: metrics and labels that are not scraped, and functions of other types."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for selector, functions, grouped in selectors(query):
        if selector.name in OWN_METRICS | recorded | WITH_REPLICA_ONLY:
            continue
        metric = scraped.get(selector.name)
        if metric is None:
            yield f"{selector.name} is not scraped"
            continue
        labels = {name for sample in metric.samples if sample.name == selector.name for name in sample.labels}
        matchers = selector.matchers.matchers
        for name in sorted({matcher.name for matcher in matchers} | grouped):
            if name not in labels | SCRAPE_LABELS:
                yield f"{selector.name} has no label {name}"
        for matcher in matchers:
            values = {sample.labels.get(matcher.name) for sample in metric.samples}
            if matcher.op == promql_parser.MatchOp.Equal and matcher.value not in values:
                yield f'{selector.name} does not begin with {matcher.name}="{matcher.value}"'
        if (metric.type == "gauge") == bool(functions & COUNTING):
            yield f"{selector.name} is a {metric.type}, and {sorted(functions)} are for others"
        if "histogram_quantile" in functions and not selector.name.endswith("_bucket"):
            yield f"{selector.name} is no histogram's bucket"


def documented_queries() -> Iterator[str]:
    """Yield what the guides name as code and what looks like a metric: with a label, or with a known suffix."""
    for guide in ("monitoring.md", "operate.md"):
        for name, labels, span, compared in CODE.findall((GUIDES / guide).read_text()):
            if labels or name.endswith(("_total", "_bucket", "_seconds", "_info", "_bytes", "_fds")):
                yield f"rate({name}{labels}[5m])" if span or name.endswith("_total") else f"{name}{labels}{compared}"


def test_dashboards_rules_and_guides_ask_for_what_is_scraped(stack: Stack) -> None:
    scraped = Programs(stack).scrape()
    queries = [*panel_queries(), *(rule["expr"] for rule in rules()), *documented_queries()]
    found = [f"{fault}: {query}" for query in queries for fault in faults(query, scraped)]
    assert not found, "\n".join(found)
    assert len(queries) > 60
    assert list(faults("rate(jobs[5m])", scraped))
    assert list(faults("job_runs_total", scraped))
    assert list(faults('rate(job_runs_total{outcome="lost"}[5m])', scraped))
    assert list(faults("sum by (route) (database_up)", scraped))
    assert list(faults("no_such_metric", scraped))


def needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed; Debian's package prometheus has it")


@pytest.mark.nightly
def test_promtool_accepts_the_files_and_every_alert_fires_and_rests() -> None:
    needs("promtool")
    for arguments in (
        ["check", "rules", "rules.yaml"],
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "rules.test.yaml"],
    ):
        ran = subprocess.run(["promtool", *arguments], cwd=MONITORING, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    tests = yaml.safe_load((MONITORING / "rules.test.yaml").read_text())["tests"]
    expected = [(one["promql_expr_test"][0]["expr"], bool(one["promql_expr_test"][0]["exp_samples"])) for one in tests]
    for alert in (rule["alert"] for rule in rules() if "alert" in rule):
        outcomes = {fires for expression, fires in expected if f'"{alert}"' in expression}
        assert outcomes == {True, False}, alert


@pytest.mark.nightly
def test_a_prometheus_scrapes_the_product_and_answers_every_panel(stack: Stack, tmp_path: Path) -> None:
    needs("prometheus")
    programs = Programs(stack)
    (tmp_path / "rules.yaml").write_text((MONITORING / "rules.yaml").read_text())
    config = (MONITORING / "prometheus.yml").read_text().replace("15s", "1s")
    examples = ("'127.0.0.1:18001', '127.0.0.1:18002'", "'127.0.0.1:9101'", "'127.0.0.1:9100'")
    for example, port in zip(examples, programs.ports.values(), strict=True):
        config = config.replace(example, f"'127.0.0.1:{port}'")
    (tmp_path / "prometheus.yml").write_text(config)
    address = f"127.0.0.1:{free_port()}"
    options = [f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}"]
    with subprocess.Popen(
        ["prometheus", *options, f"--web.listen-address={address}"], stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert_all_answered(f"http://{address}/api/v1", stack)
        finally:
            server.terminate()


def assert_all_answered(api: str, stack: Stack) -> None:
    def result(query: str) -> list[Any]:
        answer = httpx.get(f"{api}/query", params={"query": query}).json()
        assert answer["status"] == "success", (query, answer)
        return list(answer["data"]["result"])

    def is_up() -> bool:
        try:
            return len(result('up{job=~"app-.+"} == 1')) == 3
        except (httpx.TransportError, ValueError):  # it has not started, or is not ready
            return False

    eventually(is_up, within=60)
    for _ in range(10):  # a rate needs two scrapes, and a ratio needs requests
        stack.http.get("/api/ping")
        time.sleep(0.5)
    empty = [query for query in panel_queries() if not result(query)]
    assert not empty, empty
    rules_found = [rule for group in httpx.get(f"{api}/rules").json()["data"]["groups"] for rule in group["rules"]]
    assert len(rules_found) == len(rules())
    assert {rule["health"] for rule in rules_found} == {"ok"}
    assert not result('ALERTS{alertname!="RestartLoop"}'), "nothing is wrong yet"
    stack.kill("scheduler")
    eventually(lambda: result('ALERTS{alertname="ProcessDown"}'), within=30)
