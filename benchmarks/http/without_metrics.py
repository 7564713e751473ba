"""The product, except that it does not count requests: `without_metrics.py serve`. No setting turns metrics off."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backend"))

from cli.app import main
from core.metrics.metrics import Metrics


def observe_nothing(*_: object, **__: object) -> None:
    """Count nothing."""


Metrics.observe_request = observe_nothing  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
