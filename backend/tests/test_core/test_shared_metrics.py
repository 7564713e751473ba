"""The metrics that server processes share in files."""

import subprocess
import sys
from pathlib import Path

from core.settings import REPOSITORY_ROOT, SHARED_METRICS_VARIABLE, child_environment

POOLS = """
import sys
from pathlib import Path
from core.metrics.database import unseen_metrics
from core.metrics.metrics import Metrics

metrics = Metrics(shared_directory=Path(sys.argv[1]))
metrics.database.set_pool_usage(checked_out=1, idle=2, size=10)
metrics.database.count_timeout()
metrics.database.count_timeout()
unseen_metrics().count_timeout()
print(metrics.render(None).decode())
"""

EMPTY_FILES = """
import sys
from pathlib import Path
from core.metrics.metrics import Metrics

directory = Path(sys.argv[1])
metrics = Metrics(shared_directory=directory)
metrics.database.count_timeout()
for kind in ("counter", "histogram", "gauge_livesum"):
    (directory / f"{kind}_1.db").touch()
print(metrics.render(None).decode())
"""


def run(program: str, directory: Path) -> list[str]:
    environment = child_environment(**{SHARED_METRICS_VARIABLE: str(directory)})  # read at import: another process
    command = [sys.executable, "-c", program, str(directory)]
    ran = subprocess.run(
        command, cwd=REPOSITORY_ROOT / "backend", env=environment, capture_output=True, text=True, check=True
    )
    return ran.stdout.splitlines()


def test_the_pool_of_a_probe_changes_no_number_of_the_pool_that_is_shown(tmp_path: Path) -> None:
    shown = run(POOLS, tmp_path)
    assert "database_pool_size 10.0" in shown
    assert "database_pool_timeouts_total 2.0" in shown


def test_a_file_that_another_process_has_only_just_created_is_no_error(tmp_path: Path) -> None:
    assert "database_pool_timeouts_total 1.0" in run(EMPTY_FILES, tmp_path)
