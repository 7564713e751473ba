"""`python -m rules [DIRECTORY]`: print the findings, and return 1 if there are any."""

import sys
from collections.abc import Iterator
from pathlib import Path

from rules import imports, logs, mistakes, moments, reserved, routes, shapes, statements, waiting
from rules.findings import Finding, Rule
from rules.names import Project

BACKEND = Path(__file__).parents[1]
PACKAGES = ("api", "cli", "core", "domain", "embedded", "repository", "service", "worker")
PARTS = (imports, reserved, logs, shapes, waiting, moments, routes, statements, mistakes)


def findings(root: Path) -> Iterator[Finding]:
    """Yield the findings below `root`."""
    project = Project(root, PACKAGES)
    for part in PARTS:
        yield from part.found(project)


def rules() -> set[Rule]:
    """Return all rules."""
    contracts = imports.CONTRACTS.values()
    return {*contracts, *(each for part in PARTS for each in vars(part).values() if isinstance(each, Rule))}


def main(arguments: list[str]) -> int:
    """Print the findings."""
    lines = [str(finding) for finding in sorted(set(findings(Path(arguments[0]) if arguments else BACKEND)))]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
