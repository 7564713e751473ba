"""Reports of the demo account. A worker makes the newest one, so that its document is a real one."""

from domain.report import FAILED_STEP, ReportKind, ReportRequested, ReportState, ReportStep
from service.operations.demo.world import Examples, World


def examples(world: World) -> Examples:
    """Return a report that failed, and one that is being made."""
    return Examples(
        {"reports": [_failed(world), _requested(world)]}, jobs=[ReportRequested(world.id_of("report", "newest"))]
    )


def _requested(world: World) -> dict[str, object]:
    row = _row("newest", world, days=0)
    return {**row, "state": ReportState.PENDING, "progress": 0, "step": None, "finished_at": None}


def _failed(world: World) -> dict[str, object]:
    row = _row("failed", world, days=16)
    ended = {"step": FAILED_STEP, "finished_at": world.ago(days=15.99)}
    return {**row, "state": ReportState.FAILED, "progress": ReportStep.TYPESETTING.progress, **ended}


def _row(name: str, world: World, *, days: float) -> dict[str, object]:
    return {
        "id": world.id_of("report", name),
        "created_at": world.ago(days=days),
        "user_id": world.demo_id,
        "kind": ReportKind.ACTIVITY,
    }
