import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.services import EmbeddedServices
from embedded.sockets import remove_private_directory


@pytest.fixture(scope="session")
def made_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an empty database, to copy: that is ten times as fast as to make one."""
    var = tmp_path_factory.mktemp("made") / "var"
    with EmbeddedServices(var):
        pass
    return var


@pytest.fixture
def var(tmp_path: Path, made_var: Path) -> Iterator[Path]:
    """A directory for servers of this test's own, with an empty database."""
    var = tmp_path / "var"
    subprocess.run(["cp", "-a", made_var, var], check=True)
    yield var
    if (var / "run").is_symlink():  # its owner was killed
        remove_private_directory((var / "run").readlink())


@pytest.fixture
def own_services(var: Path) -> Iterator[EmbeddedServices]:
    """Services of this test's own; it starts and stops them as it likes, and they are gone afterwards."""
    own_services = EmbeddedServices(var)
    yield own_services
    own_services.kill()
