"""A factory and a runner that know the tasks of these tests."""

import pytest

from service.factory import Factory
from tests.support.jobs import registry
from worker.job_runner import JobRunner


@pytest.fixture
def factory(committing_factory: Factory) -> Factory:
    """A factory that knows the tasks of `tests/support/jobs.py`."""
    committing_factory.resources.routes = registry.routes
    return committing_factory


@pytest.fixture
def runner(factory: Factory) -> JobRunner:
    return JobRunner(factory, registry)
