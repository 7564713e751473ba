"""What server processes share in files."""

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


def test_the_pool_of_a_probe_changes_no_number_of_the_pool_that_is_shown(tmp_path: Path) -> None:
    environment = child_environment(**{SHARED_METRICS_VARIABLE: str(tmp_path)})  # read at import: another process
    command = [sys.executable, "-c", POOLS, str(tmp_path)]
    ran = subprocess.run(
        command, cwd=REPOSITORY_ROOT / "backend", env=environment, capture_output=True, text=True, check=True
    )
    shown = ran.stdout.splitlines()
    assert "database_pool_size 10.0" in shown
    assert "database_pool_timeouts_total 2.0" in shown
