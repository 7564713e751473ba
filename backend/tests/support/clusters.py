"""A cluster of PostgreSQL with all migrations, to copy: making one takes longer than most tests that need their own."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from embedded import postgres
from embedded.services import EmbeddedServices
from repository.operations import migrate
from tests.support.databases import SERVERS, locked, template_name

CLUSTERS = SERVERS / "clusters"


def copy_migrated_cluster(var: Path) -> None:
    """Put a cluster with all migrations into `var`, where `EmbeddedServices` starts it."""
    CLUSTERS.mkdir(parents=True, exist_ok=True)
    var.mkdir(parents=True, exist_ok=True)
    with locked(CLUSTERS / "made.lock"):
        made = CLUSTERS / f"{template_name()}-{_options()}"
        if not made.exists():
            _make(made)
        subprocess.run(["cp", "-a", made / "postgres", var / "postgres"], check=True)


def _options() -> str:
    """Return what changes with the code that makes clusters."""
    return hashlib.sha256(Path(postgres.__file__).read_bytes()).hexdigest()[:8]


def _make(made: Path) -> None:
    for old in CLUSTERS.glob("*/"):
        shutil.rmtree(old)
    unfinished = CLUSTERS / "unfinished"
    with EmbeddedServices(unfinished, durable=False) as urls:
        migrate.upgrade(urls.database_url)
    unfinished.rename(made)
