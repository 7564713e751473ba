"""The skills and agents for coding agents are valid, and name only checks, rules, messages and commands that exist."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from core.settings import REPOSITORY_ROOT
from tests.test_architecture.source import BACKEND, tool

FOLDER = REPOSITORY_ROOT / ".claude"
SKILLS = sorted(FOLDER.glob("skills/*/SKILL.md"))
AGENTS = sorted(FOLDER.glob("agents/*.md"))
DOCUMENTS = [REPOSITORY_ROOT / "AGENTS.md", *AGENTS, *sorted(FOLDER.glob("skills/**/*.md"))]

# https://agentskills.io/specification
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME_MAX_LENGTH = 64
DESCRIPTION_MAX_LENGTH = 1024
SKILL_KEYS = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
# https://code.claude.com/docs/en/sub-agents
AGENT_KEYS = {"name", "description", "tools", "disallowedTools", "model", "skills", "maxTurns", "color"}
TOOLS = {"Read", "Edit", "Write", "Grep", "Glob", "Bash", "Skill", "WebFetch", "WebSearch"}
# A small model reads it as a whole.
SKILL_MAX_LINES = 200

FRONT_MATTER = re.compile(r"\A---\n(.*?)^---\n(.+)", re.MULTILINE | re.DOTALL)
RULE = re.compile(r"\brules? `([a-z-]+)`")
RULES = re.compile(r"\brules? ((?:`[a-z-]+`(?:, | and )?)+)")
RUFF_RULE = re.compile(r"\bruff `([A-Z]+\d+)`")
CHECK = re.compile(r"\bchecks? ((?:\*[\w -]+\*(?:, | and )?)+)")
CHECKS_RUN = re.compile(r"scripts/check\.py((?: [\w-]+| \"[\w -]+\")+)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
TESTS_RUN = re.compile(r"\b(?:pytest -q|npm run test --)((?: [\w./-]+)+)")
QUOTE = re.compile(r"^(.*)\n +> (.+)$", re.MULTILINE)


def front_matter(text: str) -> dict[str, Any]:
    """Return what stands between the lines of hyphens."""
    found = FRONT_MATTER.match(text)
    fields = yaml.safe_load(found[1]) if found else None
    return fields if isinstance(fields, dict) else {}


def wrong_fields(fields: dict[str, Any], *, name: str, keys: set[str]) -> Iterator[str]:
    """Yield what the format of skills and agents refuses."""
    if unknown := sorted(fields.keys() - keys):
        yield f"has the unknown keys {unknown}"
    for field, longest in (("name", NAME_MAX_LENGTH), ("description", DESCRIPTION_MAX_LENGTH)):
        value = fields.get(field)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
            yield f"needs a {field} of 1 to {longest} characters"
    if not NAME.fullmatch(str(fields.get("name"))):
        yield "has a name of other characters than a-z, 0-9 and single hyphens"
    if fields.get("name") != name:
        yield f"is named {fields.get('name')}, and its place says {name}"


@pytest.mark.parametrize("skill", SKILLS, ids=lambda path: path.parent.name)
def test_every_skill_is_accepted(skill: Path) -> None:
    text = skill.read_text(encoding="utf-8")
    assert list(wrong_fields(front_matter(text), name=skill.parent.name, keys=SKILL_KEYS)) == []
    assert len(text.splitlines()) <= SKILL_MAX_LINES, "Move details to a file in references/"


@pytest.mark.parametrize("agent", AGENTS, ids=lambda path: path.stem)
def test_every_agent_is_accepted(agent: Path) -> None:
    fields = front_matter(agent.read_text(encoding="utf-8"))
    assert list(wrong_fields(fields, name=agent.stem, keys=AGENT_KEYS)) == []
    assert {*fields["tools"].split(", ")} <= TOOLS
    assert {*fields["skills"]} <= {skill.parent.name for skill in SKILLS}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("no front matter", "needs a name of 1 to 64 characters"),
        ("---\nname: a--b\ndescription: d\n---\nx", "has a name of other characters than a-z, 0-9 and single hyphens"),
        ("---\nname: notes\ndescription: d\nversion: 1\n---\nx", "has the unknown keys ['version']"),
        ("---\nname: other\ndescription: d\n---\nx", "is named other, and its place says notes"),
        (f"---\nname: notes\ndescription: {'d' * 1025}\n---\nx", "needs a description of 1 to 1024 characters"),
    ],
)
def test_a_front_matter_that_the_format_refuses_is_found(text: str, wrong: str) -> None:
    assert wrong in list(wrong_fields(front_matter(text), name="notes", keys=SKILL_KEYS))


def test_agents_md_names_every_skill_and_is_what_claude_md_imports() -> None:
    named = set(re.findall(r"\]\(\.claude/skills/([\w-]+)/SKILL\.md\)", DOCUMENTS[0].read_text(encoding="utf-8")))
    assert named == {skill.parent.name for skill in SKILLS}
    assert (REPOSITORY_ROOT / "CLAUDE.md").read_text(encoding="utf-8") == "@AGENTS.md\n"


def unknown_names(text: str) -> list[str]:
    """Return the rules, checks, targets and tests that a document names and that do not exist."""
    checks = _each(CHECK, r"\*([\w -]+)\*", text)
    run = [name.strip('"') for found in CHECKS_RUN.findall(text) for name in re.findall(r'[\w-]+|"[\w -]+"', found)]
    tests = [file for found in TESTS_RUN.findall(text) for file in found.split()]
    return [
        *(f"rule {rule}" for rule in _each(RULES, r"`([a-z-]+)`", text) if rule not in rules()),
        *(f"ruff {rule}" for rule in RUFF_RULE.findall(text) if rule not in ruff_rules()),
        *(f"check {name}" for name in [*checks, *run] if name not in {*check_names(), "NAME"}),
        *(f"make {target}" for target in TARGET.findall(text) if target not in targets()),
        *(f"test {file}" for file in tests if not _is_test(file)),
    ]


def _each(several: re.Pattern[str], one: str, text: str) -> list[str]:
    return [name for found in several.findall(text) for name in re.findall(one, found)]


def _is_test(name: str) -> bool:
    return "note" in name or any((REPOSITORY_ROOT / folder / name).exists() for folder in ("backend", "frontend"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY_ROOT)))
def test_every_rule_check_and_command_exists(document: Path) -> None:
    assert unknown_names(document.read_text(encoding="utf-8")) == []


def test_names_of_what_does_not_exist_are_found() -> None:
    text = (
        "The rule `no-such-rule`, ruff `XYZ1`, the checks *rules* and *stars*; make check, make tea;\n"
        'scripts/check.py rules "no check"; pytest -q tests/test_no.py tests/test_api/test_errors.py'
    )
    assert unknown_names(text) == [
        "rule no-such-rule",
        "ruff XYZ1",
        "check stars",
        "check no check",
        "make tea",
        "test tests/test_no.py",
    ]


def misquoted(text: str) -> list[str]:
    """Return the quotes that are not what the check or rule in the line above them says."""
    return [quote for source, quote in QUOTE.findall(text) if not _says(source, quote)]


def _says(source: str, quote: str) -> bool:
    if found := RUFF_RULE.search(source):
        return any(pattern.fullmatch(quote) for pattern in ruff_rules().get(found[1], ()))
    if found := RULE.search(source):
        return quote == rules().get(found[1])
    return any(quote in text for text in _texts_of(source))


def _texts_of(source: str) -> set[str]:
    front_end = REPOSITORY_ROOT / "frontend"
    if "*front-end lint*" in source:
        return {(front_end / "eslint.config.js").read_text(encoding="utf-8")}
    if found := re.search(r"`([\w/]+\.test\.ts)`", source):
        return {(front_end / found[1]).read_text(encoding="utf-8")}
    return texts_in(BACKEND / "repository") if "At run time" in source else set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY_ROOT)))
def test_every_quoted_message_is_what_the_check_says(document: Path) -> None:
    assert misquoted(document.read_text(encoding="utf-8")) == []


def test_the_skills_quote_what_checks_say() -> None:
    assert all(QUOTE.search(skill.read_text(encoding="utf-8")) for skill in SKILLS)


def test_a_quote_that_no_check_says_is_found() -> None:
    text = (
        "- The rule `task-group-not-gather`:\n  > Use gather.\n"
        "- ruff `RUF006`:\n  > Store a reference to the return value of `asyncio.create_task`\n"
        "- The check *front-end lint*:\n  > Write it here.\n"
        "- At run time:\n  > Commit here.\n"
    )
    assert misquoted(text) == ["Use gather.", "Write it here.", "Commit here."]


@cache
def rules() -> dict[str, str]:
    """Return what each rule says to write instead."""
    page = (REPOSITORY_ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = (re.split(r"(?<!\\) \| ", line.strip("| ")) for line in page.splitlines() if line.startswith("| `"))
    return {row[0].strip("`"): row[-1].replace("\\|", "|") for row in rows}


@cache
def ruff_rules() -> dict[str, list[re.Pattern[str]]]:
    """Return what each rule of ruff may say."""
    run = [tool("ruff"), "rule", "--all", "--output-format", "json"]
    listed = json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    return {rule["code"]: [_with_values(said) for said in rule["message_formats"]] for rule in listed}


def _with_values(said: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(said)))


@cache
def texts_in(folder: Path) -> set[str]:
    """Return every text in the Python files of a folder, but for these tests."""
    files = [file for file in folder.rglob("*.py") if file != Path(__file__)]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@cache
def check_names() -> set[str]:
    """Return the names of the checks that `make check` runs."""
    tree = ast.parse((REPOSITORY_ROOT / "scripts" / "check.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Check"]
    return {ast.literal_eval(call.args[0]) for call in calls}


@cache
def targets() -> set[str]:
    """Return the targets of the Makefile."""
    text = (REPOSITORY_ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))
