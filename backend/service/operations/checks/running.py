"""Runs the checks side by side, each within its time."""

from collections.abc import Sequence

from core.runtime.background import results_within
from service.operations.checks.finding import Check, Finding, Installation, State, failed

# Together with the start of the command less than ten seconds. Servers that are away are noticed within three.
CHECK_SECONDS = 6.0
NO_ANSWER = f"no answer within {CHECK_SECONDS:.0f} s"


async def run_checks(checks: Sequence[Check], installation: Installation) -> list[Finding]:
    """Return the findings of all checks, in their order."""
    found = await results_within(CHECK_SECONDS, (_run(check, installation) for check in checks))
    return [
        finding
        for check, findings in zip(checks, found, strict=True)
        for finding in ([_no_answer(check)] if findings is None else findings)
    ]


def _no_answer(check: Check) -> Finding:
    return failed(check.name, NO_ANSWER, "look whether a firewall or a name server is in between")


async def _run(check: Check, installation: Installation) -> Sequence[Finding]:
    try:
        return await check.look(installation)
    except TimeoutError:
        return [_no_answer(check)]
    except Exception as error:  # noqa: BLE001  (the other checks are worth reading)
        return [failed(check.name, f"the check itself failed: {type(error).__name__}: {error}")]


def has_failed(findings: Sequence[Finding]) -> bool:
    """Whether the product does not work as it is."""
    return any(finding.state is State.FAILED for finding in findings)
