"""Looks up known vulnerabilities of the locked packages: pip-audit for Python, npm audit for the front end.

It ends with 0 if none is known, with 1 if some are, and with 2 if a service did not answer: then nothing is known.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements-dev.lock", "requirements-node.lock")
PIP_AUDIT = (sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json")
NPM_AUDIT = ("sh", str(ROOT / "scripts" / "bootstrap.sh"), "npm", "audit", "--json")
NONE_KNOWN, SOME_KNOWN, NOTHING_KNOWN = range(3)


class Unanswered(Exception):
    """A service did not say what it knows. The message has its words."""


def main() -> int:
    """Ask both services, and return the worst outcome."""
    return max(outcome("Python packages", python_vulnerabilities), outcome("front-end packages", npm_vulnerabilities))


def outcome(title: str, look_up: Callable[[], Iterable[str]]) -> int:
    """Print what is known about some packages, and return the status for it."""
    try:
        found = list(look_up())
    except Unanswered as error:
        print(f"{title}: not looked up, because the service is out of reach or refused: {error}", file=sys.stderr)
        return NOTHING_KNOWN
    print(f"{title}: {len(found)} known vulnerabilities", *found, sep="\n  ")
    return SOME_KNOWN if found else NONE_KNOWN


def python_vulnerabilities() -> Iterator[str]:
    """Yield a line for each vulnerability of the locked Python packages.

    Raises:
        Unanswered: pip-audit did not finish, or left a package out, which it does without an error.
    """
    files = [argument for lock in LOCKS for argument in ("--requirement", lock)]
    report = answer([*PIP_AUDIT, *files], ROOT / "backend")
    packages = report.get("dependencies", [])
    skipped = [package["skip_reason"] for package in packages if "skip_reason" in package]
    if skipped or not packages:
        raise Unanswered(f"{len(skipped)} of {len(packages)} packages were left out. {''.join(skipped[:1])}")
    for package in packages:
        for known in package["vulns"]:
            fixed = ", ".join(known["fix_versions"]) or "no version"
            yield f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}"


def npm_vulnerabilities() -> Iterator[str]:
    """Yield a line for each package of the front end that has a vulnerability.

    Raises:
        Unanswered: npm did not finish.
    """
    report = answer(NPM_AUDIT, ROOT)
    if "vulnerabilities" not in report:
        raise Unanswered(str(report.get("message") or report.get("error") or report))
    for name, known in report["vulnerabilities"].items():
        fix = ", `npm audit fix` corrects it" if known["fixAvailable"] else ""
        yield f"{name} {known['range']}: {known['severity']}{fix}"


def answer(command: Sequence[str], directory: Path) -> dict[str, Any]:
    """Return what a program prints as JSON.

    Raises:
        Unanswered: it prints none.
    """
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        raise Unanswered((done.stderr.strip().splitlines() or ["no answer"])[-1]) from None


if __name__ == "__main__":
    sys.exit(main())
