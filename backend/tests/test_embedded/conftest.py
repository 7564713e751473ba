from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.services import EmbeddedServices


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def own_services(var: Path) -> Iterator[EmbeddedServices]:
    """Services of this test's own; it starts and stops them as it likes, and they are gone afterwards."""
    own_services = EmbeddedServices(var)
    yield own_services
    own_services.kill()
