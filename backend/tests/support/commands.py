"""The commands in shell blocks of documents: each runs where it stands, or with similar ones after all documents."""

import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.settings import REPOSITORY_ROOT
from tests.support.documents import Block

PYTEST = re.compile(r"\(cd backend && \.\./\.venv/bin/python -m pytest( -q)?((?: tests/[\w/.]+)+)\)")
VITEST = re.compile(r"sh scripts/bootstrap\.sh npm run test --((?: src/[\w/.]+)+)")
CHECKS = re.compile(r"\.venv/bin/python scripts/check\.py (.+)")
# Each runs once, when all documents have been followed: its outcome does not depend on where it stands.
ONCE = ("make format", "make check")
# Started, waited for, asked what documents ask it, and stopped.
SERVERS = ("make up", "make dev", "make backend-up")
ASKS = re.compile(r"^(curl .*127\.0\.0\.1:8000|\.venv/bin/python backend/main\.py (jobs|create-admin) )")
# `.ci/run` runs these in a fresh clone, or what contains them.
BY_CI: Mapping[str, str] = {
    "make test": "make test-all",
    "make test-all": "make test-all",
    "make e2e": "make e2e",
    "make node": "make node",
}


@dataclass
class Plan:
    """The commands that run after all documents, each with the blocks that it comes from.

    Attributes:
        once: commands of `ONCE`.
        pytest: the files and folders of all runs of pytest, which become one.
        vitest: the same of Vitest.
        servers: commands of `SERVERS`.
        asks: what asks a running server.
    """

    once: dict[str, list[Block]] = field(default_factory=lambda: defaultdict(list))
    pytest: dict[str, list[Block]] = field(default_factory=lambda: defaultdict(list))
    vitest: dict[str, list[Block]] = field(default_factory=lambda: defaultdict(list))
    servers: dict[str, list[Block]] = field(default_factory=lambda: defaultdict(list))
    asks: list[tuple[str, Block]] = field(default_factory=list)

    def take(self, block: Block) -> str:
        """Plan what can wait, and return the script of what runs where it stands."""
        return "\n".join(command for command in commands(block.text) if not self._plan(command, block))

    def _plan(self, command: str, block: Block) -> bool:
        if command in ONCE:
            self.once[command].append(block)
        elif command in SERVERS:
            self.servers[command].append(block)
        elif (named := CHECKS.fullmatch(command)) and set(shlex.split(named[1])) <= names_of_checks():
            self.once["make check"].append(block)  # which runs these with the others
        elif named := PYTEST.fullmatch(command):
            _add(self.pytest, named[2], block)
        elif named := VITEST.fullmatch(command):
            _add(self.vitest, named[1], block)
        elif ASKS.match(command):
            self.asks.append((command, block))
        else:
            return command in BY_CI and is_run_by_ci(command)
        return True


def _add(files: Mapping[str, list[Block]], named: str, block: Block) -> None:
    for file in named.split():
        files[file].append(block)


def names_of_checks() -> set[str]:
    """Return what `make check` runs."""
    script = (REPOSITORY_ROOT / "scripts" / "check.py").read_text(encoding="utf-8")
    return set(re.findall(r'^    Check\(\s*"([^"]+)"', script, re.MULTILINE))


def is_run_by_ci(command: str) -> bool:
    """Whether `.ci/run` still runs what contains the command."""
    script = (REPOSITORY_ROOT / ".ci" / "run").read_text(encoding="utf-8")
    return re.search(rf"^part .* {re.escape(BY_CI[command])}$", script, re.MULTILINE) is not None


def commands(script: str) -> Iterable[str]:
    """Return the commands of a script without comments: its lines, or all of it if a line continues on the next."""
    lines = [re.sub(r"(^|\s+)# .*$", "", line).rstrip() for line in script.splitlines()]
    lines = [line for line in lines if line]
    if any(re.search(r"(\\|&&|\||do|then|<<\s*'?\w+'?)$", line) or line.startswith((" ", "\t")) for line in lines):
        return [script]
    return lines
