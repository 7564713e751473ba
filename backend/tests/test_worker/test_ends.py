"""The end of a worker and a scheduler after a failure."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from core.metrics.jobs import LoopMetrics
from core.settings import Settings, SettingsError
from domain.taskiq_broker import TaskRegistry
from service.factory import Factory
from tests.support.jobs import NoEffect
from worker.job_receiver import JobReceiver
from worker.job_runner import JobRunner
from worker.scheduler import run_scheduler
from worker.worker import run_worker


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps of the process's end, in their order."""
    done: list[str] = []
    release_all, close = JobRunner.release_all, Factory.close

    async def release_noted(runner: JobRunner) -> None:
        await release_all(runner)
        done.append("jobs released")

    async def close_noted(factory: Factory) -> None:
        await close(factory)
        done.append("connections closed")

    monkeypatch.setattr(JobRunner, "release_all", release_noted)
    monkeypatch.setattr(Factory, "close", close_noted)
    return done


@pytest.fixture
def registry() -> TaskRegistry:
    registry = TaskRegistry()

    @registry.task(NoEffect)
    async def count(_work: object, _: NoEffect) -> None: ...

    return registry


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def failing_loop(monkeypatch: pytest.MonkeyPatch) -> str:
    reason = "cannot be counted"

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(reason)

    monkeypatch.setattr(LoopMetrics, "count", fail)
    return reason


async def test_a_worker_whose_listener_fails_releases_its_jobs_and_closes_its_connections(
    settings: Settings, registry: TaskRegistry, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_receiver: JobReceiver, _stop: asyncio.Event) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(JobReceiver, "listen", fail)
    with pytest.raises(RuntimeError, match="broken"):
        await run_worker(settings, registry, asyncio.Event())
    assert ended == ["jobs released", "connections closed"]


async def test_a_worker_that_cannot_serve_its_metrics_closes_its_connections(
    settings: Settings, registry: TaskRegistry, ended: list[str], taken_port: int
) -> None:
    with pytest.raises(SettingsError, match="WORKER_METRICS_PORT"):
        await run_worker(settings.model_copy(update={"worker_metrics_port": taken_port}), registry, asyncio.Event())
    assert ended == ["connections closed"]


async def test_a_scheduler_that_cannot_serve_its_metrics_closes_its_connections(
    settings: Settings, registry: TaskRegistry, ended: list[str], taken_port: int
) -> None:
    with pytest.raises(SettingsError, match="SCHEDULER_METRICS_PORT"):
        await run_scheduler(
            settings.model_copy(update={"scheduler_metrics_port": taken_port}), registry, asyncio.Event()
        )
    assert ended == ["connections closed"]


async def test_a_worker_one_of_whose_loops_ends_ends_too(
    settings: Settings, registry: TaskRegistry, ended: list[str], failing_loop: str
) -> None:
    with pytest.raises(RuntimeError, match=failing_loop):
        await run_worker(settings, registry, asyncio.Event())
    assert ended == ["jobs released", "connections closed"]


async def test_a_scheduler_one_of_whose_loops_ends_ends_too(
    settings: Settings, registry: TaskRegistry, ended: list[str], failing_loop: str
) -> None:
    with pytest.raises(RuntimeError, match=failing_loop):
        await run_scheduler(settings, registry, asyncio.Event())
    assert ended == ["connections closed"]
